"""What a stage asks, over plain facts."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from ecoquartier.campaigns.domain import StageFacts, add_years, doubts, missing, scheme_faults
from ecoquartier.campaigns.enums import Section
from ecoquartier.operations.domain.dates import kept_date


@dataclass
class Rules:
    """A stage as plain data."""

    rank: int = 2
    level: int = 0
    name: str = "chantier"
    moment: str = "travaux commencés"
    sections: list = field(default_factory=lambda: ["identity", "charter", "programme", "context", "answers"])
    commitments: list = field(default_factory=list)
    requires_meeting: bool = False
    meeting_days: int = 30
    requires: Any = None
    years_after_delivery: int = 0
    experts: int = 2
    visit: bool = True
    decision_path: str = "regional_then_national"
    scale: list = field(default_factory=lambda: [["no", "non", "bad"], ["yes", "oui", "ok"]])

    def __post_init__(self):
        self.level = self.level or self.rank


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
        ({"empty": {"identity": ("description",)}}, ["identity"]),
        ({"empty": {"programme": ("logements",)}}, ["programme"]),
        ({"empty": {"context": ("contexte",)}}, ["context"]),
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


def test_a_meeting_asked_for_is_said_with_its_day():
    facts = replace(FULL, has_meeting=False, meeting_asked_on=date(2027, 3, 1))
    (found,) = missing(Rules(requires_meeting=True), facts)
    assert found.sentence.replace("\u00a0", " ") == (
        "La rencontre avec le correspondant, demandée le 1er mars 2027, n’a pas encore eu lieu."
    )


def test_what_the_platform_has_no_place_for_is_never_demanded():
    everything = Rules(sections=list(Section), years_after_delivery=3)
    lacking = {found.section for found in missing(everything, StageFacts(commitments=((1, "Besoins"),)))}
    assert lacking == {"charter", "answers", "works", "delivery"}


def test_a_required_stage_must_be_held():
    rules = Rules(rank=4, requires=Rules(rank=3, name="livré"))
    (found,) = missing(rules, FULL)
    assert found.sentence == "L’opération doit d’abord détenir l’étape 3, livré."
    assert sections(rules, replace(FULL, held=frozenset({3}))) == []


def test_a_stage_of_another_scheme_counts_for_what_it_is_worth():
    """« Livré » of 2023 is worth stage 3 of 2016: it opens « Vécu », and closes itself."""
    delivered = Rules(rank=2, level=3, name="Livré")
    lived = Rules(rank=3, level=4, name="Vécu", requires=delivered)
    held = replace(FULL, held=frozenset({3}))
    assert sections(lived, held) == []
    assert sections(delivered, held) == ["held"]
    assert sections(delivered, replace(FULL, held=frozenset({2}))) == []


def test_a_stage_may_ask_for_some_commitments_only():
    facts = replace(FULL, answered=frozenset())
    assert [found.commitment for found in missing(Rules(commitments=[2]), facts)] == [2]
    assert [found.commitment for found in missing(Rules(), facts)] == [1, 2]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"visit": True, "experts": 0}, "prévoit une visite de terrain sans expert"),
        ({"decision_path": "registration"}, "un enregistrement ne passe pas en commission"),
        ({"scale": [["yes", "oui", "ok"]]}, "au moins deux appréciations"),
        ({"scale": [["yes", "oui", "ok"], ["yes", "si", "ok"]]}, "le même code"),
        ({"scale": [["yes", "oui", "ok"], ["no", " ", "bad"]]}, "Chaque appréciation a un nom"),
        ({"scale": [["yes", "oui", "ok"], ["no", "non", "mauve"]]}, "La couleur"),
        ({"sections": ["charter"]}, "doit demander l’identité"),
        ({"sections": ["identity"], "commitments": [3]}, "sans demander de réponses"),
        ({"sections": ["identity", "alchemy"]}, "une rubrique que la plateforme ne connaît pas"),
        ({"requires_meeting": True, "meeting_days": 0}, "au moins un jour"),
        ({"requires": Rules(rank=3)}, "qu’une étape inférieure"),
        ({"requires": Rules(rank=2)}, "qu’une étape inférieure"),
    ],
)
def test_rules_that_cannot_hold_are_refused(change, sentence):
    (fault,) = scheme_faults([Rules(rank=1), Rules(rank=2, **change)])
    assert sentence in fault


@pytest.mark.parametrize(
    ("stages", "sentence"),
    [
        ([Rules(rank=1), Rules(rank=3)], "se suivent sans trou"),
        ([Rules(rank=2)], "se suivent sans trou"),
        ([Rules(rank=1, level=3), Rules(rank=2, level=3)], "chacune vaut plus"),
        ([Rules(rank=1, level=3), Rules(rank=2)], "chacune vaut plus"),
    ],
)
def test_ranks_follow_each_other_and_levels_grow(stages, sentence):
    (fault,) = scheme_faults(stages)
    assert sentence in fault


def test_rules_that_hold_are_not_refused():
    register = Rules(rank=1, experts=0, visit=False, decision_path="registration")
    without_expert = Rules(rank=2, experts=0, visit=False, decision_path="national_only", scale=[])
    assert scheme_faults([register, without_expert, Rules(rank=3, level=7, requires=register)]) == []


@pytest.mark.parametrize(("on", "ready"), [(date(2026, 6, 29), False), (date(2026, 6, 30), True)])
def test_years_after_delivery_are_counted_at_the_deadline(on, ready):
    rules = Rules(rank=4, requires=Rules(rank=3), years_after_delivery=3)
    facts = replace(FULL, held=frozenset({3}), delivery=kept_date("2023-06-30"), on=on)
    assert (missing(rules, facts) == []) is ready


@pytest.mark.parametrize("section", ["works", "delivery"])
def test_a_date_is_asked_where_the_stage_says_so(section):
    rules = Rules(sections=["charter", section])
    assert sections(rules, FULL) == [section]
    assert sections(rules, replace(FULL, **{section: kept_date("2034~")})) == []
    assert sections(Rules(sections=["charter"]), FULL) == []


@pytest.mark.parametrize("section", ["works", "delivery"])
@pytest.mark.parametrize(
    ("announced", "is_doubtful"),
    [
        ("2026-06-29", False),
        ("2026-06-30", False),  # the very day
        ("2026-07-01", True),
        ("2026", False),  # it may be before
        ("2026-07", True),
        ("2027", True),
        ("2034~", True),
        ("", False),
    ],
)
def test_a_date_still_to_come_is_told_and_holds_nothing_back(section, announced, is_doubtful):
    rules = Rules(sections=["charter", section])
    facts = replace(FULL, **{section: kept_date(announced)}, on=date(2026, 6, 30))
    assert [found.section for found in doubts(rules, facts)] == ([section] if is_doubtful else [])
    assert sections(rules, facts) == ([] if announced else [section])
    assert doubts(Rules(sections=["charter"]), facts) == []


def test_a_doubt_quotes_the_date_and_the_moment_of_the_stage():
    facts = replace(FULL, delivery=kept_date("2034~"), on=date(2026, 6, 30))
    (found,) = doubts(Rules(sections=["delivery"], moment="opération livrée, ou presque"), facts)
    assert found.sentence == (
        "La livraison est encore à venir (vers 2034), alors que cette étape attend\u00a0: opération livrée, "
        "ou presque. Si la date est bonne, le correspondant du département dira si l’étape convient."
    )


def test_a_wait_after_the_delivery_is_missing_rather_than_doubtful():
    rules = Rules(years_after_delivery=3, sections=["delivery"])
    facts = replace(FULL, delivery=kept_date("2034~"), on=date(2026, 6, 30))
    assert (sections(rules, facts), doubts(rules, facts)) == (["delivery"], [])


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("2034-03-15", "(15\u00a0mars\u00a02034)\u00a0: cette étape sera possible le 15\u00a0mars\u00a02037."),
        ("2034-03", "(mars\u00a02034)\u00a0: cette étape sera possible fin mars\u00a02037."),
        ("2034~", "(vers 2034)\u00a0: cette étape sera possible fin 2037."),
    ],
)
def test_a_wait_is_told_no_more_exactly_than_the_delivery(told, said):
    facts = replace(FULL, delivery=kept_date(told), on=date(2026, 6, 30))
    (found,) = missing(Rules(years_after_delivery=3), facts)
    assert found.sentence == f"Il faut 3 ans après la livraison complète {said}"


def test_a_charter_that_an_older_sheet_tells_waits_for_the_correspondent():
    facts = replace(FULL, has_charter=False, charter_told="signée en 2013, à confirmer")
    (found,) = missing(Rules(), facts)
    assert (found.section, found.sentence) == (
        "charter",
        "Charte\u00a0: signée en 2013, à confirmer. Le correspondant du département confirme cette signature, ou la "
        "collectivité signe ici.",
    )


def test_an_unknown_delivery_is_said_once():
    rules = Rules(rank=4, years_after_delivery=3, sections=["delivery"])
    assert sections(rules, FULL) == ["delivery"]


def test_a_leap_day_becomes_the_first_of_march():
    assert add_years(date(2024, 2, 29), 3) == date(2027, 3, 1)
    assert add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)
