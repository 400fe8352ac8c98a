"""Vocabulary of labels."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AwardState(TextChoices):
    """Three dates of an outcome (rule 15), as states."""

    DECIDED = "decided", _("décidé")
    NOTIFIED = "notified", _("notifié")
    PUBLISHED = "published", _("publié")


class AwardStep(TextChoices):
    """Verbs."""

    NOTIFY = "notify", _("Notifier")
    PUBLISH = "publish", _("Publier")


class Basis(TextChoices):
    """What an award rests on (rule 16)."""

    NATIONAL = "national", _("procès-verbal national signé")
    REGIONAL = "regional", _("procès-verbal régional signé")
    REGISTRATION = "registration", _("acte d’enregistrement")


class CeremonyState(TextChoices):
    """Publication needs two people of the bureau."""

    PLANNED = "planned", _("préparée")
    REQUESTED = "requested", _("publication demandée, à confirmer")
    PUBLISHED = "published", _("publiée")


class CeremonyStep(TextChoices):
    """Verbs, as on the buttons."""

    REQUEST = "request", _("Demander la publication")
    CANCEL = "cancel", _("Annuler la demande")
    CONFIRM = "confirm", _("Confirmer la publication")
