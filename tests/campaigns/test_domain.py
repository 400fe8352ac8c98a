"""What a stage asks, over plain facts."""

from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from ecoquartier.campaigns.domain import StageFacts, add_years, missing


@dataclass
class Rules:
    rank: int = 2
    sections: list = field(default_factory=lambda: ["identity", "charter", "programme", "context", "answers"])
    requires_meeting: bool = False
    requires_rank: int | None = None
    years_after_delivery: int = 0


FULL = StageFacts(
    has_meeting=True, has_charter=True, answered=frozenset({1, 2}), commitments=((1, "Besoins"), (2, "Pilotage"))
)


def sections(rules, facts):
    return [found.section for found in missing(rules, facts)]


def test_nothing_is_missing_when_all_is_there():
    assert missing(Rules(), FULL) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"has_charter": False}, ["charter"]),
        ({"answered": frozenset({2})}, ["answers"]),
        ({"missing_identity": ("description",)}, ["identity"]),
        ({"missing_programme": ("logements",)}, ["programme"]),
        ({"missing_context": ("contexte",)}, ["context"]),
        ({"held": frozenset({2})}, ["held"]),
        ({"held": frozenset({3})}, ["held"]),
    ],
)
def test_each_lack_is_said(change, expected):
    assert sections(Rules(), replace(FULL, **change)) == expected


def test_an_unanswered_commitment_is_named_with_its_number():
    (found,) = missing(Rules(), replace(FULL, answered=frozenset({1})))
    assert found.commitment == 2
    assert "Pilotage" in found.sentence


def test_a_lower_stage_held_does_not_stop():
    assert missing(Rules(rank=3), replace(FULL, held=frozenset({2}))) == []


def test_stage_three_does_not_require_stage_two():
    assert missing(Rules(rank=3, sections=["charter"]), FULL) == []


def test_the_meeting_is_asked_only_where_the_stage_says_so():
    facts = replace(FULL, has_meeting=False)
    assert sections(Rules(), facts) == []
    assert sections(Rules(requires_meeting=True), facts) == ["meeting"]


def test_a_required_stage_must_be_held():
    rules = Rules(rank=4, requires_rank=3)
    assert sections(rules, FULL) == ["held"]
    assert sections(rules, replace(FULL, held=frozenset({3}))) == []


@pytest.mark.parametrize(("on", "ready"), [(date(2026, 6, 29), False), (date(2026, 6, 30), True)])
def test_years_after_delivery_are_counted_at_the_deadline(on, ready):
    rules = Rules(rank=4, requires_rank=3, years_after_delivery=3)
    facts = replace(FULL, held=frozenset({3}), delivered_on=date(2023, 6, 30), on=on)
    assert (missing(rules, facts) == []) is ready


def test_an_unknown_delivery_is_said_once():
    rules = Rules(rank=4, years_after_delivery=3, sections=["delivery"])
    assert sections(rules, FULL) == ["delivery"]


def test_a_leap_day_becomes_the_first_of_march():
    assert add_years(date(2024, 2, 29), 3) == date(2027, 3, 1)
    assert add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)
