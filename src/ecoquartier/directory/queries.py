"""Named reads of the public directory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from ecoquartier.core.text import sort_key
from ecoquartier.directory.models import DirectoryRow
from ecoquartier.operations.enums import CharterState
from ecoquartier.operations.models import Operation
from ecoquartier.operations.queries import public_operations, renewal_types


@dataclass(frozen=True)
class Figures:
    """What the public rows add up to; None where nobody gave the figure."""

    operations: int
    labelled: int
    dwellings: int | None
    with_dwellings: int
    typed: int
    renewal: int
    completed: int

    @property
    def renewal_percent(self) -> int | None:
        """Share of renewal among the operations whose type is known."""
        return round(100 * self.renewal / self.typed) if self.typed else None


@dataclass(frozen=True)
class RegionCount:
    """Operations of a region: all that are public, and those that hold a published stage."""

    code: str
    name: str
    operations: int
    labelled: int


@dataclass(frozen=True)
class Choices:
    """Values that a filter may take: only those found in some row."""

    regions: list[tuple[str, str]]
    stages: list[tuple[int, str]]
    years: list[int]


def public_rows(person: Any = None) -> QuerySet[DirectoryRow]:
    """Every public operation (rule 18), the same for everybody."""
    return DirectoryRow.objects.all()


def search(
    *, text: str = "", region: str = "", stage: int | None = None, year: int | None = None, charter_only: bool = False
) -> QuerySet[DirectoryRow]:
    """Rows by name or commune (accents ignored), region code, stage held (or none) and year of that stage."""
    rows = DirectoryRow.objects.all()
    if text.strip():
        rows = rows.filter(Q(sort_key__contains=sort_key(text)) | Q(commune__icontains=text.strip()))
    if region:
        rows = rows.filter(region=region)
    if charter_only:
        rows = rows.filter(stage__isnull=True)
    if stage:
        rows = rows.filter(stage=stage)
    if year:
        rows = rows.filter(year=year)
    return rows


def figures(*, last_stage: int | None = None) -> Figures:
    """Operations, ÉcoQuartiers, dwellings, renewal, and those that hold `last_stage`."""
    renewal = Q(types__has_any_keys=renewal_types())
    return Figures(
        **DirectoryRow.objects.aggregate(
            operations=Count("pk"),
            labelled=Count("pk", filter=Q(stage__isnull=False)),
            with_dwellings=Count("dwellings"),
            typed=Count("pk", filter=~Q(types=[])),
            renewal=Count("pk", filter=renewal),
            completed=Count("pk", filter=Q(stage=last_stage or 0)),
            # Last, because it hides the column of the same name.
            dwellings=Sum("dwellings"),
        )
    )


def counts_by_region() -> list[RegionCount]:
    """Operations of each region that has some, by name."""
    rows = (
        DirectoryRow.objects.order_by("region_name")
        .values("region", "region_name")
        .annotate(n=Count("pk"), labelled=Count("pk", filter=Q(stage__isnull=False)))
    )
    return [RegionCount(row["region"], row["region_name"], row["n"], row["labelled"]) for row in rows]


def foremost_of_counties(limit: int) -> QuerySet[DirectoryRow]:
    """Of each county, the `limit` operations that went furthest: what a small map can show."""
    place = Window(
        RowNumber(), partition_by=[F("county")], order_by=[F("stage").desc(nulls_last=True), F("sort_key"), F("slug")]
    )
    return (
        DirectoryRow.objects.annotate(place=place)
        .filter(place__lte=limit)
        .only("county", "slug", "name", "commune", "stage", "stage_name", "year")
        .order_by("county", "place")
    )


def filter_choices() -> Choices:
    """Regions, stages and years in use, read together."""
    rows = list(
        DirectoryRow.objects.order_by().values_list("region", "region_name", "stage", "stage_name", "year").distinct()
    )
    # A stage may bear another name in an older scheme: each name is said once.
    names: dict[int, set[str]] = {}
    for _region, _name, stage, stage_name, _year in rows:
        if stage:
            names.setdefault(stage, set()).add(stage_name)
    return Choices(
        regions=sorted({(code, name) for code, name, *_rest in rows}, key=lambda pair: sort_key(pair[1])),
        stages=[(stage, " / ".join(sorted(found))) for stage, found in sorted(names.items())],
        years=sorted({year for *_rest, year in rows if year}, reverse=True),
    )


def version() -> tuple[int, datetime | None]:
    """Changes when, and only when, something public does: for ETags."""
    found = DirectoryRow.objects.aggregate(n=Count("pk"), last=Max("updated_at"))
    return found["n"], found["last"]


def rows_of(operations: QuerySet[Operation]) -> list[DirectoryRow]:
    """The public rows of operations, as they should be now; nothing is saved."""
    return [
        _row(operation)
        for operation in operations.select_related("lead_commune__county__region").prefetch_related(
            "stages", "charter_signatures"
        )
    ]


def facts_of(row: DirectoryRow) -> dict[str, Any]:
    """What a row says, its date apart."""
    return {f.attname: getattr(row, f.attname) for f in DirectoryRow._meta.concrete_fields if f.name != "updated_at"}


def _row(operation: Operation) -> DirectoryRow:
    published = sorted(
        (s for s in operation.stages.all() if s.rank and s.published_at and not s.withdrawn_on),
        key=lambda s: (s.rank, s.year),
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


def directory_breaches() -> list[str]:
    """Invariant: the public rows are those of the public operations, no more, no fewer, and say what they are."""
    public = {row.pk: row for row in rows_of(public_operations())}
    rows = DirectoryRow.objects.in_bulk()
    return (
        [f"annuaire\u00a0: {pk} absente" for pk in public.keys() - rows.keys()]
        + [f"annuaire\u00a0: {pk} de trop" for pk in rows.keys() - public.keys()]
        + [
            f"annuaire\u00a0: {pk} dit autre chose que le registre"
            for pk in rows.keys() & public.keys()
            if facts_of(rows[pk]) != facts_of(public[pk])
        ]
    )


def version_of(slug: str) -> datetime | None:
    """Changes when, and only when, the public row does; None when there is none."""
    return DirectoryRow.objects.filter(slug=slug).values_list("updated_at", flat=True).first()
