"""The public rows: what they should say, and what they say."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import F, Prefetch, QuerySet
from django.utils.timezone import localdate

from ecoquartier.awards.queries import published_awards
from ecoquartier.commissions.queries import recommendations_public
from ecoquartier.core.text import inside_sentence, sort_key
from ecoquartier.directory.domain.facets import TRAITS
from ecoquartier.directory.models import FOREMOST, DirectoryCounty, DirectoryRow
from ecoquartier.framework.domain.vocabulary import figures as programme_figures
from ecoquartier.operations.enums import CharterState
from ecoquartier.operations.models import Operation, Perimeter, Photo, StageHistory
from ecoquartier.operations.queries import changed_labels, public_operations
from ecoquartier.territories.domain import name_key
from ecoquartier.territories.queries import place_of

# Four decimals of a degree are about ten metres.
_DECIMALS = 4
AT_ONCE = 500
"""Operations read at once: memory stays flat, whatever the register."""
PERIMETER, COMMUNE, NEARBY = "perimeter", "commune", "nearby"
"""Where the position of an operation comes from; only that of its perimeter is its own."""
# What the pages of lists never show.
HEAVY = ("words", "description", "sheet", "names_key")


def public_rows(person: Any = None) -> QuerySet[DirectoryRow]:
    """Every public operation (rule 18), the same for everybody."""
    return DirectoryRow.objects.defer("words")


def moved_to(slug: str) -> str | None:
    """The public name of the operation that one of this name was merged into; None unless both were, or are, public.

    One that never was public leads nowhere: its name is told to nobody (rule 18).
    """
    rows = DirectoryRow.objects.filter(operation__duplicates__slug=slug, operation__duplicates__was_public=True)
    return rows.values_list("slug", flat=True).first()


def neighbours(row: DirectoryRow, most: int) -> QuerySet[DirectoryRow]:
    """Other operations of the region that share a strong point, the latest labelled first."""
    rows = DirectoryRow.objects.filter(region=row.region, strong_points__has_any_keys=row.strong_points)
    rows = rows.exclude(pk=row.pk).defer(*HEAVY)
    return rows.order_by(F("year").desc(nulls_last=True), "sort_key", "slug")[:most]


def public_photos(person: Any = None) -> QuerySet[Photo]:
    """The photos of public operations, with their files: the only files that everybody may read."""
    return Photo.objects.filter(operation__directory_row__isnull=False).select_related("file")


def rows_of(operations: QuerySet[Operation]) -> list[DirectoryRow]:
    """The public rows of operations, as they should be now; nothing is saved."""
    ids = list(operations.values_list("pk", flat=True))
    codes, followed = _codes(ids), _followed(ids)
    moved = set(
        changed_labels(StageHistory.objects.published().filter(operation__in=operations.values("pk"))).values_list(
            "operation", flat=True
        )
    )
    return [
        _row(
            operation,
            has_moved=operation.pk in moved,
            codes=codes.get(operation.pk, {}),
            followed=followed.get(operation.pk, []),
        )
        for operation in operations.select_related("lead_commune__county__region", "holder").prefetch_related(
            "stages__phases",
            "charter_signatures",
            "phases",
            "collectivites",
            "other_communes",
            "photos__file",
            Prefetch("perimeters", Perimeter.objects.filter(replaced_at=None).defer("geometry")),
        )
    ]


def facts_of(row: DirectoryRow) -> dict[str, Any]:
    """What a row says, apart from its date and from what the database makes of it."""
    names = (f.attname for f in DirectoryRow._meta.concrete_fields if f.name not in ("updated_at", "words"))
    return {name: getattr(row, name) for name in names}


def county_facts(code: str) -> tuple[str, list]:
    """What the piece of a county should say: its points, then its traits; the operations that went furthest first."""
    rows = DirectoryRow.objects.filter(county=code)
    rows = rows.order_by(*FOREMOST).only(*POINT, *TRAITS)
    found = list(rows)
    return map_part(found), [json_traits(row) for row in found]


POINT = (
    *("slug", "name", "commune", "latitude", "longitude", "is_place_approximate"),
    *("stage", "year", "stage_name", "stages", "charter_year"),
)
"""What the map file reads of an operation."""


def map_part(rows: Iterable[DirectoryRow]) -> str:
    """The lines of the map file for these rows, without the brackets around them."""
    return ",\n".join(json.dumps(_point(row), ensure_ascii=False, separators=(",", ":")) for row in rows)


def _point(row: DirectoryRow) -> list[Any]:
    """A line of the map file: the address, the place, then what is held; the year is that of the stage or charter."""
    return [
        *(row.slug, row.name, row.commune, row.latitude, row.longitude, int(row.is_place_approximate)),
        *(row.stage, row.year if row.stage else row.charter_year, row.stage_name, row.stage_phases),
    ]


def json_traits(row: DirectoryRow) -> list:
    """The traits of a row as JSON keeps them."""
    values = {name: getattr(row, name) for name in TRAITS}
    day = values["delivered_on"]
    return [*(values | {"delivered_on": day and day.isoformat()}).values()]


def _codes(ids: list) -> dict[Any, dict[tuple[int, int], str]]:
    """Operation → rank and year of a published award that holds → its code of verification."""
    found: dict[Any, dict[tuple[int, int], str]] = defaultdict(dict)
    awards = published_awards().filter(operation__in=ids, history__withdrawn_on=None)
    for operation, rank, year, code in awards.values_list("operation", "stage__level", "year", "code"):
        found[operation][rank, year] = code
    return found


def _followed(ids: list) -> dict[Any, list[dict[str, Any]]]:
    """Operation → recommendations whose lead shows what became of them; whoever answered is not named."""
    found: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for asked in recommendations_public(ids):
        found[asked.operation_id].append(
            {
                "about": str(asked.commitment or ""),
                "text": asked.text,
                "issuer": asked.issuer,
                "on": asked.issued_on.isoformat(),
                "due": asked.due_on and asked.due_on.isoformat(),
                "replies": [
                    {
                        "state": reply.state,
                        "text": reply.text,
                        "issuer": reply.issuer,
                        "on": (reply.decided_on or localdate(reply.said_at)).isoformat(),
                    }
                    for reply in asked.replies.all()
                ],
            }
        )
    return found


def _row(
    operation: Operation, *, has_moved: bool, codes: dict[tuple[int, int], str], followed: list[dict[str, Any]]
) -> DirectoryRow:
    published = sorted(
        (s for s in operation.stages.all() if s.rank and s.published_at and not s.withdrawn_on),
        key=lambda s: (s.rank, s.year),
    )
    best = published[-1] if published else None
    charter = [s.year for s in operation.charter_signatures.all() if s.state == CharterState.CONFIRMED and s.year]
    commune, others = operation.lead_commune, operation.other_communes.all()
    other_communes = ", ".join(other.name for other in others)
    latitude, longitude, position = _place(operation)
    return DirectoryRow(
        operation=operation,
        slug=operation.slug,
        name=operation.name,
        sort_key=sort_key(operation.name)[:255],
        names_key=name_key(f"{operation.name} {commune.name} {other_communes}"),
        state=operation.state,
        commune=commune.name,
        commune_code=commune.pk,
        commune_codes=[commune.pk, *(other.pk for other in others)],
        other_communes=other_communes,
        county=commune.county_id,
        county_name=commune.county.name,
        region=commune.county.region_id,
        region_name=commune.county.region.name,
        latitude=latitude,
        longitude=longitude,
        is_place_approximate=position == NEARBY,
        stage=best.rank if best else None,
        stage_name=inside_sentence(best.name) if best else "",
        year=best.year if best else None,
        stages=[_stage(stage, operation) | {"code": codes.get((stage.rank, stage.year), "")} for stage in published],
        charter_year=min(charter, default=None),
        description=operation.description,
        types=operation.types,
        vocations=operation.vocations,
        strong_points=operation.strong_points,
        dwellings=operation.dwellings,
        delivered_on=operation.delivered_on,
        sheet=_sheet(operation) | {"has_moved": has_moved, "position": position, "followed": followed},
    )


def _stage(stage: StageHistory, operation: Operation) -> dict[str, Any]:
    """A published stage; its phases are named when it was not given to the whole operation."""
    given = [phase.name for phase in stage.phases.all()]
    return {
        "rank": stage.rank,
        "name": inside_sentence(stage.name),
        "scheme": stage.scheme_title,
        "year": stage.year,
        "phases": given if len(given) < len(operation.phases.all()) else [],
    }


def _place(operation: Operation) -> tuple[float | None, float | None, str]:
    """The middle of the perimeter, else the point of the commune, else a point near it; and which of them it is."""
    for drawn in operation.perimeters.all():
        middle = (drawn.south + drawn.north) / 2, (drawn.west + drawn.east) / 2
        return round(middle[0], _DECIMALS), round(middle[1], _DECIMALS), PERIMETER
    place = place_of(operation.lead_commune)
    if place is None:
        return None, None, ""
    position = NEARBY if place.is_approximate else COMMUNE
    return round(place.latitude, _DECIMALS), round(place.longitude, _DECIMALS), position


def _sheet(operation: Operation) -> dict[str, Any]:
    """What the sheet alone says. Organisations only: no person is named, the credit of a photo apart."""
    perimeter = next(iter(operation.perimeters.all()), None)
    return {
        "figures": {code: operation.figures[code] for code in programme_figures() if code in operation.figures},
        "figures_as_of": operation.figures_as_of and operation.figures_as_of.isoformat(),
        "figures_source": operation.figures_source,
        "since": operation.state_since and operation.state_since.isoformat(),
        "phases": [phase.as_json() for phase in operation.phases.all()],
        "other_communes": [f"{commune.name} ({commune.county_id})" for commune in operation.other_communes.all()],
        "holder": operation.holder.name if operation.holder else "",
        "collectivites": sorted(organisation.name for organisation in operation.collectivites.all()),
        "other_words": operation.other_words,
        "actors": operation.actors,
        "photos": [
            {
                "id": str(photo.pk),
                "alt": photo.alt,
                "credit": photo.credit,
                "width": photo.file.width,
                "height": photo.file.height,
            }
            for photo in operation.photos.all()
        ],
        "perimeter": perimeter
        and {
            "since": localdate(perimeter.added_at).isoformat(),
            "area_ha": float(perimeter.area_ha),
            "source": perimeter.source,
            "drawing": perimeter.drawing,
        },
    }


def directory_breaches() -> list[str]:
    """Invariant: the public rows are those of the public operations, and say what they are; so do the counties.

    Others act while it is read, table after table: only what is wrong twice is said.
    """
    first = _breaches()
    return [breach for breach in _breaches() if breach in first] if first else []


def _breaches() -> list[str]:
    wrong: list[str] = []
    known: set[Any] = set()
    for ids in in_batches(public_operations().order_by("pk")):
        rows = DirectoryRow.objects.defer("words").in_bulk(ids)
        known.update(ids)
        for row in rows_of(Operation.objects.filter(pk__in=ids)):
            if row.pk not in rows:
                wrong.append(f"annuaire\u00a0: {row.pk} absente")
            elif facts_of(rows[row.pk]) != facts_of(row):
                wrong.append(f"annuaire\u00a0: {row.pk} dit autre chose que le registre")
    wrong += [
        f"annuaire\u00a0: {pk} de trop" for pk in DirectoryRow.objects.values_list("pk", flat=True) if pk not in known
    ]
    pieces = {piece.code: piece for piece in DirectoryCounty.objects.all()}
    for code in sorted({*DirectoryRow.objects.order_by().values_list("county", flat=True).distinct(), *pieces}):
        said = (pieces[code].points, pieces[code].traits) if code in pieces else None
        if said != county_facts(code):
            wrong.append(f"annuaire\u00a0: le département {code} dit autre chose que ses lignes")
    return wrong


def in_batches(operations: QuerySet[Operation]) -> Iterator[list]:
    """Their ids, a few at once."""
    ids = list(operations.values_list("pk", flat=True))
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
