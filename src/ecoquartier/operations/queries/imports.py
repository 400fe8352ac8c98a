"""Files of older operations."""

from __future__ import annotations

from django.db.models import QuerySet

from ecoquartier.operations.models import LegacyImport


def legacy_imports() -> QuerySet[LegacyImport]:
    """Every file of older operations, the latest first."""
    return LegacyImport.objects.order_by("-made_at")
