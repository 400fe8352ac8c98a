"""What the sheet said before: the journal keeps the names of the fields, this keeps the words."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from ecoquartier.core import clock
from ecoquartier.operations.models.operations import Operation


class SheetChange(models.Model):
    """One field of the sheet changed by one person, from what it said to what it says."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="changes")
    field = models.CharField(max_length=40)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    changed_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["operation", "-changed_at"]

    def __str__(self) -> str:
        return f"{self.operation}\u00a0: {self.field}"
