"""The filters of the directory, and how many operations each of their values would keep.

A county is read as sets of bits, one for each value of each filter: what a selection would find is counted by crossing
them, in microseconds, however the filters are combined.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from ecoquartier.operations.enums import OperationState

# What is read of an operation, in this order: columns of its public row.
TRAITS = (
    "region",
    "region_name",
    "county",
    "county_name",
    "stage",
    "stage_name",
    "year",
    "state",
    "delivered_on",
    "dwellings",
    "types",
    "vocations",
    "strong_points",
)
FACETS = ("region", "county", "stage", "year", "life", "size", "types", "vocations", "strong_points")
NAMED = ("region", "county", "stage")
LISTS = frozenset({"types", "vocations", "strong_points"})

CHARTER_ONLY = "charte"
"""Value of the filter of stages: none is held yet."""

# Fewest dwellings of each size.
SIZES = (0, 100, 500, 2_000)
GOING_ON, DELIVERED = "active", "delivered"
"""Phases of life of an operation that is neither paused nor abandoned: these have the code of their state."""

Counts = dict[str, Counter[str]]


def life_of(state: str, delivered_on: date | str | None, today: date) -> str:
    """Where an operation is in its life: its state, or delivered once its last part is."""
    if state != GOING_ON or not delivered_on:
        return state
    return DELIVERED if str(delivered_on) <= today.isoformat() else GOING_ON


def size_of(dwellings: int | None) -> str:
    """The class of size of an operation; nothing when its dwellings are not known."""
    return "" if dwellings is None else str(max(least for least in SIZES if least <= dwellings))


class Tally:
    """Operations as sets of bits.

    Args:
        rows: the `TRAITS` of each operation.
        today: the day of the question, which tells what is delivered.
    """

    def __init__(self, rows: Iterable[Sequence[Any]], today: date) -> None:
        self.masks: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
        # Facet → value → the words by which the rows call it.
        self.names: dict[str, dict[str, set[str]]] = {facet: {} for facet in NAMED}
        self.size = self.dwellings = self.with_dwellings = self.given_up = 0
        for traits in rows:
            self._add(dict(zip(TRAITS, traits, strict=True)), today)

    def _add(self, row: dict[str, Any], today: date) -> None:
        bit = 1 << self.size
        self.size += 1
        # What was abandoned is neither delivered nor to be.
        if row["dwellings"] is not None and row["state"] == OperationState.ABANDONED:
            self.given_up += 1
        elif row["dwellings"] is not None:
            self.dwellings += row["dwellings"]
            self.with_dwellings += 1
        for facet in NAMED:
            if row[facet]:
                self.names[facet].setdefault(str(row[facet]), set()).add(row[f"{facet}_name"])
        row["stage"] = row["stage"] or CHARTER_ONLY
        row["life"] = life_of(row["state"], row["delivered_on"], today)
        row["size"] = size_of(row["dwellings"])
        for facet, masks in self.masks.items():
            for value in row[facet] if facet in LISTS else (row[facet],):
                if value not in (None, ""):
                    masks[str(value)] = masks.get(str(value), 0) | bit

    @property
    def everything(self) -> int:
        """The set of all."""
        return (1 << self.size) - 1

    def having(self, facet: str, values: Iterable[str]) -> int:
        """The set of those that have one of these values."""
        found = 0
        for value in values:
            found |= self.masks[facet].get(value, 0)
        return found

    def chosen(self, choice: Mapping[str, str], *, but: str = "") -> int:
        """The set of those that a choice keeps (facet → value), one facet set aside."""
        found = self.everything
        for facet, value in choice.items():
            if facet != but:
                found &= self.masks[facet].get(value, 0)
        return found

    def counts(self, choice: Mapping[str, str]) -> Counts:
        """How many each value of each facet would keep, the rest of the choice being what it is."""
        kept = self.chosen(choice)
        counts: Counts = {}
        for facet, masks in self.masks.items():
            among = self.chosen(choice, but=facet) if facet in choice else kept
            counts[facet] = Counter(
                {value: number for value, mask in masks.items() if (number := (mask & among).bit_count())}
            )
        return counts


def positions(found: int) -> list[int]:
    """The places of a set, in order."""
    places = []
    while found:
        lowest = found & -found
        places.append(lowest.bit_length() - 1)
        found ^= lowest
    return places


def added(many: Iterable[Counts]) -> Counts:
    """Counts of several tallies together."""
    total: Counts = {facet: Counter() for facet in FACETS}
    for counts in many:
        for facet, counter in counts.items():
            total[facet].update(counter)
    return total
