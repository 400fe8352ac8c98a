"""Named reads of territories."""

from __future__ import annotations

import re

from django.contrib.postgres.search import TrigramSimilarity, TrigramStrictWordSimilarity
from django.db.models import Case, F, FloatField, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Greatest

from ecoquartier.territories.domain import CommunePlace, FormerPlace, Gazetteer, name_key, without_article
from ecoquartier.territories.enums import CommuneKind
from ecoquartier.territories.models import Commune, County, Region

_CODE = re.compile(r"^(\d{5}|2[AB]\d{3})$", re.IGNORECASE)
_COUNTY_BESIDE = re.compile(r"^(?P<name>.*\D)\(?\s*\b(?P<county>\d{2}|2[AB]|9[78]\d)\b\s*\)?$", re.IGNORECASE)
_CODE_BESIDE = re.compile(
    r"^(?P<name>.*?\D)\s*\(?\b(?P<code>\d{5}|2[AB]\d{3})\b\)?$|^(?P<first>\d{5})\s+(?P<rest>\D.*)$", re.IGNORECASE
)
# A short word has too few trigrams for an error to be told from another name.
SHORTEST_WITH_ERRORS = 4
LIKE_ENOUGH = 0.3


def commune_by_insee(code: str) -> Commune | None:
    """The commune of today that an INSEE code designates: mergers, renumberings and districts are followed."""
    found = (
        Commune.objects.select_related("county__region", "successor__county__region")
        .filter(insee=code.strip().upper())
        .first()
    )
    return found and (found.successor or found)


def regions() -> QuerySet[Region]:
    """Every region, by name."""
    return Region.objects.all()


def counties() -> QuerySet[County]:
    """Every county with its region, by code."""
    return County.objects.select_related("region")


def find_communes(text: str, limit: int = 10) -> list[Commune]:
    """Communes of today that a person may mean, the most probable first, with their county and region.

    `text` is a name (accents, hyphens, "st" for "saint", a typing error or two, a former name), a name with its
    county or postal code ("Saint-Denis 974"), an INSEE code or a postal code.
    """
    text = " ".join(text.split())
    if _CODE.match(text):
        return _by_code(text.upper(), limit)
    name, narrowed = _narrowed(text)
    key = name_key(name)
    if not key:
        return []
    found = _by_name(key, narrowed, limit)
    if len(key) < SHORTEST_WITH_ERRORS or any(_is_named(commune, key) for commune in found):
        return found
    # "Toulouze" begins Toulouzette, and is more probably an error on Toulouse: the list holds both.
    known = {commune.insee for commune in found}
    close = _by_likeness(key, narrowed, limit) if len(found) < limit else []
    return (found + [commune for commune in close if commune.insee not in known])[:limit]


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
    return _current(rows.order_by(rank, F("population").desc(nulls_last=True)), limit)


def _narrowed(text: str) -> tuple[str, Q]:
    """The name in `text`, and the filter that a county or a postal code beside it makes."""
    if found := _CODE_BESIDE.match(text):
        code = (found["code"] or found["first"]).upper()
        return found["name"] or found["rest"], Q(insee=code) | Q(postal_codes__contains=[code])
    if found := _COUNTY_BESIDE.match(text):
        return found["name"], Q(county_id=found["county"].upper())
    return text, Q()


def _by_name(key: str, narrowed: Q, limit: int) -> list[Commune]:
    """Names in which a word starts with `key`: that very name first, then those that start with it."""
    with_article = [f"{article} {key}" for article in ("le", "la", "les", "l")]
    rank = Case(
        When(sort_key=key, then=0),
        When(Q(sort_key__in=with_article) | Q(search_key__contains=f"| {key} |"), then=1),
        When(search_key__endswith=f"| {key}", then=1),
        When(sort_key__startswith=key, kind=CommuneKind.COMMUNE, then=2),
        default=Value(3),
        output_field=IntegerField(),
    )
    starts = Q(search_key__startswith=key) | Q(search_key__contains=f" {key}")
    rows = Commune.objects.filter(narrowed, starts).annotate(rank=rank)
    return _current(rows.order_by("rank", _people().desc(), "sort_key"), limit, key)


def _by_likeness(key: str, narrowed: Q, limit: int) -> list[Commune]:
    """Names that look like `key`, typing errors forgiven; the whole name counts more than one of its words."""
    rows = Commune.objects.filter(narrowed).annotate(
        likeness=Greatest(
            TrigramSimilarity("sort_key", key),
            0.8 * TrigramStrictWordSimilarity(key, "search_key"),
            output_field=FloatField(),
        )
    )
    ordered = ("-likeness", _people().desc(), "sort_key")
    # The first filter reads the index; the second reads the whole table, for names with several errors.
    close = _current(rows.filter(search_key__trigram_word_similar=key).order_by(*ordered), limit, key)
    return close or _current(rows.filter(likeness__gte=LIKE_ENOUGH).order_by(*ordered), limit, key)


def _is_named(commune: Commune, key: str) -> bool:
    """Whether `key` is, but for an article, the name by which the commune was found."""
    names = (commune.sort_key, name_key(commune.matched_name))
    return without_article(key) in (without_article(name) for name in names)


def _people() -> Coalesce:
    """The population, or that of the commune that a former code leads to."""
    return Coalesce("population", "successor__population", Value(0))


def _current(rows: QuerySet[Commune], limit: int, key: str = "") -> list[Commune]:
    """The first `limit` communes of today that the rows are or lead to, each once."""
    found: dict[str, Commune] = {}
    # Several former communes may lead to the same one: some rows more than asked fill the list.
    for row in rows.select_related("county__region", "successor__county__region")[: limit * 3]:
        commune = row.successor or row
        if commune.insee not in found and key not in commune.sort_key:
            commune.matched_name = _name_matched(row, key)
        found.setdefault(commune.insee, commune)
    return list(found.values())[:limit]


def _name_matched(row: Commune, key: str) -> str:
    """The former name in which `key` was found."""
    names = [row.name] if row.successor_id else row.former_names
    return next((name for name in names if key in name_key(name)), "")
