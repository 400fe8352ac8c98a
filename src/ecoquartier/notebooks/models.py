"""The notebook of an operation."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from ecoquartier.core import clock


class Notebook(models.Model):
    """The living content of an operation against one version of the référentiel."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    operation = models.OneToOneField("operations.Operation", on_delete=models.CASCADE, related_name="notebook")
    framework = models.ForeignKey("framework.Framework", on_delete=models.PROTECT, related_name="notebooks")

    def __str__(self) -> str:
        return f"Carnet de {self.operation}"


class CommitmentAnswer(models.Model):
    """One text per commitment; `revision` tells two people who write at once."""

    notebook = models.ForeignKey(Notebook, on_delete=models.CASCADE, related_name="answers")
    commitment = models.ForeignKey("framework.Commitment", on_delete=models.PROTECT, related_name="answers")
    text = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(default=clock.now)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["commitment__number"]
        constraints = [
            models.UniqueConstraint(fields=["notebook", "commitment"], name="notebooks_commitmentanswer_once"),
        ]

    def __str__(self) -> str:
        return f"Réponse à l’engagement {self.commitment_id}"
