"""The outbox."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from ecoquartier.core import clock
from ecoquartier.notifications.enums import MessageState


class Message(models.Model):
    """One message to one person, written in the transaction of the act and sent after it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=80)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="received")
    context = models.JSONField(default=dict)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.READY, db_index=True)
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=MessageState.values), name="notifications_message_state"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} → {self.recipient_id}"
