"""Quorum and votes over plain numbers (rule 11)."""

import pytest

from ecoquartier.commissions.domain import carries, quorum

HALF = (1, 2)


@pytest.mark.parametrize(
    ("seats", "required"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (14, 7)], ids=lambda value: str(value)
)
def test_half_of_the_seats_is_rounded_up(seats, required):
    state = quorum(seats=seats, present=0, recused=0, recused_present=0, fraction=HALF)
    assert (state.required, state.is_reached) == (required, False)


def test_a_recused_seat_leaves_both_sides():
    state = quorum(seats=5, present=3, recused=1, recused_present=1, fraction=HALF)
    assert (state.present, state.seats, state.required, state.is_reached) == (2, 4, 2, True)


def test_the_fraction_is_data():
    state = quorum(seats=10, present=6, recused=0, recused_present=0, fraction=(2, 3))
    assert (state.required, state.is_reached) == (7, False)


def test_somebody_is_always_required():
    state = quorum(seats=1, present=0, recused=1, recused_present=0, fraction=HALF)
    assert (state.seats, state.required, state.is_reached) == (0, 1, False)


@pytest.mark.parametrize(
    ("votes_for", "votes_against", "chair_is_for", "carried"),
    [(3, 2, False, True), (2, 3, True, False), (2, 2, True, True), (2, 2, False, False), (0, 0, True, True)],
)
def test_majority_of_votes_cast_and_the_chair_breaks_a_tie(votes_for, votes_against, chair_is_for, carried):
    assert carries(votes_for=votes_for, votes_against=votes_against, chair_is_for=chair_is_for) is carried
