"""Vocabulary of the register."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OperationState(TextChoices):
    """Whether the operation goes on, and under which record."""

    # With its context: alone, the word is that of Django’s own catalogue, a masculine.
    ACTIVE = "active", pgettext_lazy("une opération", "active")
    PAUSED = "paused", _("suspendue")
    ABANDONED = "abandoned", _("abandonnée")
    MERGED = "merged", _("fusionnée")


class TeamRole(TextChoices):
    """A person's part in an operation's team."""

    LEAD = "lead", _("pilote")
    EDITOR = "editor", _("contributeur")
    READER = "reader", _("lecteur")


TEAM_PLACE = "team"
"""What an invitation into a team is to, among the places that one may be invited to."""


class ClaimState(TextChoices):
    """Life of a request to hold an operation (rule 19)."""

    PROVISIONAL = "provisional", _("à confirmer")
    CONFIRMED = "confirmed", _("confirmée")
    REFUSED = "refused", _("refusée")
    WITHDRAWN = "withdrawn", _("retirée")


class CharterState(TextChoices):
    """A signature found in old data waits for confirmation."""

    TO_CONFIRM = "to_confirm", _("à confirmer")
    CONFIRMED = "confirmed", _("confirmée")
    SET_ASIDE = "set_aside", _("écartée")


class FactKind(TextChoices):
    """Dated facts of older schemes that are not stages held."""

    CALL = "call", _("participation à un appel à projets")
    ADJOURNED = "adjourned", _("candidature ajournée")
    CANDIDATE = "candidate", _("candidature, résultat inconnu")
    LABEL = "label", _("label obtenu, étape à préciser")
    CHARTER_STARTED = "charter", _("charte en préparation")
    PLANNER = "planner", _("établissement public d’aménagement")
    PARK = "park", _("parc naturel régional")
    SITUATION = "situation", _("situation")
    PLACES = "places", _("autres communes et groupements")
    TYPE = "type", _("précision sur le type d’opération")
    GRANT = "grant", _("dotation d’évaluation")


class TermKind(TextChoices):
    """The lists of choices of the sheet, whose terms are data; each value is the field that holds the chosen codes."""

    TYPES = "types", _("types d’opération")
    VOCATIONS = "vocations", _("vocations")
    PROCEDURES = "procedures", _("procédures")
    STRONG_POINTS = "strong_points", _("points forts")
    APPROACHES = "approaches", _("autres démarches")
    STATE_PROGRAMMES = "state_programmes", _("programmes de l’État")
    STRATEGIES = "strategies", _("stratégies territoriales servies")
    ACTORS = "actors", _("acteurs")


class PerimeterSource(TextChoices):
    """Where a perimeter comes from."""

    GEOJSON = "geojson", _("fichier GeoJSON")
    GEOPACKAGE = "geopackage", _("fichier GeoPackage")
    SHAPEFILE = "shapefile", _("Shapefile (ZIP)")
    KML = "kml", _("fichier KML")
    DRAWN = "drawn", _("dessin, point par point")
    POINT = "point", _("point et superficie déclarée")


class ImportState(TextChoices):
    """Life of a file to import."""

    READ = "read", _("à relire")
    RUNNING = "running", _("en cours")
    DONE = "done", _("terminé")


class ImportOutcome(TextChoices):
    """What becomes of a line of an imported file."""

    SKIPPED = "skipped", _("non placée")
    DOUBT = "doubt", _("à vérifier")
    MERGED = "merged", _("réunie à une autre")
    KNOWN = "known", _("déjà au registre")
    COMPLETED = "completed", _("complétée")
    IMPORTED = "imported", _("inscrite")


class DocumentKind(TextChoices):
    """What a document of an operation is."""

    PLAN = "plan", _("plan")
    STUDY = "study", _("étude")
    RESOLUTION = "resolution", _("délibération")
    AGREEMENT = "agreement", _("convention ou contrat")
    MINUTES = "minutes", _("compte rendu")
    OTHER = "other", _("autre document")


class RecommendationState(TextChoices):
    """Life of a recommendation: each commission lifts it, maintains it, or leaves it as it is."""

    ISSUED = "issued", _("attend une réponse")
    ANSWERED = "answered", _("répondue")
    LIFTED = "lifted", _("levée")
    MAINTAINED = "maintained", _("maintenue, attend une réponse")


AWAITING_ANSWER = (RecommendationState.ISSUED, RecommendationState.MAINTAINED)
"""States in which it is the holder’s turn."""
