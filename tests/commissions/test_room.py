"""Rules 11 and 12 in a sitting: declarations and recusals, attendance, quorum, votes."""

import pytest
from django.db import IntegrityError, transaction

from ecoquartier.commissions import services
from ecoquartier.commissions.enums import Outcome, SeatPart
from ecoquartier.commissions.models import Attendance, Declaration
from ecoquartier.commissions.queries import (
    quorum_of,
    room_of,
)
from ecoquartier.core import clock
from ecoquartier.core.errors import PermissionRefused
from ecoquartier.people.models import Membership
from tests.support.refusals import refused
from tests.support.world import fresh

# Rule 12: declarations and recusals


def test_nobody_declares_before_the_convocation(world):
    part, dossier = world.assessed()
    commission = world.cast.commission(dossier.operation.lead_commune.county.region)
    sitting = services.plan_sitting(
        commission, actor=world.coordinator, campaign=world.play.campaign, held_on=clock.today(), dossiers=[dossier]
    )
    with refused("not_convened"):
        services.declare(sitting.items.get(), actor=world.cast.seat_holder(commission, "member"), is_recused=False)


def test_a_member_opens_the_dossier_by_declaring(room):
    member = room.member
    assert not member.has_perm("expertise.read_synthesis", room.dossier)
    assert not member.has_perm("commissions.read_outcome", room.item)
    services.declare(room.item, actor=member, is_recused=False)
    assert fresh(member).has_perm("expertise.read_synthesis", room.dossier)
    assert fresh(member).has_perm("commissions.read_outcome", room.item)


def test_a_recused_member_loses_everything_for_good(room):
    services.declare(room.item, actor=room.member, is_recused=True, reason="Employé de l’aménageur.")
    for permission, obj in (
        ("dossiers.view", room.dossier),
        ("expertise.read_synthesis", room.dossier),
        ("commissions.open_item", room.item),
        ("commissions.read_outcome", room.item),
    ):
        assert not room.member.has_perm(permission, obj), permission
    with refused("recused_for_good"):
        services.declare(room.item, actor=room.member, is_recused=False)


def test_a_recusal_says_why(room):
    with refused("no_reason"):
        services.declare(room.item, actor=room.member, is_recused=True, reason="  ")


def test_a_known_conflict_recuses_whatever_is_declared(room):
    Membership.objects.create(user=room.member, organisation=room.dossier.holder)
    services.declare(room.item, actor=room.member, is_recused=False)
    declaration = Declaration.objects.get(user=room.member)
    assert (declaration.is_recused, declaration.reason) == (True, "membre d’un organisme partie à l’opération")


def test_an_expert_of_the_dossier_is_recused(room):
    expert = room.dossier.assignments.first().expert
    room.seats(SeatPart.MEMBER)[0].__class__.objects.filter(pk=room.seats(SeatPart.MEMBER)[0].pk).update(holder=expert)
    services.declare(room.item, actor=fresh(expert), is_recused=False)
    assert Declaration.objects.get(user=expert).reason == "expert du dossier"


def test_a_recused_secretary_leaves_the_pen_to_the_coordinator(room):
    room.open()
    services.declare(room.item, actor=room.secretary, is_recused=True, reason="Intérêt personnel.")
    with pytest.raises(PermissionRefused):
        room.record()
    item = services.record_outcome(
        room.item, actor=room.world.coordinator, outcome="propose", reasons="Démarche aboutie."
    )
    assert item.outcome == Outcome.PROPOSE


def test_nobody_declares_for_a_commission_where_they_do_not_sit(room):
    with pytest.raises(PermissionRefused):
        services.declare(room.item, actor=room.world.bureau, is_recused=False)


# Rule 11: attendance and quorum


def test_quorum_is_half_of_the_voting_seats(room):
    chair, first, *_others = room.voting
    room.open({chair: ("present", None), first: ("remote", None), room.seats("secretary")[0]: ("present", None)})
    state = quorum_of(room.item)
    assert (state.present, state.seats, state.required, state.is_reached) == (2, 4, 2, True)


def test_below_the_quorum_nothing_is_decided_but_a_carry_over(room):
    chair, *_members = room.voting
    room.open({chair: ("present", None)})
    with refused("quorum_missing"):
        room.record()
    assert room.record(Outcome.CARRY_OVER, reasons="").outcome == Outcome.CARRY_OVER


def test_a_proxy_counts_with_its_carrier(room):
    chair, first, *_others = room.voting
    room.open({chair: ("present", None), first: ("proxy", chair)})
    assert quorum_of(room.item).present == 2
    services.declare(room.item, actor=fresh(chair.holder), is_recused=True, reason="Employeur.")
    state = quorum_of(room.item)
    # The chair leaves both sides; the proxy it carried leaves the room with it.
    assert (state.present, state.seats, state.recused) == (0, 3, 1)


def test_a_proxy_is_carried_by_a_present_seat(room):
    chair, first, second, *_others = room.voting
    with refused("proxy_absent"):
        room.open({chair: ("absent", None), first: ("proxy", chair), second: ("present", None)})


def test_a_seat_carries_one_proxy(room):
    chair, first, second, *_others = room.voting
    with refused("two_proxies"):
        room.open({chair: ("present", None), first: ("proxy", chair), second: ("proxy", chair)})


def test_the_database_refuses_two_proxies_too(room):
    chair, first, second, *_others = room.voting
    room.open({chair: ("present", None), first: ("proxy", chair)})
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.create(sitting=room.sitting, seat=second, presence="proxy", proxy_to=chair)


def test_a_recused_seat_is_told_in_the_room(room):
    services.declare(room.item, actor=room.member, is_recused=True, reason="Élu de la commune.")
    room.open()
    places = room_of(room.sitting).places(room.dossier.pk)
    assert [place.reason for place in places if place.is_recused] == ["Élu de la commune."]
    assert not any(place.is_recused for place in room_of(room.sitting).places())
    state = quorum_of(room.item)
    assert (state.present, state.seats, state.required) == (3, 3, 2)


def test_attendance_is_recorded_by_the_secretary_during_the_sitting(room):
    with pytest.raises(PermissionRefused):
        services.record_attendance(room.sitting, actor=room.member, rows={})
    room.open()
    room.record()
    room.close()
    with refused("wrong_state"):
        services.record_attendance(room.sitting, actor=room.secretary, rows={})


# Rule 11: votes


def test_a_show_of_hands_counts_every_seat_present(room):
    room.open()
    with refused("no_votes"):
        room.record(mode="hands")
    with refused("votes_do_not_add_up"):
        room.record(mode="hands", votes=(2, 1, 0))
    item = room.record(mode="hands", votes=(2, 1, 1))
    assert (item.votes_for, item.votes_against, item.abstentions) == (2, 1, 1)


def test_a_tie_is_broken_by_the_chair(room):
    room.open()
    with refused("no_majority"):
        room.record(mode="hands", votes=(2, 2, 0))
    assert room.record(mode="hands", votes=(2, 2, 0), chair_is_for=True).outcome == Outcome.PROPOSE


def test_a_minority_never_carries(room):
    room.open()
    with refused("no_majority"):
        room.record(mode="hands", votes=(1, 3, 0), chair_is_for=True)


def test_nothing_is_voted_on_a_dossier_carried_over(room):
    room.open()
    item = room.record(Outcome.CARRY_OVER, mode="hands", votes=None)
    assert (item.mode, item.votes_for) == ("", None)
