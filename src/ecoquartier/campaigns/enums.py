"""Vocabulary of stages and campaigns."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DecisionPath(TextChoices):
    """Who decides, in which order."""

    REGISTRATION = "registration", _("enregistrement par le coordonnateur régional")
    REGIONAL_THEN_NATIONAL = "regional_then_national", _("avis de la commission régionale, puis commission nationale")
    REGIONAL_FINAL = (
        "regional_final_else_national",
        _("commission régionale, ou nationale si elle n’a pas pu se prononcer"),
    )
    NATIONAL_ONLY = "national_only", _("commission nationale")


class Filing(TextChoices):
    """When a candidature may be filed."""

    CAMPAIGN = "campaign", _("pendant la campagne annuelle")
    ALL_YEAR = "all_year", _("toute l’année")


class Publication(TextChoices):
    """When an award is published."""

    CEREMONY = "ceremony", _("à la cérémonie")
    AT_ONCE = "at_once", _("tout de suite")


class Section(TextChoices):
    """Parts of a deposit that a stage may require."""

    IDENTITY = "identity", _("identité de l’opération")
    CHARTER = "charter", _("charte signée")
    PROGRAMME = "programme", _("programme")
    CONTEXT = "context", _("contexte du site")
    ANSWERS = "answers", _("réponses aux engagements")
    DELIVERY = "delivery", _("date de livraison")


class MilestoneCode(TextChoices):
    """Dated steps of a campaign, in their order."""

    LAUNCH = "launch", _("lancement")
    FILING = "filing", _("clôture des dépôts")
    ADMISSIBILITY = "admissibility", _("examen de recevabilité")
    EXPERTISE = "expertise", _("fin des expertises")
    REGIONAL = "regional", _("commissions régionales")
    NATIONAL = "national", _("commission nationale")
    CEREMONY = "ceremony", _("cérémonie")
