"""Who holds an operation, who asks to, and who works on it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ecoquartier.core import clock
from ecoquartier.operations.enums import (
    ClaimState,
    TeamRole,
)
from ecoquartier.operations.models.operations import Operation


class TeamMember(models.Model):
    """A person of the operation's team."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="team")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="teams")
    role = models.CharField(max_length=10, choices=TeamRole.choices)

    class Meta:
        ordering = ["operation", "role"]
        constraints = [models.UniqueConstraint(fields=["operation", "user"], name="operations_teammember_once")]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"


class Claim(models.Model):
    """« Reprendre cette opération » : a person asks to hold an operation for an organisation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="claims")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="claims")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="claims")
    state = models.CharField(max_length=12, choices=ClaimState.choices, default=ClaimState.PROVISIONAL)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "user"],
                condition=Q(state=ClaimState.PROVISIONAL),
                name="operations_claim_once",
                violation_error_message=_("Vous avez déjà demandé à reprendre cette opération."),
            ),
            models.CheckConstraint(condition=Q(state__in=ClaimState.values), name="operations_claim_state"),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.operation}"

    def lock_parents(self) -> list[models.Model]:
        """The operation is locked before its claims."""
        return [self.operation]

    def journal_about(self) -> uuid.UUID:
        """Read under the operation."""
        return self.operation_id
