"""Named reads of the outbox."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from ecoquartier.notifications.domain import notices
from ecoquartier.notifications.models import Message


def outbox() -> QuerySet[Message]:
    """Every message with its recipient, the latest first: for those who may read all of them."""
    return Message.objects.select_related("recipient").order_by("-created_at", "pk")


def counts_by_state() -> dict[str, int]:
    """How many messages are in each state."""
    return dict(Message.objects.order_by().values_list("state").annotate(Count("pk")))


def kinds() -> list[str]:
    """Keys of every kind of message, in order."""
    return sorted(key for key, _notice in notices.items())
