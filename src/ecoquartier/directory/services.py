"""Rebuilding the public rows."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from ecoquartier.directory.models import DirectoryRow
from ecoquartier.directory.queries import facts_of, rows_of
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
    rows = rows_of(public)
    stale.exclude(pk__in=[row.pk for row in rows]).delete()
    present = DirectoryRow.objects.in_bulk([row.pk for row in rows])
    DirectoryRow.objects.bulk_create(
        [row for row in rows if row.pk not in present or facts_of(row) != facts_of(present[row.pk])],
        update_conflicts=True,
        unique_fields=["operation"],
        update_fields=[f.name for f in DirectoryRow._meta.concrete_fields if not f.primary_key],
    )
    return len(rows)
