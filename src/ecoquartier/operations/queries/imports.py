"""Files of older operations."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from ecoquartier.journal.queries import all_entries
from ecoquartier.operations.models import LegacyImport, Operation

CHANGES = ("operation.imported", "operation.named", "operation.merged", "operation.moved")
"""Acts that may change which operation a line of a sheet tells of, or what it adds to it."""


def legacy_imports() -> QuerySet[LegacyImport]:
    """Every file of older operations, the latest first."""
    return LegacyImport.objects.order_by("-made_at")


def register_changed_since(moment: datetime) -> bool:
    """Whether a sheet read at that moment may be read otherwise now."""
    if Operation.objects.filter(created_at__gt=moment).exists():
        return True
    return all_entries().filter(event__in=CHANGES, recorded_at__gt=moment).exists()
