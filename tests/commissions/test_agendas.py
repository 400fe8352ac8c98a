"""Rule 10: agendas, and a whole sitting held by the secretary alone."""

from datetime import timedelta

import pytest

from ecoquartier.commissions import services
from ecoquartier.commissions.enums import Outcome, SeatPart
from ecoquartier.commissions.queries import (
    quorum_of,
    ready_for,
    with_neighbours,
)
from ecoquartier.core import clock
from ecoquartier.core.errors import PermissionRefused
from ecoquartier.dossiers.models import Dossier
from tests.support.refusals import refused
from tests.support.world import fresh

# Agendas


def test_a_sitting_is_not_planned_in_the_past(room):
    with refused("past_day"):
        services.plan_sitting(
            room.commission,
            actor=room.world.coordinator,
            campaign=room.world.play.campaign,
            held_on=clock.today() - timedelta(days=1),
        )


def test_a_dossier_is_on_one_live_agenda_only(room):
    with refused("not_ready"):
        room.world.play.plan(room.commission, [room.dossier], clock.today())


def test_a_dossier_of_another_region_is_not_ready(room):
    elsewhere = type(room.commission).objects.create(level="regional", name="Ailleurs")
    assert list(ready_for(elsewhere)) == []


def test_a_cancelled_sitting_frees_its_dossiers(room):
    assert list(ready_for(room.commission)) == []
    services.cancel(room.sitting, actor=room.world.coordinator)
    assert list(ready_for(room.commission, room.world.play.campaign)) == [room.dossier]


def test_the_agenda_is_completed_before_the_sitting_opens(room):
    _part, other = room.world.assessed()
    services.add_to_agenda(room.sitting, actor=room.world.coordinator, dossiers=[other])
    assert list(room.sitting.items.values_list("dossier", "position")) == [(room.dossier.pk, 1), (other.pk, 2)]
    first, second = with_neighbours(room.sitting.items.order_by("position"))
    assert (first.points, first.previous_item, first.next_item) == (2, None, second.pk)
    assert (second.points, second.previous_item, second.next_item) == (2, first.pk, None)


def test_the_agenda_is_closed_once_the_sitting_is_open(room):
    with refused("wrong_state"):
        services.add_to_agenda(room.open().sitting, actor=room.world.coordinator, dossiers=[])


def test_a_member_neither_plans_nor_completes(room):
    with pytest.raises(PermissionRefused):
        services.add_to_agenda(room.sitting, actor=room.member, dossiers=[])


def test_a_sitting_without_quorum_is_convened_again_on_the_same_dossiers_only(room):
    with refused("quorum_needed"):
        services.cancel(room.sitting, actor=room.world.coordinator)
        services.plan_sitting(
            room.commission,
            actor=room.world.coordinator,
            campaign=room.world.play.campaign,
            held_on=clock.today(),
            dossiers=[room.dossier],
            needs_quorum=False,
        )


def test_dossiers_carried_over_may_be_dealt_with_without_quorum(room):
    room.open(rows={})
    room.record(Outcome.CARRY_OVER)
    room.sign()
    again = services.plan_sitting(
        room.commission,
        actor=room.world.coordinator,
        campaign=room.world.play.campaign,
        held_on=clock.today(),
        dossiers=[room.dossier],
        needs_quorum=False,
    )
    room.sitting = services.convene(again, actor=room.world.coordinator)
    room.open(rows={})
    assert room.record().outcome == Outcome.PROPOSE


# Rule 10: the whole sitting by the secretary alone


def test_the_secretary_alone_holds_a_whole_sitting_but_the_signature(world):
    part, dossier = world.assessed()
    commission = world.cast.commission(dossier.operation.lead_commune.county.region)
    secretary = fresh(world.cast.seat_holder(commission, SeatPart.SECRETARY))
    sitting = services.plan_sitting(
        commission, actor=secretary, campaign=world.play.campaign, held_on=clock.today(), dossiers=[dossier]
    )
    sitting = services.convene(sitting, actor=secretary)
    sitting = services.open_sitting(sitting, actor=secretary)
    rows = dict.fromkeys(commission.seats.all(), ("present", None))
    services.record_attendance(sitting, actor=secretary, rows=rows)
    services.record_outcome(sitting.items.get(), actor=secretary, outcome="propose", reasons="Démarche aboutie.")
    sitting = services.close_sitting(sitting, actor=secretary)
    with pytest.raises(PermissionRefused):
        services.sign_minutes(sitting, actor=secretary)
    assert Dossier.objects.get(pk=dossier.pk).state == "assessed"


def test_a_sitting_on_two_dossiers_keeps_their_quorums_apart(room):
    _part, other = room.world.assessed()
    services.add_to_agenda(room.sitting, actor=room.world.coordinator, dossiers=[other])
    services.declare(
        room.sitting.items.get(dossier=other), actor=room.member, is_recused=True, reason="Intérêt personnel."
    )
    room.open()
    states = {item.dossier_id: quorum_of(item).seats for item in room.sitting.items.all()}
    assert states == {room.dossier.pk: 4, other.pk: 3}
