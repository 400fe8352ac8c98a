"""Finding operations: French words, near names, filters, order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramWordSimilarity
from django.db.models import F, Q, QuerySet

from ecoquartier.core import clock
from ecoquartier.core.text import sort_key
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
from ecoquartier.territories.models import County

MOST_FOUND = 500
"""Beyond so many matches of a text, the best of the first ones are shown, and the page says so."""

BY_RANK = "pertinence"
SORTS = {
    "nom": ("sort_key", "slug"),
    "annee": (F("year").desc(nulls_last=True), "sort_key", "slug"),
    "etape": FOREMOST,
    "logements": (F("dwellings").desc(nulls_last=True), "sort_key", "slug"),
}
# A letter alone, as before an apostrophe, is in every name.
_WORD = re.compile(r"[0-9]+|[a-z]{2,}")
# A shorter word has too few trigrams to be near another.
_SHORTEST_NEAR = 3
# What joins two words is typed or not: « Saint-Denis » is searched as « Saint Denis ».
_JOINED = re.compile(r"(?<=\w)['’\-\u2010\u2011](?=\w)")


@dataclass(frozen=True)
class Asked:
    """A selection: words, one value at most for each filter, an order (by relevance, or by name without words)."""

    text: str = ""
    choice: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""


@dataclass(frozen=True)
class Found:
    """What a selection finds.

    Args:
        rows: the operations, in order; the first `MOST_FOUND` when `is_cut`.
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
    if not asked.text.strip():
        count, counts = facet_counts(known, asked.choice)
        return Found(_sorted(selection(asked), asked), count, counts)
    rows, is_near = _matching(asked.text), False
    found = _first(rows)
    if not found:
        rows = _near(asked.text)
        found = _first(rows)
        is_near = bool(found)
    if len(found) <= MOST_FOUND:
        tally = Tally((traits for _pk, *traits in found), clock.today())
        pks = [found[place][0] for place in positions(tally.chosen(asked.choice))]
        return Found(_ranked(pks, asked), len(pks), tally.counts(asked.choice), is_near=is_near)
    pks = list(_kept(rows, asked.choice).order_by().values_list("pk", flat=True)[: MOST_FOUND + 1])
    is_cut = len(pks) > MOST_FOUND
    shown = pks[:MOST_FOUND]
    return Found(_ranked(shown, asked), len(shown), None, is_cut=is_cut, is_near=is_near)


def _first(rows: QuerySet[DirectoryRow]) -> list[tuple]:
    """Key and traits of the first matches, in no order; one too many tells that there are more."""
    return list(rows.order_by().values_list("pk", *TRAITS)[: MOST_FOUND + 1])


def selection(asked: Asked) -> QuerySet[DirectoryRow]:
    """Every operation of a selection, in the order asked for, else by name, however many: for files to take away."""
    rows = DirectoryRow.objects.all()
    if asked.text.strip():
        exact = _matching(asked.text)
        rows = exact if exact.exists() else _near(asked.text)
    return _kept(rows, asked.choice).defer("words", "names_key").order_by(*SORTS.get(asked.sort, SORTS["nom"]))


def _matching(text: str) -> QuerySet[DirectoryRow]:
    """Rows that hold the words, in any form; or whose name and commune hold them, even cut short."""
    in_name = Q()
    for word in _WORD.findall(sort_key(text)):
        in_name &= Q(names_key__contains=word)
    in_words = Q(words=_query(text))
    return DirectoryRow.objects.filter(in_words | in_name if in_name else in_words)


def _near(text: str) -> QuerySet[DirectoryRow]:
    """Rows whose name, commune, county or region looks like what was typed."""
    key = sort_key(text)
    if max((len(word) for word in _WORD.findall(key)), default=0) < _SHORTEST_NEAR:
        return DirectoryRow.objects.none()
    counties = County.objects.filter(
        Q(name__unaccent__trigram_word_similar=key) | Q(region__name__unaccent__trigram_word_similar=key)
    )
    return DirectoryRow.objects.filter(Q(names_key__trigram_word_similar=key) | Q(county__in=counties.values("pk")))


def _query(text: str) -> SearchQuery:
    return SearchQuery(_JOINED.sub(" ", text), config="fr", search_type="websearch")


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
    if not asked.text.strip():
        return rows.order_by(*SORTS["nom"])
    likeness = TrigramWordSimilarity(sort_key(asked.text), "names_key")
    return rows.order_by(SearchRank(F("words"), _query(asked.text)).desc(), likeness.desc(), *SORTS["nom"])
