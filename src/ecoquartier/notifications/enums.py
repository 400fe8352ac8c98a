"""Life of a message."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MessageState(TextChoices):
    """`sending` is committed before the server receives the data: after a kill the message is uncertain, not lost."""

    READY = "ready", _("à envoyer")
    SENDING = "sending", _("envoi en cours ou incertain")
    SENT = "sent", _("envoyé")
    FAILED = "failed", _("refusé par le serveur")


RETRIABLE = frozenset({MessageState.SENDING, MessageState.FAILED})
"""What somebody may put back in the outbox."""
