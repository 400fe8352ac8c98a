"""Finding operations: French words, near names, filters, order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.contrib.postgres.search import SearchRank, TrigramWordSimilarity
from django.db.models import F, Q, QuerySet

from ecoquartier.core import clock
from ecoquartier.directory.domain.facets import (
    CHARTER_ONLY,
    DELIVERED,
    GOING_ON,
    LISTS,
    SIZES,
    TRAITS,
    Counts,
    Tally,
    positions,
)
from ecoquartier.directory.models import FOREMOST, DirectoryRow
from ecoquartier.directory.queries.counties import facet_counts
from ecoquartier.directory.queries.rows import HEAVY
from ecoquartier.directory.queries.words import matching, near, query_of, told_apart
from ecoquartier.territories.domain import name_key

MOST_FOUND = 500
"""Beyond so many matches of a text, those that went furthest are kept, and the page says so."""

BY_RANK = "pertinence"
SORTS = {
    "nom": ("sort_key", "slug"),
    "annee": (F("year").desc(nulls_last=True), "sort_key", "slug"),
    "etape": FOREMOST,
    "logements": (F("dwellings").desc(nulls_last=True), "sort_key", "slug"),
}


@dataclass(frozen=True)
class Asked:
    """A selection: words, a commune (its INSEE code), one value at most for each filter, an order.

    The order is by relevance unless told, or by name without words.
    """

    text: str = ""
    commune: str = ""
    choice: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""

    @property
    def words(self) -> str:
        """What is searched of the text."""
        return told_apart(self.text)

    @property
    def reads_rows(self) -> bool:
        """Whether it asks for words or for a commune, which the pieces of the counties do not hold."""
        return bool(self.words or self.commune)


@dataclass(frozen=True)
class Found:
    """What a selection finds.

    Args:
        rows: the operations, in order; of the `MOST_FOUND` that went furthest when `is_cut`.
        count: how many.
        counts: how many each value of each filter would keep; None when there are too many matches to tell.
        is_cut: there are more than `count`.
        is_near: no name nor text holds these words; the names are near.
    """

    rows: QuerySet[DirectoryRow]
    count: int
    counts: Counts | None
    is_cut: bool = False
    is_near: bool = False

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, place: slice) -> QuerySet[DirectoryRow]:
        return self.rows[place]


def find(asked: Asked, known: Sequence[Tally]) -> Found:
    """The operations of a selection, `known` being the tallies of now. Three queries at most, then that of the rows."""
    if not asked.reads_rows:
        count, counts = facet_counts(known, asked.choice)
        return Found(_sorted(selection(asked), asked), count, counts)
    rows, is_near = _narrowed(asked, matching), False
    found = _first(rows)
    if not found and asked.words:
        rows = _narrowed(asked, near)
        found = _first(rows)
        is_near = bool(found)
    if len(found) <= MOST_FOUND:
        tally = Tally((traits for _pk, *traits in found), clock.today())
        pks = [found[place][0] for place in positions(tally.chosen(asked.choice))]
        return Found(_ranked(pks, asked), len(pks), tally.counts(asked.choice), is_near=is_near)
    # The list, its map and each of its pages are of the same ones: those that went furthest.
    pks = list(_kept(rows, asked.choice).order_by(*FOREMOST).values_list("pk", flat=True)[: MOST_FOUND + 1])
    is_cut = len(pks) > MOST_FOUND
    shown = pks[:MOST_FOUND]
    return Found(_ranked(shown, asked), len(shown), None, is_cut=is_cut, is_near=is_near)


def _first(rows: QuerySet[DirectoryRow]) -> list[tuple]:
    """Key and traits of the first matches, in no order; one too many tells that there are more."""
    return list(rows.order_by().values_list("pk", *TRAITS)[: MOST_FOUND + 1])


def selection(asked: Asked) -> QuerySet[DirectoryRow]:
    """Every operation of a selection, in the order asked for, else by name, however many: for files to take away."""
    rows = _narrowed(asked, matching)
    if asked.words and not rows.exists():
        rows = _narrowed(asked, near)
    return _kept(rows, asked.choice).defer("words", "names_key").order_by(*SORTS.get(asked.sort, SORTS["nom"]))


def _narrowed(asked: Asked, read: Callable[[str], QuerySet[DirectoryRow]]) -> QuerySet[DirectoryRow]:
    """The rows of the commune, lead or other, that hold the words as `read` understands them, whatever the filters."""
    rows = read(asked.words) if asked.words else DirectoryRow.objects.all()
    return rows.filter(commune_codes__contains=[asked.commune]) if asked.commune else rows


def _kept(rows: QuerySet[DirectoryRow], choice: Mapping[str, str]) -> QuerySet[DirectoryRow]:
    """The rows that a choice keeps: the same as `Tally.chosen`, asked of the database."""
    for facet, value in choice.items():
        rows = rows.filter(_condition(facet, value, clock.today()))
    return rows


def _condition(facet: str, value: str, today: date) -> Q:
    if facet in LISTS:
        return Q(**{f"{facet}__contains": [value]})
    if facet == "stage" and value == CHARTER_ONLY:
        return Q(stage=None)
    if facet == "size":
        larger = [least for least in SIZES if least > int(value)]
        return Q(dwellings__gte=value) & (Q(dwellings__lt=larger[0]) if larger else Q())
    if facet == "life":
        is_delivered = Q(state=GOING_ON, delivered_on__lte=today)
        return {DELIVERED: is_delivered, GOING_ON: Q(state=GOING_ON) & ~is_delivered}.get(value, Q(state=value))
    return Q(**{facet: value})


def _ranked(pks: list, asked: Asked) -> QuerySet[DirectoryRow]:
    return _sorted(DirectoryRow.objects.filter(pk__in=pks), asked)


def _sorted(rows: QuerySet[DirectoryRow], asked: Asked) -> QuerySet[DirectoryRow]:
    """The rows in the order asked for, without what lists do not show."""
    rows = rows.defer(*HEAVY)
    if asked.sort in SORTS:
        return rows.order_by(*SORTS[asked.sort])
    if not asked.words:
        return rows.order_by(*SORTS["nom"])
    likeness = TrigramWordSimilarity(name_key(asked.words), "names_key")
    return rows.order_by(SearchRank(F("words"), query_of(asked.words)).desc(), likeness.desc(), *SORTS["nom"])
