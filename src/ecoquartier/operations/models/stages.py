"""What an operation holds of the label."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from ecoquartier.operations.models.operations import Operation, Phase


class StageHistoryQuerySet(models.QuerySet["StageHistory"]):
    """Reads of stages held."""

    def in_force(self) -> StageHistoryQuerySet:
        """Not withdrawn."""
        return self.filter(withdrawn_on__isnull=True)

    def published(self) -> StageHistoryQuerySet:
        """What everybody may know."""
        return self.in_force().filter(published_at__isnull=False)


class StageHistory(models.Model):
    """The only record of what is held: one row per stage obtained, with its three dates (rule 15)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="stages")
    phases = models.ManyToManyField(Phase, blank=True, related_name="stages")
    scheme_title = models.CharField(max_length=200)
    rank = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    year = models.PositiveSmallIntegerField(_("millésime"))
    decided_on = models.DateField(null=True, blank=True)
    notified_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=40)
    perimeter = models.ForeignKey(
        "operations.Perimeter", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="stages"
    )
    perimeter_change = models.FloatField(
        null=True, blank=True, help_text="share of the area labelled by which the perimeter in force differs"
    )
    change_noted_at = models.DateTimeField(null=True, blank=True, help_text="when the correspondent took note of it")

    objects = StageHistoryQuerySet.as_manager()

    class Meta:
        ordering = ["operation", "year", "rank"]
        verbose_name_plural = "stage history"

    def __str__(self) -> str:
        return f"{self.operation}\u00a0: étape {self.rank} ({self.year})"
