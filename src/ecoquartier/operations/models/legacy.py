"""What came from older files."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ecoquartier.core import clock
from ecoquartier.operations.enums import FactKind, ImportState
from ecoquartier.operations.models.operations import Operation


class LegacyFact(models.Model):
    """A dated fact of an older scheme that is not a stage held; never public by itself."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="legacy_facts")
    kind = models.CharField(max_length=12, choices=FactKind.choices)
    year = models.PositiveSmallIntegerField()
    detail = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=40)

    class Meta:
        ordering = ["operation", "year"]
        constraints = [
            models.UniqueConstraint(fields=["operation", "kind", "year"], name="operations_legacyfact_once"),
        ]

    def __str__(self) -> str:
        return f"{self.operation}\u00a0: {self.get_kind_display()} {self.year}"


class LegacyImport(models.Model):
    """A file of older operations: who brought it, what was read in it, what became of each of its lines."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file_name = models.CharField(_("fichier"), max_length=200)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="legacy_imports"
    )
    made_at = models.DateTimeField(default=clock.now, editable=False)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.READ)
    notes = models.JSONField(default=list, help_text="French sentences on the file as a whole")
    report = models.JSONField(default=list, help_text="[[line, outcome, text, excerpt], …]")
    imported = models.PositiveIntegerField(_("opérations inscrites"), default=0)
    merged = models.PositiveIntegerField(_("lignes réunies à une opération"), default=0)
    skipped = models.PositiveIntegerField(_("lignes non placées"), default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField(null=True, blank=True)
    progressed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="operations_legacyimport_state"),
        ]

    def __str__(self) -> str:
        return self.file_name
