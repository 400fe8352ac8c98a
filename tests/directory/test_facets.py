"""Counting by sets of bits, compared with counting one by one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecoquartier.directory.domain.facets import (
    CHARTER_ONLY,
    FACETS,
    LISTS,
    TRAITS,
    Tally,
    added,
    life_of,
    positions,
    size_of,
)

TODAY = date(2026, 3, 3)
codes = st.lists(st.sampled_from(["a", "b", "c"]), unique=True, max_size=2)
operations = st.fixed_dictionaries(
    {
        "region": st.just("52"),
        "region_name": st.just("Pays de la Loire"),
        "county": st.sampled_from(["53", "44"]),
        "county_name": st.just("…"),
        "stage": st.sampled_from([None, 2, 3]),
        "stage_name": st.just("livré"),
        "year": st.sampled_from([None, 2015, 2016]),
        "state": st.sampled_from(["active", "paused"]),
        "delivered_on": st.sampled_from([None, "2026-03-03", "2026-03-04"]),
        "dwellings": st.sampled_from([None, 0, 99, 100, 5_000]),
        "types": codes,
        "vocations": codes,
        "strong_points": codes,
    }
)


def values(operation, facet):
    """What the directory says of an operation under a filter, one by one."""
    if facet in LISTS:
        return operation[facet]
    said = {
        "stage": operation["stage"] or CHARTER_ONLY,
        "life": life_of(operation["state"], operation["delivered_on"], TODAY),
        "size": size_of(operation["dwellings"]),
    }
    found = said.get(facet, operation.get(facet))
    return [] if found in (None, "") else [str(found)]


@given(st.lists(operations, max_size=12), st.data())
def test_counts_are_those_of_one_by_one(found, data):
    offered = {facet: sorted({value for one in found for value in values(one, facet)}) for facet in FACETS}
    choice = {
        facet: data.draw(st.sampled_from(offered[facet]))
        for facet in FACETS
        if offered[facet] and data.draw(st.booleans())
    }
    tally = Tally(([one[trait] for trait in TRAITS] for one in found), TODAY)

    def kept(one, but=""):
        return all(value in values(one, facet) for facet, value in choice.items() if facet != but)

    assert positions(tally.chosen(choice)) == [place for place, one in enumerate(found) if kept(one)]
    for facet in FACETS:
        for value in offered[facet]:
            expected = sum(value in values(one, facet) for one in found if kept(one, but=facet))
            assert tally.counts(choice)[facet][value] == expected
    assert added([tally.counts(choice), tally.counts(choice)])["stage"].total() == 2 * sum(
        kept(one, but="stage") for one in found
    )


@pytest.mark.parametrize(
    ("state", "delivered_on", "life"),
    [
        ("active", None, "active"),
        ("active", TODAY, "delivered"),
        ("active", TODAY + timedelta(days=1), "active"),
        ("active", "2026-03-03", "delivered"),
        ("paused", TODAY, "paused"),
        ("abandoned", None, "abandoned"),
    ],
)
def test_an_operation_is_delivered_from_the_day_of_its_last_part(state, delivered_on, life):
    assert life_of(state, delivered_on, TODAY) == life


@pytest.mark.parametrize(
    ("dwellings", "size"), [(None, ""), (0, "0"), (99, "0"), (100, "100"), (499, "100"), (500, "500"), (2_000, "2000")]
)
def test_sizes_begin_at_their_least_number(dwellings, size):
    assert size_of(dwellings) == size
