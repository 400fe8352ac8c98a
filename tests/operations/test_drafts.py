"""The draft of a provisional holder, and what becomes of each of its fields."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from ecoquartier.accounts.services import erase
from ecoquartier.core.errors import DomainError
from ecoquartier.journal.models import Entry
from ecoquartier.operations import services as operations
from ecoquartier.operations.domain.drafts import DraftLine, mark_of, taken
from ecoquartier.operations.models import Operation, SheetChange, Term
from ecoquartier.operations.queries import draft_lines, draft_mark
from ecoquartier.people.models import User
from tests.support.erasure import EMAIL, NAME, named, traces
from tests.support.world import fresh


@pytest.fixture
def claim(world):
    """Asked by a person who writes a draft; the register knows a little already."""
    operation = operations.add_operation(
        name="Les Tanneries", lead_commune=world.commune, context="Le contexte connu.", dwellings=100
    )
    lead, _elected, developer = world.cast.holder_team(world.commune, 1)
    return operations.claim(operation, actor=lead, organisation=developer)


def refused(code):
    return pytest.raises(DomainError, check=lambda error: error.code == code)


def write(claim, **values):
    operations.write_draft(claim, actor=fresh(claim.user), **values)
    claim.refresh_from_db()


def test_what_each_line_asks():
    lines = [DraftLine("a", "", "x"), DraftLine("b", "x", "x"), DraftLine("c", "y", "x"), DraftLine("d", 0, 1)]
    assert [line.field for line in lines if line.is_conflict] == ["c", "d"]  # zero is an answer
    assert taken(lines, {}) == {"a": "x"}
    assert taken(lines, {"c": True, "d": False}) == {"a": "x", "c": "x"}
    assert taken(lines, {"a": False}) == {}


def test_the_mark_changes_with_each_side():
    seen = [DraftLine("a", "", "x")]
    others = [[DraftLine("a", "y", "x")], [DraftLine("a", "", "y")], []]
    assert len({mark_of(lines, "1") for lines in [seen, *others]} | {mark_of(seen, "2")}) == 5


def test_every_kind_of_field_is_kept_and_taken(world, claim):
    given = {
        "description": "Un quartier.",
        "types": ["renewal"],
        "area_ha": "12.5",
        "social_dwellings": 0,
        "figures_as_of": date(2025, 5, 1),
        "figures_source": "Étude",
    }
    write(claim, **given)
    assert claim.draft == {
        "description": "Un quartier.",
        "types": ["renewal"],
        "area_ha": "12.50",
        "social_dwellings": 0,
        "figures_as_of": "2025-05-01",
        "figures_source": "Étude",
    }
    operations.confirm_claim(claim, actor=world.correspondent)
    made = Operation.objects.get(pk=claim.operation_id)
    assert (made.description, made.types, str(made.area_ha)) == ("Un quartier.", ["renewal"], "12.50")
    assert (made.social_dwellings, made.figures_as_of, made.dwellings) == (0, date(2025, 5, 1), 100)


def test_the_draft_holds_only_what_was_written(claim):
    write(claim, context="Mon contexte.", programme="Mon programme.", name="Les Tanneries")
    assert claim.draft == {"context": "Mon contexte.", "programme": "Mon programme."}
    write(claim, context="")
    assert claim.draft == {"programme": "Mon programme."}


def test_an_impossible_value_is_refused_in_the_draft(claim):
    with pytest.raises(ValidationError) as error:
        write(claim, area_ha=0)
    assert "area_ha" in error.value.message_dict
    with pytest.raises(ValidationError):
        write(claim, types=["inconnu"])
    with pytest.raises(ValueError, match="Not editable"):
        write(claim, holder="x")
    claim.refresh_from_db()
    assert claim.draft == {}


def test_the_draft_is_checked_alone_not_against_what_its_author_may_not_read(claim):
    write(claim, social_dwellings=150)  # the register says 100 dwellings
    assert claim.draft == {"social_dwellings": 150}


def test_empty_is_taken_same_is_nothing_and_a_conflict_is_chosen(world, claim):
    write(claim, programme="Le programme.", dwellings=100, context="Mon contexte.")
    assert [(line.field, line.is_conflict) for line in draft_lines(claim)] == [
        ("context", True),
        ("programme", False),
        ("dwellings", False),
    ]
    with refused("each_conflict_is_settled"):
        operations.confirm_claim(claim, actor=world.correspondent)
    operations.confirm_claim(claim, actor=world.correspondent, choices={"context": True})
    operation = Operation.objects.get(pk=claim.operation_id)
    assert (operation.programme, operation.context, operation.dwellings) == ("Le programme.", "Mon contexte.", 100)
    assert set(SheetChange.objects.values_list("field", "before", "after", "changed_by")) == {
        ("programme", "", "Le programme.", claim.user_id),
        ("context", "Le contexte connu.", "Mon contexte.", claim.user_id),
    }
    entry = Entry.objects.get(event="claim.confirmed")
    assert sorted(entry.data["fields"]) == ["context", "programme"]
    assert "Mon contexte." not in str(entry.data)
    assert not Entry.objects.filter(event="operation.updated").exists()


@pytest.mark.parametrize(
    ("drafted", "expected"),
    [
        ({"dwellings": 120}, ("", None)),
        ({"dwellings": 120, "figures_source": "Tableau de 2016"}, ("Tableau de 2016", date(2016, 5, 2))),
        ({"context": "Mon contexte."}, ("Tableau de 2016", date(2016, 5, 2))),
    ],
)
def test_a_source_of_older_figures_does_not_stay_under_those_of_the_draft(world, claim, drafted, expected):
    claim.operation.figures_source, claim.operation.figures_as_of = "Tableau de 2016", date(2016, 5, 2)
    claim.operation.save()
    write(claim, **drafted)
    operations.confirm_claim(claim, actor=world.correspondent, choices=dict.fromkeys(["dwellings", "context"], True))
    operation = Operation.objects.get(pk=claim.operation_id)
    assert (operation.figures_source, operation.figures_as_of) == expected


def test_the_register_may_be_kept_and_the_draft_is_not_lost(world, claim):
    write(claim, context="Mon contexte.")
    operations.confirm_claim(claim, actor=world.correspondent, choices={"context": False})
    claim.refresh_from_db()
    assert claim.operation.context == "Le contexte connu."
    assert claim.draft == {"context": "Mon contexte."}
    assert not SheetChange.objects.exists()


@pytest.mark.parametrize("changed", ["register", "draft"])
def test_what_changed_since_the_page_was_shown_is_refused(world, claim, changed):
    write(claim, context="Mon contexte.")
    seen = draft_mark(claim)
    if changed == "register":
        Operation.objects.filter(pk=claim.operation_id).update(context="Entre-temps.")
    else:
        write(claim, programme="Entre-temps.")
    with refused("is_as_shown"):
        operations.confirm_claim(claim, actor=world.correspondent, choices={"context": True}, seen=seen)
    claim.refresh_from_db()
    assert claim.state == "provisional"
    operations.confirm_claim(claim, actor=world.correspondent, choices={"context": True}, seen=draft_mark(claim))


def test_a_draft_that_became_impossible_is_told_and_not_lost(world, claim):
    write(claim, social_dwellings=150, types=["renewal"])
    Term.objects.filter(kind="types", code="renewal").update(is_active=False)
    assert set(operations.faults_of(claim)) == {"social_dwellings", "types"}
    with pytest.raises(ValidationError):
        operations.confirm_claim(claim, actor=world.correspondent)
    claim.refresh_from_db()
    assert (claim.state, claim.draft) == ("provisional", {"social_dwellings": 150, "types": ["renewal"]})
    assert claim.operation.holder is None
    operations.confirm_claim(claim, actor=world.correspondent, choices={"social_dwellings": False, "types": False})
    claim.refresh_from_db()
    assert (claim.operation.social_dwellings, claim.draft["social_dwellings"]) == (None, 150)


def test_a_fault_that_only_some_choices_make_is_told(claim):
    write(claim, dwellings=200, social_dwellings=150)
    assert set(operations.faults_of(claim)) == {"social_dwellings"}  # if the register's 100 dwellings are kept


def test_an_erased_person_leaves_no_draft_and_is_named_in_none(world, claim):
    other = operations.ask_creation(
        claim.organisation, actor=fresh(claim.user), name="Les Prés hauts", commune=world.commune
    )
    write(other, context="Une friche.")
    gone = named(User.objects.create_user("z@example.org", "Z"))
    gone.memberships.create(organisation=claim.organisation, title="Directrice")
    theirs = operations.claim(claim.operation, actor=fresh(gone), organisation=claim.organisation)
    write(theirs, context=f"Avec {NAME}.")
    write(claim, programme=f"Voir {NAME}, {EMAIL}.")
    erase(gone, actor=gone)
    theirs.refresh_from_db()
    claim.refresh_from_db()
    assert (theirs.state, theirs.draft) == ("refused", {})
    assert claim.draft["programme"].startswith("Voir ")
    assert traces(NAME, EMAIL) == []
