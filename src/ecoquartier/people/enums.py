"""Roles and kinds of organisations."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """A role granted by somebody else, over a territory where it has one."""

    CORRESPONDENT = "correspondent", _("correspondant ville durable")
    COORDINATOR = "coordinator", _("coordonnateur régional")
    EXPERT = "expert", _("expert")
    BUREAU = "bureau", _("bureau national")
    SUPPORT = "support", _("assistance technique")


WITHOUT_TERRITORY = (Role.EXPERT, Role.BUREAU, Role.SUPPORT)
"""Roles that cover the whole country."""


class OrganisationKind(TextChoices):
    """What an organisation is."""

    TOWN = "town", _("commune")
    EPCI = "epci", _("intercommunalité")
    DEVELOPER = "developer", _("aménageur")
    STATE = "state", _("service de l’État")
    AGENCY = "agency", _("agence ou établissement public")
    LANDLORD = "landlord", _("bailleur social")
    ASSOCIATION = "association", _("association")
    ELECTED = "elected", _("association d’élus")
    CITIZENS = "citizens", _("collectif d’habitants")
    COMPANY = "company", _("bureau d’études")
