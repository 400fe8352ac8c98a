"""What an invented operation is: drawn from a source of random numbers, the same for the same seed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from django.utils.text import capfirst

from ecoquartier.core.text import at_place
from ecoquartier.operations.enums import CharterState, FactKind, TermKind
from ecoquartier.ops.domain import words
from ecoquartier.people.enums import OrganisationKind

FIRST_LABEL, FOUR_STAGES, RENEWED = "premier-label-2013", "quatre-etapes", "renove-2023"
FIRST_YEARS = {FIRST_LABEL: 2013, FOUR_STAGES: 2017, RENEWED: 2023}
LAST_YEARS = {FIRST_LABEL: 2016}
ACTORS = TermKind.ACTORS.value
Step = tuple[str, int]
"""(code of a scheme, level of one of its stages on the common scale)."""


@dataclass(frozen=True)
class Situation:
    """Where an operation stands in its life.

    Args:
        weight: how many operations of a hundred are there, about.
        charter: state of the signature of its commune; empty without one.
        path: the stages that it obtained, in order.
        fact: what an older file would say of it, that is no stage.
    """

    weight: int
    charter: str = ""
    path: tuple[Step, ...] = ()
    fact: str = ""

    @property
    def is_signed(self) -> bool:
        """Whether its commune signed the charter, and that was confirmed."""
        return self.charter == CharterState.CONFIRMED


SIGNED, TO_CONFIRM = CharterState.CONFIRMED.value, CharterState.TO_CONFIRM.value
SITUATIONS = (
    Situation(8),
    Situation(4, fact=FactKind.CANDIDATE.value),
    Situation(3, fact=FactKind.ADJOURNED.value),
    Situation(7, TO_CONFIRM),
    Situation(8, SIGNED),
    Situation(18, SIGNED, ((FOUR_STAGES, 1),)),
    Situation(11, SIGNED, ((FOUR_STAGES, 1), (FOUR_STAGES, 2))),
    Situation(8, SIGNED, ((FOUR_STAGES, 2),)),
    Situation(6, SIGNED, ((FOUR_STAGES, 1), (FOUR_STAGES, 2), (FOUR_STAGES, 3))),
    Situation(7, SIGNED, ((FOUR_STAGES, 3),)),
    Situation(3, SIGNED, ((FOUR_STAGES, 2), (FOUR_STAGES, 3), (FOUR_STAGES, 4))),
    Situation(2, SIGNED, ((FOUR_STAGES, 3), (FOUR_STAGES, 4))),
    Situation(5, TO_CONFIRM, ((FIRST_LABEL, 2),), FactKind.CALL.value),
    Situation(3, TO_CONFIRM, ((FIRST_LABEL, 2), (FIRST_LABEL, 3))),
    Situation(2, SIGNED, ((FIRST_LABEL, 3), (FOUR_STAGES, 4)), FactKind.CALL.value),
    Situation(2, SIGNED, ((RENEWED, 0),)),
    Situation(2, SIGNED, ((RENEWED, 3),)),
    Situation(1, SIGNED, ((RENEWED, 3), (RENEWED, 4))),
)
EXTREMES = ({"area_ha": "0.20", "dwellings": 4}, {"area_ha": "337.00", "dwellings": 7100, "social_dwellings": 2900})
"""The smallest and the largest that the register was asked to keep."""
HOLDERS = (
    (OrganisationKind.TOWN.value, 40),
    (OrganisationKind.DEVELOPER.value, 30),
    (OrganisationKind.EPCI.value, 15),
    ("", 15),
)
"""Kind of the organisation that holds it → weight; nobody holds some."""


@dataclass(frozen=True)
class Stage:
    """A stage obtained, and the year of it; `phases` numbers those it covers, all of them when empty."""

    scheme: str
    level: int
    year: int
    phases: tuple[int, ...] = ()


@dataclass(frozen=True)
class Part:
    """A phase, with its dates as the register keeps them; empty when nobody knows."""

    name: str = ""
    studies: str = ""
    works: str = ""
    delivery: str = ""


@dataclass(frozen=True)
class Invention:
    """One invented operation, before it is anywhere."""

    name: str
    situation: Situation
    stages: tuple[Stage, ...]
    first_year: int
    figures: Mapping[str, Any]
    figures_as_of: date | None
    figures_source: str
    holder: str
    phases: tuple[Part, ...]
    texts: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, list[str]] = field(default_factory=dict)
    actors: Mapping[str, list[str]] = field(default_factory=dict)


def draw_situation(rng: Random) -> Situation:
    """Where an operation stands, as often as it happens."""
    return rng.choices(SITUATIONS, weights=[each.weight for each in SITUATIONS])[0]


def invent(
    rng: Random,
    *,
    commune: str,
    population: int,
    is_overseas: bool,
    terms: Mapping[str, Sequence[str]],
    before: date,
    situation: Situation | None = None,
) -> Invention:
    """Draw an operation.

    Args:
        commune: name of the commune, for the texts.
        terms: kind of a list of the sheet → codes of its choices.
        before: nothing that it obtained is of this year or later.
        situation: where it stands; drawn when None.
    """
    situation = situation or draw_situation(rng)
    stages = _stages(rng, situation, before.year - 1)
    first_year = min((stage.year for stage in stages), default=rng.randint(2010, before.year - 1))
    top = max((stage.level for stage in stages), default=0)
    several = top in (2, 3) and rng.random() < 0.25
    names = rng.sample(words.PHASES, k=rng.choice((2, 3))) if several else [""]
    figures = _figures(rng, population) if rng.random() < 0.8 else {}
    is_told = top > 0 or rng.random() < 0.5
    return Invention(
        name=invent_name(rng, is_overseas=is_overseas),
        situation=situation,
        stages=_of_phases(stages, len(names)),
        first_year=first_year,
        figures=figures,
        figures_as_of=date(rng.randint(first_year, before.year - 1), rng.randint(1, 12), 1) if figures else None,
        figures_source=rng.choice(words.SOURCES) if figures else "",
        holder=rng.choices([kind for kind, _weight in HOLDERS], weights=[weight for _kind, weight in HOLDERS])[0],
        phases=tuple(_part(rng, name, rank, stages, top) for rank, name in enumerate(names)),
        texts=_texts(rng, commune) if is_told else {},
        choices=_choices(rng, {kind: codes for kind, codes in terms.items() if kind != ACTORS}),
        actors=_actors(rng, terms.get(ACTORS, ())) if is_told else {},
    )


def invent_name(rng: Random, *, is_overseas: bool) -> str:
    """A name made of two lists."""
    return f"{rng.choice(words.HEADS)} {rng.choice(words.OVERSEAS_PLACES if is_overseas else words.PLACES)}"


def _stages(rng: Random, situation: Situation, last: int) -> tuple[Stage, ...]:
    """The path with its years, from the last back to the first: three years or so between two of them."""
    found: list[Stage] = []
    for place, (scheme, level) in reversed(list(enumerate(situation.path))):
        steps_before = sum(1 for earlier, _level in situation.path[:place] if earlier == scheme)
        newest = min(found[-1].year - _gap(scheme) if found else last, LAST_YEARS.get(scheme, last))
        oldest = min(newest, FIRST_YEARS[scheme] + _gap(scheme) * steps_before)
        found.append(Stage(scheme, level, rng.randint(max(oldest, newest - 5), newest)))
    return tuple(reversed(found))


def _gap(scheme: str) -> int:
    return {FOUR_STAGES: 3, RENEWED: 2}.get(scheme, 1)


def _of_phases(stages: tuple[Stage, ...], phases: int) -> tuple[Stage, ...]:
    """The same, the highest for the first phase only when there are several."""
    if phases < 2 or not stages:
        return stages
    *others, last = stages
    return (*others, Stage(last.scheme, last.level, last.year, (1,)))


def _part(rng: Random, name: str, rank: int, stages: tuple[Stage, ...], top: int) -> Part:
    """A phase and its dates, exact once past: delivered around the third stage, more than three years before the
    fourth; each later phase two years after, about.
    """
    if not stages:
        return Part(name)
    last = stages[-1].year
    delivered = last - {4: 4, 3: 1}.get(top, -3 * (3 - top)) + 2 * rank
    is_past = top >= 3 and not rank
    delivery = f"{delivered}-{rng.randint(1, 12):02}" if is_past else f"{delivered}~"
    works = str(delivered - 3) if top >= 2 else ""
    return Part(
        name, studies=str(delivered - 6), works=works, delivery=delivery if is_past or rng.random() < 0.7 else ""
    )


def _figures(rng: Random, population: int) -> dict[str, Any]:
    """A programme of the size of its town, within what was seen; some figures are not known."""
    scale = 1.2 + math.log10(max(population, 200)) / 2.5
    area = min(max(math.exp(rng.gauss(scale, 0.9)), 0.3), 330)
    dwellings = min(max(round(area * rng.uniform(12, 75)), 5), 7000)
    found = {
        "area_ha": f"{area:.2f}",
        "dwellings": dwellings,
        "social_dwellings": dwellings * rng.randint(15, 60) // 100,
        "inhabitants": round(dwellings * rng.uniform(1.9, 2.5)),
        "public_open_m2": round(area * rng.uniform(1500, 3500)),
        "housing_floor_m2": dwellings * rng.randint(58, 82),
        "shops_floor_m2": rng.choice((0, 400, 1500, 4200)),
    }
    unknown = rng.sample(("social_dwellings", "inhabitants", "public_open_m2", "housing_floor_m2", "shops_floor_m2"), 2)
    return {code: value for code, value in found.items() if code not in unknown}


def _texts(rng: Random, commune: str) -> dict[str, str]:
    return {
        "description": rng.choice(words.DESCRIPTIONS).format(there=capfirst(at_place(commune))),
        "initial_site": rng.choice(words.INITIAL_SITES),
        "context": rng.choice(words.CONTEXTS),
        "programme": rng.choice(words.PROGRAMMES),
    }


def _actors(rng: Random, kinds: Sequence[str]) -> dict[str, list[str]]:
    """Who works on it, for a few of the kinds: organisations that do not exist."""
    chosen = rng.sample(list(kinds), k=min(len(kinds), rng.randint(0, 4)))
    return {kind: [f"{rng.choice(words.ACTORS)} (démonstration)"] for kind in chosen}


def _choices(rng: Random, terms: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Codes chosen in each list: one type or two, five strong points at most, often nothing elsewhere."""
    most = {"types": (1, 2), "vocations": (1, 3), "procedures": (0, 1), "strong_points": (0, 5)}
    found = {}
    for kind, codes in terms.items():
        least, limit = most.get(kind, (0, 2))
        found[kind] = rng.sample(list(codes), k=min(len(codes), rng.randint(least, limit)))
    return found
