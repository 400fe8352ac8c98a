"""Phases: their dates, their order, what rests on them, and the delivery that stage 4 counts from."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from ecoquartier.awards.models import Award
from ecoquartier.campaigns.domain import missing
from ecoquartier.campaigns.enums import Section
from ecoquartier.core.errors import PermissionRefused, TransitionRefused
from ecoquartier.dossiers.queries import photograph
from ecoquartier.journal.models import Entry
from ecoquartier.notebooks.queries import stage_facts
from ecoquartier.operations.models import Operation, Phase
from ecoquartier.operations.queries import changes_of
from ecoquartier.operations.services import add_phase, change_phase, move_phase, remove_phase
from ecoquartier.operations.services.phases import MAX_PHASES
from ecoquartier.people.models import User


@pytest.fixture
def part(world):
    """An operation with its first phase."""
    return world.part(filled=False)


def names(part) -> list[str]:
    phases = list(part.operation.phases.all())
    assert [phase.rank for phase in phases] == [*range(1, len(phases) + 1)]
    return [phase.name for phase in phases]


def added(part, name: str, **dates) -> Phase:
    return add_phase(part.operation, actor=part.lead, name=name, **dates)


def delivered_on(part) -> date | None:
    return Operation.objects.get(pk=part.operation.pk).delivered_on


def test_phases_come_one_after_the_other_and_change_places(part):
    first = part.operation.phases.get()
    north, south = added(part, "Nord"), added(part, "Sud")
    assert names(part) == [first.name, "Nord", "Sud"]
    move_phase(south, actor=part.lead, is_up=True)
    assert names(part) == [first.name, "Sud", "Nord"]
    move_phase(first, actor=part.lead, is_up=False)
    assert names(part) == ["Sud", first.name, "Nord"]
    move_phase(north, actor=part.lead, is_up=False)  # the last one: nothing moves
    assert names(part) == ["Sud", first.name, "Nord"]


def test_a_phase_is_renamed_dated_and_removed(part):
    north = added(part, "Nord", studies="2027", works="2028-03", delivery="2030~")
    change_phase(north, actor=part.lead, name="Îlot nord", works="2028-04", delivery="")
    kept = part.operation.phases.get(pk=north.pk)
    assert kept.as_json() == {"name": "Îlot nord", "studies": "2027", "works": "2028-04", "delivery": ""}
    remove_phase(part.operation.phases.first(), actor=part.lead)
    assert names(part) == ["Îlot nord"]


@pytest.mark.parametrize(
    ("dates", "field"),
    [
        ({"studies": "2029", "works": "2028"}, "works"),
        ({"works": "2029", "delivery": "2028"}, "delivery"),
        ({"studies": "2029", "delivery": "2028"}, "delivery"),
    ],
)
def test_what_cannot_follow_is_refused(part, dates, field):
    with pytest.raises(ValidationError) as refusal:
        added(part, "Nord", **dates)
    assert [*refusal.value.message_dict] == [field]
    assert part.operation.phases.count() == 1


@pytest.mark.parametrize("name", ["Nord", "nord", " NORD"])
def test_two_phases_do_not_share_a_name(part, name):
    north = added(part, "Nord")
    with pytest.raises(ValidationError) as refusal:
        added(part, name)
    assert refusal.value.message_dict == {"name": ["Une autre tranche de l’opération porte déjà ce nom."]}
    change_phase(north, actor=part.lead, name=name.strip(), works="2028")  # its own name
    assert part.operation.phases.count() == 2


def test_the_only_phase_stays(part):
    with pytest.raises(TransitionRefused, match="la seule tranche"):
        remove_phase(part.operation.phases.get(), actor=part.lead)


def test_the_phase_of_a_candidature_stays(world):
    part, dossier = world.draft()
    added(part, "Nord")
    with pytest.raises(TransitionRefused, match="Une candidature ou une étape porte sur cette tranche"):
        remove_phase(dossier.scope.get().phase, actor=part.lead)
    remove_phase(part.operation.phases.get(name="Nord"), actor=part.lead)  # opened since: nothing rests on it


def test_the_phase_of_a_stage_held_stays(world):
    part, dossier = world.awarded()
    assert Award.objects.filter(dossier=dossier).exists()
    added(part, "Nord")
    with pytest.raises(TransitionRefused, match="Une candidature ou une étape porte sur cette tranche"):
        remove_phase(dossier.scope.get().phase, actor=part.lead)


def test_a_sheet_lists_so_many_phases(part):
    Phase.objects.bulk_create(
        Phase(operation=part.operation, rank=rank, name=str(rank)) for rank in range(2, MAX_PHASES + 1)
    )
    with pytest.raises(TransitionRefused, match="déjà 50 tranches"):
        added(part, "Nord")


def test_a_closed_operation_keeps_its_phases(part):
    Operation.objects.filter(pk=part.operation.pk).update(
        state="abandoned", state_since=date(2026, 1, 1), state_reason="Projet arrêté."
    )
    with pytest.raises(TransitionRefused, match="abandonnée"):
        added(part, "Nord")


@pytest.mark.parametrize("who", ["correspondent", "bureau", "elected"])
def test_only_writers_of_the_team_change_them(world, part, who):
    user = part.elected if who == "elected" else getattr(world, who)
    with pytest.raises(PermissionRefused):
        add_phase(part.operation, actor=User.objects.get(pk=user.pk), name="Nord")


def test_history_and_journal_hold_each_change(part):
    first = part.operation.phases.get()
    north = added(part, "Nord", delivery="2030~")
    change_phase(north, actor=part.lead, name="Nord", delivery="2030~")  # nothing changes
    move_phase(north, actor=part.lead, is_up=True)
    remove_phase(Phase.objects.get(pk=north.pk), actor=part.lead)
    rows = list(changes_of(part.operation).order_by("pk"))
    assert {row.field for row in rows} == {"phases"}
    assert [[phase["name"] for phase in row.after] for row in rows] == [
        [first.name, "Nord"],
        ["Nord", first.name],
        [first.name],
    ]
    events = Entry.objects.filter(event__startswith="phase.").order_by("pk").values_list("event", flat=True)
    assert [*events] == ["phase.added", "phase.changed", "phase.moved", "phase.removed"]


def test_nothing_of_a_phase_is_replaced_that_its_author_was_not_shown(part):
    north = added(part, "Nord", works="2029-03")
    change_phase(north, actor=part.lead, works="2031")
    with pytest.raises(TransitionRefused) as refusal:
        change_phase(north, actor=part.lead, seen={"works": "2029-03"}, works="2030")
    assert refusal.value.code == "changed_since"
    with pytest.raises(ValueError, match="rank"):
        change_phase(north, actor=part.lead, rank=1)
    north.refresh_from_db()
    assert (north.rank, north.works) == (2, "2031")


# The delivery of the operation


def test_the_delivery_is_that_of_the_last_phase_at_the_latest(part):
    first = part.operation.phases.get()
    change_phase(first, actor=part.lead, name="Sud", delivery="2028")
    assert delivered_on(part) == date(2028, 12, 31)
    north = added(part, "Nord")
    assert delivered_on(part) is None  # the last one is not known
    change_phase(north, actor=part.lead, name="Nord", delivery="2027-02")
    assert delivered_on(part) == date(2028, 12, 31)  # an earlier phase ends later
    change_phase(first, actor=part.lead, delivery="")
    assert delivered_on(part) == date(2027, 2, 28)


@pytest.mark.parametrize(("delivery", "ready"), [("2022-12-31", True), ("2022", True), ("2023-01", False), ("", False)])
def test_stage_four_counts_three_years_from_the_latest_day(world, delivery, ready):
    part = world.part()
    change_phase(part.operation.phases.get(), actor=part.lead, name="Ensemble", delivery=delivery)
    operation, campaign = Operation.objects.get(pk=part.operation.pk), world.play.campaign
    facts = stage_facts(operation, framework=campaign.framework, known_to=None, on=date(2025, 12, 31))
    stage = campaign.scheme.stages.get(rank=4)
    lacking = {found.section for found in missing(stage, facts)}
    assert ("delivery" not in lacking and Section.DELIVERY not in lacking) is ready


def test_a_deposit_photographs_the_phases_and_the_delivery(part):
    change_phase(part.operation.phases.get(), actor=part.lead, name="Sud", works="2026-09", delivery="2028~")
    register = photograph(Operation.objects.get(pk=part.operation.pk))["operation"]
    assert register["phases"] == [{"name": "Sud", "studies": "", "works": "2026-09", "delivery": "2028~"}]
    assert register["delivered_on"] == "2028-12-31"
