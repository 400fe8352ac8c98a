"""Named reads of territories."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
    prefetch_related_objects,
)

from ecoquartier.territories.domain import (
    UNINHABITED,
    CommunePlace,
    FormerPlace,
    Gazetteer,
    Place,
    before_place,
    beside_place,
    counties_called,
    likeness,
    name_key,
    rare_words,
    without_article,
)
from ecoquartier.territories.enums import CommuneKind
from ecoquartier.territories.models import Commune, County, Region

_CODE = re.compile(r"^(\d{5}|2[AB]\d{3})$", re.IGNORECASE)
_COUNTY_BESIDE = re.compile(r"^(?P<name>.*\D)\(?\s*\b(?P<county>\d{2}|2[AB]|9[78]\d)\b\s*\)?$", re.IGNORECASE)
_CODE_BESIDE = re.compile(
    r"^(?P<name>.*?\D)\s*\(?\b(?P<code>\d{5}|2[AB]\d{3})\b\)?$|^(?P<first>\d{5})\s+(?P<rest>\D.*)$", re.IGNORECASE
)
# A short word has too few trigrams for an error to be told from another name, and is in too many names.
SHORTEST_WITH_ERRORS = 4
# Names that differ by more than one letter in five are two names.
LIKE_ENOUGH = 0.8
# People of a town that is called by its first words: « Clermont-Ferrand », « Champigny-sur-Marne ».
TOWN = 30_000
# Rows that the index of likeness gives, among which the likeliest are chosen letter by letter.
COMPARED = 60


def commune_by_insee(code: str) -> Commune | None:
    """The commune of today that an INSEE code designates: mergers, renumberings and districts are followed."""
    found = (
        Commune.objects.select_related("county__region", "successor__county__region")
        .filter(insee=code.strip().upper())
        .first()
    )
    return found and found.today


def regions() -> QuerySet[Region]:
    """Every region where people live, by name."""
    return Region.objects.exclude(pk__in=UNINHABITED)


def counties() -> QuerySet[County]:
    """Every county where people live, with its region, by code."""
    return County.objects.exclude(pk__in=UNINHABITED).select_related("region")


@dataclass(frozen=True)
class Figures:
    """How many rows the register has; `placed` communes have a point of their own."""

    communes: int
    former: int
    placed: int


def figures() -> Figures:
    """Sizes of the register: communes of today, codes that lead to one of them, points known."""
    today = Q(kind=CommuneKind.COMMUNE)
    return Figures(
        **Commune.objects.aggregate(
            communes=Count("pk", filter=today),
            former=Count("pk", filter=~today),
            placed=Count("pk", filter=today & Q(latitude__isnull=False, is_place_approximate=False)),
        )
    )


def with_predecessors(communes: list[Commune]) -> list[Commune]:
    """The same communes, each with those that merged into it under `merged`, the latest first."""
    merged = Commune.objects.filter(kind=CommuneKind.FORMER).order_by(F("merged_on").desc(nulls_last=True), "sort_key")
    prefetch_related_objects(communes, Prefetch("predecessors", queryset=merged, to_attr="merged"))
    return communes


def place_of(commune: Commune) -> Place | None:
    """Where a commune is: its point, or approximately, among its neighbours; where its successor is when it has one.

    None only when the register knows no point around it, which the committed lists avoid.
    """
    today = commune.today
    if today.latitude is None or today.longitude is None:
        return None
    return Place(today.latitude, today.longitude, today.is_place_approximate)


def find_communes(text: str, limit: int = 10) -> list[Commune]:
    """Communes of today that a person may mean, the most probable first, with their county and region.

    `text` is a name (accents, hyphens, "st" for "saint", a typing error or two, a former name), a name with its
    county, its region or its postal code ("Saint-Denis 974", "Laval (Mayenne)", "Laval, Mayenne"), an INSEE code or
    a postal code. Three queries at most.
    """
    text = " ".join(text.split())
    if _CODE.match(text):
        return _by_code(text.upper(), limit)
    *guesses, last = _readings(text)
    for guess in guesses:
        found = _by_name(guess.key, guess.narrowed, name_key(text), limit)
        # « Saint-Martin-du-Var » is not the Saint-Martin of Var.
        if any(map(guess.names, found)) and not any(map(last.names, found)):
            return found
    return _read(last, name_key(text), limit)


def _read(reading: _Reading, whole: str, limit: int) -> list[Commune]:
    """The communes of a reading, typing errors forgiven."""
    key = reading.key
    if not key:
        return []
    found = _by_name(key, reading.narrowed, whole, limit)
    if len(found) >= limit or len(key) < SHORTEST_WITH_ERRORS or any(map(reading.names, found)):
        return found
    # "Toulouze" begins Toulouzette, and is more probably an error on Toulouse: the list holds both.
    known = {commune.insee for commune in found}
    return (found + [commune for commune in _by_likeness(key, reading.narrowed) if commune.insee not in known])[:limit]


def commune_holds(word: str, path: str = "") -> Q:
    """Rows whose commune (at `path`) is told by a word of its name, today's or former, or by its INSEE code; so is the
    commune into which one so told was merged.
    """
    key = name_key(word)

    def told(path: str) -> Q:
        coded = Q((f"{path}insee", word.upper()))
        # Signs alone have an empty key, which every name would hold.
        return coded | Q((f"{path}search_key__contains", key)) if key else coded

    merged = Commune.objects.filter(told(""), successor__isnull=False)
    return told(path) | Q((f"{path}pk__in", merged.values("successor")))


def designated(text: str, found: list[Commune]) -> Commune | None:
    """The commune that a text designates without a doubt, among those that `find_communes` found for it, or None.

    There is no doubt when the text is what lists call it, "Saint-Denis (974)", or the name, past or present, of the
    most probable one and of no other, or its code. A postal code of several communes, a namesake or a typing error
    leave the choice to the person, and so does a name that is also that of a county or of a region, unless this
    commune is all that it holds, as Paris is. One query at most.
    """
    if _CODE.match(text.strip()):
        return found[0] if len(found) == 1 else None
    listed = [commune for commune in found if name_key(str(commune)) == name_key(text)]
    if listed:
        return listed[0]
    for reading in reversed(_readings(" ".join(text.split()))):
        if named := list(filter(reading.names, found)):
            is_sure = len(named) == 1 and named == found[:1] and not _is_also_larger(named[0], text)
            return named[0] if is_sure else None
    return None


def _is_also_larger(commune: Commune, text: str) -> bool:
    """Whether the text is also the name of a county or of a region, where other communes are."""
    counties = counties_called(text)
    return bool(counties) and Commune.objects.current().filter(county__in=counties).exclude(pk=commune.pk).exists()


def is_named(commune: Commune, key: str) -> bool:
    """Whether `key` is, but for an article, the name by which the commune was found."""
    names = (commune.sort_key, name_key(commune.matched_name))
    return without_article(key) in (without_article(name) for name in names)


def commune_index() -> Gazetteer:
    """Every commune in memory, to place a whole file: two queries."""
    places = Commune.objects.current().values_list(
        "insee", "name", "county_id", "population", "former_names", "sort_key"
    )
    former = Commune.objects.exclude(kind=CommuneKind.COMMUNE).values_list("insee", "name", "successor_id", "sort_key")
    return Gazetteer(
        (
            CommunePlace(insee, name, county, population, frozenset(map(name_key, former_names)), key)
            for insee, name, county, population, former_names, key in places.iterator()
        ),
        (FormerPlace(*row) for row in former.iterator()),
    )


def _by_code(code: str, limit: int) -> list[Commune]:
    """The communes of an INSEE code or of a postal code."""
    rows = Commune.objects.filter(Q(insee=code) | Q(postal_codes__contains=[code]))
    # 13001 is Aix-en-Provence for INSEE, and a postal code of Marseille; 01300 is today's postal code of Belley, and
    # was the INSEE code of Le Poizat.
    rank = Case(
        When(insee=code, kind=CommuneKind.COMMUNE, then=0),
        When(postal_codes__contains=[code], then=1),
        default=Value(2),
        output_field=IntegerField(),
    )
    return _current(rows.order_by(rank, "-weight"), limit)


@dataclass(frozen=True)
class _Reading:
    """One way to understand a text: a name, and the filter that a county, a region or a postal code beside it makes."""

    key: str
    narrowed: Q = field(default_factory=Q)
    counties: frozenset[str] = frozenset()

    def names(self, commune: Commune) -> bool:
        """Whether the commune is there, and is so named."""
        return is_named(commune, self.key) and (not self.counties or commune.county_id in self.counties)


def _readings(text: str) -> list[_Reading]:
    """The ways to understand a text: the last one, after guesses that hold only for a commune of that very name."""
    if found := beside_place(text):
        name, counties = found
        return [_Reading(name_key(name), Q(county__in=counties), counties)]
    if matched := _CODE_BESIDE.match(text):
        code = (matched["code"] or matched["first"]).upper()
        name = matched["name"] or matched["rest"]
        return [_Reading(name_key(name), Q(insee=code) | Q(postal_codes__contains=[code]))]
    if matched := _COUNTY_BESIDE.match(text):
        return [_Reading(name_key(matched["name"]), Q(county=matched["county"].upper()))]
    whole = _Reading(name_key(text))
    if found := before_place(text):
        key, counties = found
        return [_Reading(key, Q(county__in=counties), counties), whole]
    return [whole]


def _by_name(key: str, narrowed: Q, whole: str, limit: int) -> list[Commune]:
    """Names in which a word starts with `key`, where `narrowed` says: that very name first, then those it begins.

    Numbers may also be a part of the name ("Paris 13"): names that start with the `whole` text are found too.
    """
    with_article = [f"{article} {key}" for article in ("le", "la", "les", "l")]
    past = Q(search_key__contains=f"| {key} |") | Q(search_key__endswith=f"| {key}")
    rank = Case(
        # Who writes « Clermont » or « Évry » means the town more often than the village that is just so named.
        When(
            Q(sort_key=key) | Q(sort_key__startswith=f"{key} ") & (past | Q(weight__gte=TOWN)),
            kind=CommuneKind.COMMUNE,
            then=0,
        ),
        When(Q(sort_key__in=[key, *with_article]) | past, then=1),
        When(sort_key__startswith=key, kind=CommuneKind.COMMUNE, then=2),
        default=Value(3),
        output_field=IntegerField(),
    )
    starts = Q(search_key__startswith=key) | Q(search_key__contains=f" {key}")
    if whole != key:
        starts = narrowed & starts | Q(search_key__startswith=whole)
    rows = Commune.objects.filter(starts).annotate(rank=rank)
    return _current(rows.order_by("rank", "-weight", "sort_key"), limit, key)


def _by_likeness(key: str, narrowed: Q) -> list[Commune]:
    """Names that are `key` with typing errors, the likeliest first, then those that are one of its words."""
    words = [word for word in key.split() if len(word) >= SHORTEST_WITH_ERRORS]
    is_word = Q(sort_key__in=words)
    rare = rare_words(key)
    rows = (
        Commune.objects.filter(narrowed, is_word | Q(rare_key__trigram_similar=rare))
        .annotate(trigrams=Case(When(is_word, then=Value(1.0)), default=TrigramSimilarity("rare_key", rare)))
        .order_by("-trigrams", "-weight")
    )
    ranked: list[tuple[float, Commune]] = []
    for row in _with_territory(rows)[:COMPARED]:
        alike = likeness(key, row.sort_key, LIKE_ENOUGH)
        if alike or row.sort_key in words:
            ranked.append((alike, row))
    ranked.sort(key=lambda found: (-round(found[0], 1), -found[1].weight))
    return _distinct((row for _alike, row in ranked), key)


def _with_territory(rows: QuerySet[Commune]) -> QuerySet[Commune]:
    """The rows with their territory and that of their successor."""
    return rows.select_related("county__region", "successor__county__region")


def _current(rows: QuerySet[Commune], limit: int, key: str = "") -> list[Commune]:
    """The first `limit` communes of today that the rows are or lead to."""
    # Several former communes may lead to the same one: some rows more than asked fill the list.
    return _distinct(_with_territory(rows)[: limit * 3], key)[:limit]


def _distinct(rows: Iterable[Commune], key: str) -> list[Commune]:
    """The communes of today that the rows are or lead to, each once, with the former name in which `key` is."""
    found: dict[str, Commune] = {}
    for row in rows:
        commune = row.today
        if commune.insee not in found:
            commune.matched_name = _name_matched(row, key)
        found.setdefault(commune.insee, commune)
    return list(found.values())


def _name_matched(row: Commune, key: str) -> str:
    """The former name by which a row was found: the very name typed, else one that holds it when today's does not."""
    names = [row.name] if row.successor_id else row.former_names
    past = {name_key(name): name for name in names}
    if key in past or key in row.today.sort_key:
        return past.get(key, "")
    return next((name for name_of, name in past.items() if key in name_of), row.name if row.successor_id else "")
