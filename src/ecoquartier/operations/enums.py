"""Vocabulary of the register."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OperationStatus(TextChoices):
    """Whether the operation goes on."""

    ACTIVE = "active", _("active")
    PAUSED = "paused", _("suspendue")
    ABANDONED = "abandoned", _("abandonnée")


class TeamRole(TextChoices):
    """A person's part in an operation's team."""

    LEAD = "lead", _("pilote")
    EDITOR = "editor", _("contributeur")
    READER = "reader", _("lecteur")


class ClaimState(TextChoices):
    """Life of a request to hold an operation (rule 19)."""

    PROVISIONAL = "provisional", _("à confirmer")
    CONFIRMED = "confirmed", _("confirmée")
    REFUSED = "refused", _("refusée")


class CharterState(TextChoices):
    """A signature found in old data waits for confirmation."""

    TO_CONFIRM = "to_confirm", _("à confirmer")
    CONFIRMED = "confirmed", _("confirmée")


class FactKind(TextChoices):
    """Dated facts of older schemes that are not stages held."""

    CALL = "call", _("participation à un appel à projets")
    ADJOURNED = "adjourned", _("candidature ajournée")
    CANDIDATE = "candidate", _("candidature, résultat inconnu")


class OperationType(TextChoices):
    """Types of operation, several allowed."""

    ANRU = "anru", _("renouvellement urbain, ANRU")
    DENSIFICATION = "densification", _("renouvellement urbain, densification")
    REQUALIFICATION = "requalification", _("requalification de quartier existant")
    BROWNFIELD = "brownfield", _("requalification de friche")
    RENEWAL = "renewal", _("renouvellement urbain")
    EXTENSION = "extension", _("extension urbaine")
    OTHER = "other", _("autre")
