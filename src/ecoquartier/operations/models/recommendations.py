"""What commissions asked of an operation."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from ecoquartier.operations.models.operations import Operation


class Recommendation(models.Model):
    """A recommendation of a commission, followed until the next stage."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="recommendations")
    commitment = models.ForeignKey("framework.Commitment", on_delete=models.PROTECT, null=True, blank=True)
    text = models.TextField(_("recommandation"))
    issued_on = models.DateField()
    issuer = models.CharField(max_length=200)
    source_id = models.UUIDField(help_text="the decision it comes from")
    notified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["operation", "issued_on"]

    def __str__(self) -> str:
        return self.text[:60]
