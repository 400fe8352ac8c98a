"""Rebuilding the public rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from ecoquartier.core.text import sort_key
from ecoquartier.directory.models import DirectoryRow
from ecoquartier.operations.enums import CharterState
from ecoquartier.operations.models import Operation
from ecoquartier.operations.queries import public_operations


@transaction.atomic
def rebuild(ids: Iterable | None = None) -> int:
    """Rebuild the rows of the given operations (all when None); those no longer public disappear.

    A row that says the same is left alone: its date, read by the site map and by caches, moves only when the public
    facts do (rule 15).

    Returns:
        How many rows are there for these operations.
    """
    public = public_operations()
    stale = DirectoryRow.objects.all()
    if ids is not None:
        public, stale = public.filter(pk__in=ids), stale.filter(operation__in=ids)
    rows = [
        _row(operation)
        for operation in public.select_related("lead_commune__county__region").prefetch_related(
            "stages", "charter_signatures"
        )
    ]
    stale.exclude(pk__in=[row.pk for row in rows]).delete()
    present = DirectoryRow.objects.in_bulk([row.pk for row in rows])
    DirectoryRow.objects.bulk_create(
        [row for row in rows if row.pk not in present or _facts(row) != _facts(present[row.pk])],
        update_conflicts=True,
        unique_fields=["operation"],
        update_fields=[f.name for f in DirectoryRow._meta.concrete_fields if not f.primary_key],
    )
    return len(rows)


def _facts(row: DirectoryRow) -> dict[str, Any]:
    """What a row says, its date apart."""
    return {f.attname: getattr(row, f.attname) for f in DirectoryRow._meta.concrete_fields if f.name != "updated_at"}


def _row(operation: Operation) -> DirectoryRow:
    published = sorted(
        (s for s in operation.stages.all() if s.published_at and not s.withdrawn_on), key=lambda s: (s.rank, s.year)
    )
    best = published[-1] if published else None
    charter = [s.year for s in operation.charter_signatures.all() if s.state == CharterState.CONFIRMED and s.year]
    commune = operation.lead_commune
    return DirectoryRow(
        operation=operation,
        slug=operation.slug,
        name=operation.name,
        sort_key=sort_key(operation.name)[:255],
        commune=commune.name,
        county=commune.county_id,
        county_name=commune.county.name,
        region=commune.county.region_id,
        region_name=commune.county.region.name,
        stage=best.rank if best else None,
        stage_name=best.name if best else "",
        year=best.year if best else None,
        description=operation.description,
        types=operation.types,
        area_ha=operation.area_ha,
        dwellings=operation.dwellings,
        social_dwellings=operation.social_dwellings,
        stages=[{"rank": s.rank, "name": s.name, "scheme": s.scheme_title, "year": s.year} for s in published],
        charter_year=min(charter, default=None),
    )
