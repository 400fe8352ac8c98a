"""Rebuilding the public directory, in the act that changes a public fact."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from ecoquartier.directory.models import DirectoryCounty, DirectoryRow
from ecoquartier.directory.queries.rows import county_facts, facts_of, in_batches, rows_of
from ecoquartier.operations.models import Operation, Recommendation, RecommendationReply
from ecoquartier.operations.queries import public_operations


@transaction.atomic
def rebuild(ids: Iterable | None = None) -> int:
    """Rebuild the rows of the given operations (all when None); those no longer public disappear.

    A row that says the same is left alone: its date, read by the site map and by caches, moves only when the public
    facts do (rule 15). The pieces of the counties where something moved are made again.

    Returns:
        How many rows are there for these operations.
    """
    public, stale = public_operations(), DirectoryRow.objects.all()
    if ids is not None:
        ids = set(ids)
        public, stale = public.filter(pk__in=ids), stale.filter(operation__in=ids)
    gone = stale.exclude(operation__in=public.values("pk"))
    moved = set(gone.order_by().values_list("county", flat=True))
    gone.delete()
    count = 0
    for batch in in_batches(public.order_by("pk")):
        moved |= _rebuild_rows(batch)
        count += len(batch)
    if ids is None:
        moved |= _counties_that_differ()
    _rebuild_counties(moved)
    return count


def rebuild_of_organisations(ids: Iterable) -> int:
    """Rebuild the rows that name these organisations, one of which took another name."""
    named = Operation.objects.filter(Q(holder__in=ids) | Q(collectivites__in=ids))
    return rebuild(named.values_list("pk", flat=True))


def rebuild_of_recommendations(ids: Iterable) -> int:
    """Rebuild the rows of the operations of which commissions asked this."""
    return rebuild(Recommendation.objects.filter(pk__in=ids).values_list("operation", flat=True))


def rebuild_of_replies(ids: Iterable) -> int:
    """The same, for what was answered to them."""
    return rebuild_of_recommendations(RecommendationReply.objects.filter(pk__in=ids).values("recommendation"))


def renew_versions(ids: Iterable) -> None:
    """Words that the public pages read elsewhere changed (choices of lists, stages): each page is another one."""
    pieces = DirectoryCounty.objects.order_by("code").select_for_update()
    DirectoryCounty.objects.filter(pk__in=[piece.pk for piece in pieces.only("code")]).update(stamp=uuid.uuid4())


def _rebuild_rows(ids: list) -> set[str]:
    """Write the rows that should say something else; the counties where they were and are."""
    present = DirectoryRow.objects.defer("words").in_bulk(ids)
    rows = rows_of(Operation.objects.filter(pk__in=ids))
    late = [row for row in rows if row.pk not in present or facts_of(row) != facts_of(present[row.pk])]
    DirectoryRow.objects.bulk_create(
        late,
        update_conflicts=True,
        unique_fields=["operation"],
        update_fields=[*facts_of(late[0]).keys() - {"operation_id"}, "updated_at"] if late else [],
    )
    return {row.county for row in late} | {present[row.pk].county for row in late if row.pk in present}


def _counties_that_differ() -> set[str]:
    pieces = {piece.code: (piece.points, piece.traits) for piece in DirectoryCounty.objects.all()}
    codes = {*pieces, *DirectoryRow.objects.order_by().values_list("county", flat=True).distinct()}
    return {code for code in codes if pieces.get(code) != county_facts(code)}


def _rebuild_counties(codes: set[str]) -> None:
    """Make the pieces of counties again. Locked in order, before their rows are read: two acts miss nothing."""
    DirectoryCounty.objects.bulk_create([DirectoryCounty(code=code) for code in sorted(codes)], ignore_conflicts=True)
    for piece in DirectoryCounty.objects.filter(code__in=codes).order_by("code").select_for_update():
        piece.points, piece.traits = county_facts(piece.code)
        piece.stamp = uuid.uuid4()
        piece.save(update_fields=["points", "traits", "stamp"])
