"""Vocabulary of commissions."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Level(TextChoices):
    """Where a commission stands."""

    REGIONAL = "regional", _("régionale")
    NATIONAL = "national", _("nationale")


class SeatPart(TextChoices):
    """What a seat does in its commission."""

    CHAIR = "chair", _("présidence")
    VICE_CHAIR = "vice_chair", _("vice-présidence")
    SECRETARY = "secretary", _("secrétariat")
    MEMBER = "member", _("membre")


class SittingState(TextChoices):
    """Life of a sitting (rule 10)."""

    PLANNED = "planned", _("prévue")
    CONVENED = "convened", _("convoquée")
    OPEN = "open", _("ouverte")
    CLOSED = "closed", _("levée")
    MINUTED = "minuted", _("procès-verbal signé")
    CANCELLED = "cancelled", _("annulée")


class SittingStep(TextChoices):
    """Verbs, as on the buttons."""

    CONVENE = "convene", _("Convoquer la séance")
    OPEN = "open", _("Ouvrir la séance")
    CLOSE = "close", _("Lever la séance")
    SIGN = "sign", _("Signer le procès-verbal")
    CANCEL = "cancel", _("Annuler la séance")


class Presence(TextChoices):
    """How a seat is present."""

    PRESENT = "present", _("présent")
    REMOTE = "remote", _("à distance")
    PROXY = "proxy", _("pouvoir donné")
    ABSENT = "absent", _("absent")


class Outcome(TextChoices):
    """What is said of a dossier (rule 13)."""

    PROPOSE = "propose", _("proposer le label")
    AWARD = "award", _("attribuer le label")
    ADJOURN = "adjourn", _("ajourner")
    REFER = "refer", _("transmettre sans avis")
    SEND_BACK = "send_back", _("renvoyer à la région")
    CARRY_OVER = "carry_over", _("reporter à une autre séance")


class VoteMode(TextChoices):
    """How the outcome was reached."""

    CONSENSUS = "consensus", _("consensus")
    HANDS = "hands", _("vote à main levée")


class Settlement(TextChoices):
    """What a commission makes of a recommendation of an earlier one; to say nothing leaves it as it is."""

    LIFT = "lift", _("levée")
    MAINTAIN = "maintain", _("maintenue")
