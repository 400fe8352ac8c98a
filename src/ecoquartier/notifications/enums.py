"""Life of a message, families of messages, and how each family is received."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MessageState(TextChoices):
    """`sending` is committed before the server receives the data: after a kill the message is uncertain, not lost."""

    DRAFT = "draft", _("attend une annonce")
    WAITING = "waiting", _("attend le résumé du jour")
    GROUPED = "grouped", _("dans un résumé")
    READY = "ready", _("à envoyer")
    SENDING = "sending", _("envoi en cours")
    UNCERTAIN = "uncertain", _("envoi incertain")
    SENT = "sent", _("envoyé")
    FAILED = "failed", _("non remis")
    CANCELLED = "cancelled", _("annulé")


TROUBLED = (MessageState.UNCERTAIN, MessageState.FAILED)
"""What somebody has to look at."""

LEFT = (MessageState.SENT, MessageState.UNCERTAIN)
"""What may come back."""

CANCELLABLE = frozenset({MessageState.DRAFT, MessageState.WAITING, MessageState.READY, *TROUBLED})
"""What has not left, as far as is known."""


class CancelReason(TextChoices):
    """Why a message did not leave."""

    SUSPENDED = "suspended", _("la personne est suspendue")
    NO_RIGHT = "no_right", _("la personne n’a plus le droit de voir ce que dit le message")
    GONE = "gone", _("ce dont parle le message n’existe plus")
    DONE = "done", _("c’est fait entre-temps")
    UNWANTED = "unwanted", _("la personne ne souhaite pas recevoir ces messages")
    NOT_CONCERNED = "not_concerned", _("la personne n’était plus destinataire au moment de l’annonce")
    BUREAU = "bureau", _("annulé par le bureau")


class Family(TextChoices):
    """What a message is for, which decides how it may be received."""

    ACT = "act", _("Ce qui est attendu de vous")
    DECISION = "decision", _("Décisions et convocations")
    DEADLINE = "deadline", _("Rappels d’échéance")
    PROGRESS = "progress", _("Avancement des dossiers")
    NEWS = "news", _("Lettres du bureau national")


class Cadence(TextChoices):
    """How a family of messages is received."""

    AT_ONCE = "at_once", _("tout de suite")
    DAILY = "daily", _("dans un résumé par jour")
    NEVER = "never", _("jamais")


CADENCES = {
    Family.ACT: (Cadence.AT_ONCE,),
    Family.DECISION: (Cadence.AT_ONCE,),
    Family.DEADLINE: (Cadence.AT_ONCE, Cadence.DAILY),
    Family.PROGRESS: (Cadence.DAILY, Cadence.AT_ONCE, Cadence.NEVER),
    Family.NEWS: (Cadence.AT_ONCE, Cadence.DAILY, Cadence.NEVER),
}
"""What a person may choose for each family, the default first: nobody turns an official message off."""
