"""Vocabulary of stages and campaigns."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DecisionPath(TextChoices):
    """Who decides, in which order."""

    REGISTRATION = "registration", _("enregistrement par le coordonnateur régional")
    REGIONAL_THEN_NATIONAL = "regional_then_national", _("commission de la région, puis commission nationale")
    REGIONAL_FINAL = (
        "regional_final_else_national",
        _("commission de la région, ou nationale si elle n’a pas pu se prononcer"),
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
    """Parts of a deposit that a stage may require, in the order of a deposit."""

    IDENTITY = "identity", _("identité de l’opération")
    PERIMETER = "perimeter", _("périmètre")
    CHARTER = "charter", _("charte signée")
    PROGRAMME = "programme", _("programme")
    CONTEXT = "context", _("contexte du site")
    ANSWERS = "answers", _("réponses aux engagements")
    TARGETS = "targets", _("objectifs des indicateurs")
    PLANS = "plans", _("plans")
    PHOTOS = "photos", _("photos")
    WORKS = "works", _("date de début des travaux")
    DELIVERY = "delivery", _("date de livraison")
    RESULTS = "results", _("résultats des indicateurs")
    RECOMMENDATIONS = "recommendations", _("réponses aux recommandations")
    SELF_ASSESSMENT = "self_assessment", _("auto-évaluation")
    FOLLOW_UP = "follow_up", _("suivi dans la durée")
    SHARED_EVALUATION = "shared_evaluation", _("évaluation partagée")
    INFLUENCE = "influence", _("influence au-delà du périmètre")


GATHERED = frozenset(
    (
        Section.IDENTITY,
        Section.PERIMETER,
        Section.CHARTER,
        Section.PROGRAMME,
        Section.CONTEXT,
        Section.ANSWERS,
        Section.PLANS,
        Section.PHOTOS,
        Section.WORKS,
        Section.DELIVERY,
        Section.RECOMMENDATIONS,
    )
)
"""What a candidature gathers on the platform. A rule may name the others: everybody reads that they are to be prepared
and given to the correspondent, and none is missing from a dossier (rule 5). A section is gathered from the day it has
its line here and its fact in `notebooks.queries.stage_facts`; a test compares the two.
"""


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
