"""What is counted and drawn without reading the rows: the pieces of the counties, kept in memory while they hold.

The home page, the directory and the map file are made of these; their work does not grow with the register.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Func, OuterRef, QuerySet

from ecoquartier.core import clock
from ecoquartier.core.text import sort_key
from ecoquartier.directory.domain.facets import CHARTER_ONLY, FACETS, NAMED, Counts, Tally, added, positions
from ecoquartier.directory.models import FOREMOST, DirectoryCounty, DirectoryRow
from ecoquartier.operations.queries import renewal_types

AT_ONCE = 8
"""Counties read at once."""
PLACE = ("latitude", "longitude", "is_place_approximate")
# County → its stamp and day when it was read, and what was counted: a change anywhere reads its county again, no more.
_READ: dict[str, tuple[tuple[UUID, date], Tally]] = {}


@dataclass(frozen=True)
class Figures:
    """What the public rows add up to; None where nobody gave the figure.

    `given_up` counts the operations that said their dwellings, which are not counted since they were abandoned.
    """

    operations: int
    labelled: int
    dwellings: int | None
    with_dwellings: int
    given_up: int
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


def version() -> str:
    """Changes when, and only when, something public does: for ETags. One short query, whatever the register.

    Each public page asks it, even when it was kept: the stamps are digested where they are.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT md5(string_agg(code || stamp, ' ' ORDER BY code)) FROM directory_directorycounty")
        return cursor.fetchone()[0] or ""


def _stamps() -> list[tuple[str, UUID]]:
    return list(DirectoryCounty.objects.values_list("code", "stamp"))


def tallies() -> list[Tally]:
    """The tallies of the counties. Two queries at most: the stamps, then the counties that changed since."""
    today = clock.today()
    now = {code: (stamp, today) for code, stamp in _stamps()}
    late = [code for code, state in now.items() if code not in _READ or _READ[code][0] != state]
    if late:
        pieces = DirectoryCounty.objects.filter(code__in=late).only("code", "stamp", "traits")
        # A few at once: the traits of a hundred thousand operations would weigh a hundred megabytes together.
        for piece in pieces.iterator(chunk_size=AT_ONCE):
            _READ[piece.code] = (piece.stamp, today), Tally(piece.traits, today)
    return [_READ[code][1] for code in now]


def facet_counts(known: Sequence[Tally], choice: Mapping[str, str]) -> tuple[int, Counts]:
    """How many operations a choice keeps, and how many each value of each filter would."""
    return _counted(known, choice) if choice else _unfiltered(tuple(known))


@lru_cache(maxsize=1)
def _unfiltered(known: tuple[Tally, ...]) -> tuple[int, Counts]:
    """The counts of everything, made once: a tally is the same object until its county changes."""
    return _counted(known, {})


def _counted(known: Sequence[Tally], choice: Mapping[str, str]) -> tuple[int, Counts]:
    return sum(tally.chosen(choice).bit_count() for tally in known), added(tally.counts(choice) for tally in known)


def names_in_use(known: Sequence[Tally]) -> dict[str, dict[str, str]]:
    """Names of the regions, counties and stages; a stage may bear another one in an older scheme: each is said."""
    names: dict[str, dict[str, dict[str, str]]] = {facet: {} for facet in NAMED}
    for tally in known:
        for facet, found in tally.names.items():
            for value, words in found.items():
                # « Livré » and « livré » are one name.
                names[facet].setdefault(value, {}).update({word.casefold(): word for word in sorted(words)})
    return {
        facet: {value: " / ".join(words[key] for key in sorted(words)) for value, words in found.items()}
        for facet, found in names.items()
    }


def values_in_use(known: Sequence[Tally]) -> dict[str, set[str]]:
    """Facet → the values that some public operation has."""
    return {facet: {value for tally in known for value in tally.masks[facet]} for facet in FACETS}


def totals(known: Sequence[Tally]) -> tuple[int, int]:
    """Operations, and those that hold a published stage."""
    return sum(tally.size for tally in known), sum(_labelled(tally) for tally in known)


def figures(known: Sequence[Tally], *, last_stage: int | None = None) -> Figures:
    """Operations, ÉcoQuartiers, dwellings, renewal, and those that hold `last_stage`: for the home page."""
    renewal = renewal_types()
    with_dwellings = sum(tally.with_dwellings for tally in known)
    operations, labelled = totals(known)
    return Figures(
        operations=operations,
        labelled=labelled,
        dwellings=sum(tally.dwellings for tally in known) if with_dwellings else None,
        with_dwellings=with_dwellings,
        given_up=sum(tally.given_up for tally in known),
        typed=sum(tally.having("types", tally.masks["types"]).bit_count() for tally in known),
        renewal=sum(tally.having("types", renewal).bit_count() for tally in known),
        completed=sum(tally.having("stage", [str(last_stage)]).bit_count() for tally in known),
    )


def _labelled(tally: Tally) -> int:
    return tally.size - tally.having("stage", [CHARTER_ONLY]).bit_count()


def counts_by_region(known: Sequence[Tally]) -> list[RegionCount]:
    """Operations of each region that has some, by name."""
    found = {code: RegionCount(code, name, 0, 0) for code, name in names_in_use(known)["region"].items()}
    for tally in known:
        labelled = tally.everything & ~tally.having("stage", [CHARTER_ONLY])
        for code, mask in tally.masks["region"].items():
            row = found[code]
            found[code] = replace(
                row,
                operations=row.operations + mask.bit_count(),
                labelled=row.labelled + (mask & labelled).bit_count(),
            )
    return sorted(found.values(), key=lambda row: sort_key(row.name))


def foremost_of_counties(limit: int) -> QuerySet[DirectoryRow]:
    """Of each county, the `limit` operations that went furthest: what a small map can show.

    The database reads the start of the index of each county: the size of the register changes nothing.
    """
    in_county = DirectoryRow.objects.filter(county=OuterRef("code")).order_by(*FOREMOST).values("pk")[:limit]
    shown = DirectoryCounty.objects.values(pk=Func(ArraySubquery(in_county), function="unnest"))
    return (
        DirectoryRow.objects.filter(pk__in=shown)
        .only("county", "slug", "name", "commune", "stage", "stage_name", "stages", "year", "charter_year", *PLACE)
        .order_by("county", *FOREMOST)
    )


def map_points(choice: Mapping[str, str]) -> list[str]:
    """The lines of the map file that a choice keeps, in pieces to be joined by commas (see `rows.POINT`)."""
    pieces = DirectoryCounty.objects.exclude(points="")
    if "county" in choice:
        pieces = pieces.filter(code=choice["county"])
    if not choice:
        return [piece.points for piece in pieces.only("points")]
    today, kept = clock.today(), []
    for piece in pieces.iterator(chunk_size=AT_ONCE):
        found = positions(Tally(piece.traits, today).chosen(choice))
        lines = piece.points.split(",\n")
        kept += [lines[place] for place in found]
    return kept
