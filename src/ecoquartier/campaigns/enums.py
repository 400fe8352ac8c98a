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


TONES = ("ok", "wait", "bad", "neutral")
"""Colours of an appreciation, from the best to the one that says nothing."""


class MilestoneCode(TextChoices):
    """Dated steps of a campaign, in their order; experts may also apply after the filing deadline."""

    LAUNCH = "launch", _("lancement")
    INTENTION = "intention", _("intentions de candidater")
    FILING = "filing", _("clôture des dépôts")
    EXPERTS = "experts", _("candidatures des experts")
    ADMISSIBILITY = "admissibility", _("examen de recevabilité")
    COMPLETIONS = "completions", _("compléments des dossiers")
    TEAMS = "teams", _("annonce des équipes d’experts")
    EXPERTISE = "expertise", _("fin des expertises")
    REGIONAL_FROM = "regional_from", _("début des commissions régionales")
    REGIONAL = "regional", _("fin des commissions régionales")
    MINUTES = "minutes", _("procès-verbaux des régions")
    NATIONAL_FROM = "national_from", _("début de la commission nationale")
    NATIONAL = "national", _("fin de la commission nationale")
    NOTIFICATION = "notification", _("notification des décisions")
    CEREMONY = "ceremony", _("cérémonie")
