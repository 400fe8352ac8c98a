"""Acts on the outbox: write, release, send, settle; words; digests and reminders; letters to groups."""

from ecoquartier.notifications.services.letters import prepare_letter, send_letter
from ecoquartier.notifications.services.outbox import cancel, choose, confirm_address, note_bounce, post, retry, settle
from ecoquartier.notifications.services.planned import remind, send_digests, set_reminder_days
from ecoquartier.notifications.services.sending import send_ready
from ecoquartier.notifications.services.words import as_read, change_words, restore_words

__all__ = [
    "as_read",
    "cancel",
    "change_words",
    "choose",
    "confirm_address",
    "note_bounce",
    "post",
    "prepare_letter",
    "remind",
    "restore_words",
    "retry",
    "send_digests",
    "send_letter",
    "send_ready",
    "set_reminder_days",
    "settle",
]
