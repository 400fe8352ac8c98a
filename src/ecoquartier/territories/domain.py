"""Names of communes as people write them, where they are, the end of a day there, and the reader of the lists."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from ecoquartier.core.text import sort_key

DATA_DIR = Path(__file__).parent / "data"
PARIS = "Europe/Paris"

# Nobody lives there: they are in the official lists, and no operation, right or filter is about them.
UNINHABITED = ("984", "989")
# Less alike than this, two names are two communes; more, one of them may be a typing error.
CLOSE_ENOUGH = 0.88

_ARTICLE_BEHIND = re.compile(r"^(?P<name>.+?)\s*\(\s*(?P<article>les|le|la|l['’])\s*\)\s*$", re.IGNORECASE)
_NOT_A_LETTER = re.compile(r"[^0-9a-z]+")
_SHORT_WORDS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes", "s": "sur", "ss": "sous"}
_ARTICLES = ("le ", "la ", "les ", "l ")
_COMMON_WORDS = {"le", "la", "les", "l", "de", "du", "des", "d", "en", "sur", "saint", "sainte"}
# What stands between a name and the county or region that tells it from its namesakes.
_BETWEEN_PLACES = re.compile(r"[(),;]|\s[-–—/]\s")
_BEFORE_PLACE = frozenset({"le", "la", "les", "l", "de", "du", "des", "d", "en", "dans"})
_ORDINAL = re.compile(r"^(\d+)(?:er|ere|e|eme|ieme)$")


def end_of_day(day: date, timezone: str = PARIS) -> datetime:
    """Return the last instant of `day`: 23:59 in Paris or in `timezone`, whichever comes later."""
    last_minute = time(23, 59, 59, 999999)
    return max(datetime.combine(day, last_minute, tzinfo=ZoneInfo(zone)) for zone in {PARIS, timezone})


def rare_words(key: str) -> str:
    """Drop of a name key the words of a thousand names, unless nothing is left: `nazaire` tells `saint nazaire`."""
    return " ".join(word for word in key.split() if word not in _COMMON_WORDS) or key


def put_article_first(name: str) -> str:
    """Write "Abymes (Les)" as "Les Abymes", and "Isle-Adam (L’)" as "L’Isle-Adam"."""
    found = _ARTICLE_BEHIND.match(name)
    if not found:
        return name
    article = found["article"].capitalize()
    return f"{article}{found['name']}" if article[-1] in "'’" else f"{article} {found['name']}"


def typographic(name: str) -> str:
    """Write a name as it is printed: the lists have typewriter's apostrophes."""
    return name.replace("'", "’")


def name_key(name: str) -> str:
    """Return the form under which two spellings of a commune meet: "St Denis" and "Saint-Denis" are `saint denis`.

    "Paris 15e" and "Paris 15ème" meet too.
    """
    words = _NOT_A_LETTER.sub(" ", sort_key(put_article_first(name.strip()))).split()
    return " ".join(_SHORT_WORDS.get(word) or _ORDINAL.sub(r"\1", word) for word in words)


def search_keys(names: Iterable[str]) -> list[str]:
    """Every form under which a commune so named is found, its first name first: "L’Haÿ" is `l hay` and `lhay`."""
    keys = [name_key(name) for name in names]
    glued = ["l" + key.removeprefix("l ") for key in keys if key.startswith("l ")]
    return list(dict.fromkeys((*keys, *glued)))


def without_article(key: str) -> str:
    """Drop the article in front of a name key."""
    for article in _ARTICLES:
        if key.startswith(article):
            return key.removeprefix(article)
    return key


@cache
def counties_by_name() -> Mapping[str, frozenset[str]]:
    """Name key of a county or of a region, its article apart → codes of its counties.

    A county is also known by its code, alone or beside its name: « 53 », « 53 Mayenne », « Mayenne 53 ».
    """
    found: dict[str, set[str]] = defaultdict(set)
    in_region: dict[str, set[str]] = defaultdict(set)
    for county in read_list("counties"):
        code, key = county["code"], without_article(name_key(county["name"]))
        in_region[county["region"]].add(code)
        for written in (key, code.lower(), f"{code} {key}".lower(), f"{key} {code}".lower()):
            found[written].add(code)
    for region in read_list("regions"):
        found[without_article(name_key(region["name"]))] |= in_region[region["code"]]
    return {key: frozenset(codes) for key, codes in found.items()}


def counties_called(text: str) -> frozenset[str]:
    """Codes of the counties that a text names, by their name, their code or that of their region; none otherwise."""
    return counties_by_name().get(without_article(name_key(text)), frozenset())


def beside_place(text: str) -> tuple[str, frozenset[str]] | None:
    """The name, and the counties said after it: « Laval (Mayenne) », « Laval, Mayenne, Pays de la Loire »."""
    name, *places = [part for part in map(str.strip, _BETWEEN_PLACES.split(text)) if part] or [""]
    said = [counties_called(place) for place in places]
    return (name, frozenset.intersection(*said)) if said and all(said) else None


def before_place(text: str) -> tuple[str, frozenset[str]] | None:
    """The name key, and the counties whose name ends the text: « Laval Mayenne », « Saint-Denis de la Réunion ».

    It is a guess: « Tonnay-Charente » and « Nogent-sur-Oise » are written alike.
    """
    words = name_key(text).split()
    for place in range(1, len(words)):
        counties = counties_called(" ".join(words[place:]))
        name = words[:place]
        while name and name[-1] in _BEFORE_PLACE:
            name.pop()
        if counties and name:
            return " ".join(name), counties
    return None


@dataclass(frozen=True)
class Place:
    """Where something is, in degrees (WGS 84)."""

    latitude: float
    longitude: float
    is_approximate: bool = False


@dataclass(frozen=True)
class Inhabited:
    """What places a commune whose point is not known: those it lives with."""

    insee: str
    county: str
    epci: str
    population: int


def places(communes: Iterable[Inhabited], points: Mapping[str, tuple[float, float]]) -> dict[str, Place]:
    """Return where each commune is: its own point, else the middle of the people around it, which is approximate.

    The people around are those of the communes of the same EPCI whose point is known, else of the same county. A
    commune is left out when nothing is known around it either.
    """
    communes = list(communes)
    known = [(commune, points[commune.insee]) for commune in communes if commune.insee in points]
    by_epci = _middles((commune.epci, commune.population, point) for commune, point in known if commune.epci)
    by_county = _middles((commune.county, commune.population, point) for commune, point in known)
    found = {commune.insee: Place(*point) for commune, point in known}
    for commune in communes:
        middle = by_epci.get(commune.epci) or by_county.get(commune.county)
        if commune.insee not in found and middle:
            found[commune.insee] = Place(*middle, is_approximate=True)
    return found


def _middles(known: Iterable[tuple[str, int, tuple[float, float]]]) -> dict[str, tuple[float, float]]:
    """The mean point of each group, weighted by its people; no group lies across the 180th meridian."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for group, population, (latitude, longitude) in known:
        weight = max(population, 1)
        for index, value in enumerate((weight, weight * latitude, weight * longitude)):
            sums[group][index] += value
    return {
        group: (round(latitude / weight, 5), round(longitude / weight, 5))
        for group, (weight, latitude, longitude) in sums.items()
    }


def county_of(insee: str) -> str:
    """Return the county's code that an INSEE code starts with: two characters, three overseas."""
    return insee[:3] if insee.startswith(("97", "98")) else insee[:2]


@dataclass(frozen=True)
class CommunePlace:
    """A commune of today, as a plain fact, with every name it or what merged into it has had.

    `key` is the key of its name when it is known already: making those of 35,000 names takes a second.
    """

    insee: str
    name: str
    county: str
    population: int | None = None
    keys: frozenset[str] = field(default=frozenset(), repr=False)
    key: str = field(default="", repr=False)

    def is_known_as(self, name: str) -> bool:
        """Tell whether `name` is, but for an article, one of its names, past or present."""
        wanted = without_article(name_key(name))
        return any(without_article(key) == wanted for key in self.keys | {name_key(self.name)})


@dataclass(frozen=True)
class FormerPlace:
    """A code that is no longer a commune (merged, renumbered, or a district of Paris, Lyon, Marseille)."""

    insee: str
    name: str
    successor: str
    key: str = field(default="", repr=False)


class Gazetteer:
    """All communes in memory, found by code (mergers followed) or by name inside a county."""

    def __init__(self, places: Iterable[CommunePlace], former: Iterable[FormerPlace] = ()) -> None:
        self._former = {old.insee: old for old in former}
        merged: dict[str, set[str]] = defaultdict(set)
        for old in self._former.values():
            merged[old.successor].add(old.key or name_key(old.name))
        self._places: dict[str, CommunePlace] = {}
        for place in places:
            key = place.key or name_key(place.name)
            keys = place.keys | {key} | merged[place.insee]
            self._places[place.insee] = CommunePlace(place.insee, place.name, place.county, place.population, keys, key)
        # Three strengths of a name, tried in this order: today's names, past names, names without their article.
        self._tiers: tuple[dict[tuple[str, str], set[str]], ...] = (
            defaultdict(set),
            defaultdict(set),
            defaultdict(set),
        )
        for place in self._places.values():
            self._tiers[0][place.county, place.key].add(place.insee)
            for key in place.keys:
                self._tiers[1][place.county, key].add(place.insee)
                self._tiers[2][place.county, without_article(key)].add(place.insee)
        self._by_county: dict[str, list[CommunePlace]] = defaultdict(list)
        for place in self._places.values():
            self._by_county[place.county].append(place)

    def by_insee(self, code: str) -> CommunePlace | None:
        """The commune of today that `code` designates, through its mergers."""
        if code in self._places:
            return self._places[code]
        old = self._former.get(code)
        return self._places.get(old.successor) if old else None

    def by_name_and_county(self, name: str, county: str | None) -> CommunePlace | None:
        """The only commune so named in the county (in France when `county` is None), or None when none or several.

        Inside a county, one typing error is forgiven when a single commune is that close.
        """
        key = name_key(name)
        if not key:
            return None
        counties = [county] if county else list(self._by_county)
        for tier, wanted in zip(self._tiers, (key, key, without_article(key)), strict=True):
            found = {insee for code in counties for insee in tier.get((code, wanted), ())}
            if found:
                return self._places[found.pop()] if len(found) == 1 else None
        return self._closest(key, county) if county else None

    def _closest(self, key: str, county: str) -> CommunePlace | None:
        """The single commune of the county whose name is almost `key`."""
        close = [
            place
            for place in self._by_county.get(county, ())
            if any(likeness(key, other, CLOSE_ENOUGH) for other in place.keys)
        ]
        return close[0] if len(close) == 1 else None


def likeness(one: str, other: str, least: float) -> float:
    """How alike two keys are, from 0 to 1, or 0 when it is less than `least`; the cheap bounds come first."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= least else 0.0


def read_list(name: str, folder: Path = DATA_DIR) -> Iterator[dict[str, str]]:
    """Yield the rows of one of the committed lists, e.g. `read_list("regions")`."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@dataclass(frozen=True)
class Source:
    """Where one of the lists comes from."""

    subject: str
    publisher: str
    vintage: str
    licence: str
    licence_url: str
    package: str


@cache
def sources() -> tuple[Source, ...]:
    """The sources of the committed lists, as the tool that made them wrote them down."""
    return tuple(Source(**row) for row in read_list("sources"))
