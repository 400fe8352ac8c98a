"""Rules 10 to 15 in a sitting: each rule, its refusal, its edge."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from ecoquartier.campaigns.models import Stage
from ecoquartier.commissions import services
from ecoquartier.commissions.enums import Outcome, SeatPart
from ecoquartier.commissions.models import Attendance, Declaration, Sitting
from ecoquartier.commissions.queries import (
    allowed_outcomes,
    draft_minutes,
    has_to_be_announced,
    quorum_of,
    ready_for,
    room_of,
    to_announce,
    with_neighbours,
)
from ecoquartier.core import clock
from ecoquartier.core.canonical import sha256_hex
from ecoquartier.core.errors import PermissionRefused
from ecoquartier.dossiers import services as dossiers
from ecoquartier.dossiers.models import Dossier
from ecoquartier.dossiers.queries import state_label
from ecoquartier.dossiers.workflow import DOSSIER_WORKFLOW
from ecoquartier.journal.models import Entry
from ecoquartier.notifications.models import Message
from ecoquartier.operations.models import Recommendation
from ecoquartier.people.models import Membership
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


# Rule 13: outcomes


@pytest.mark.parametrize(
    ("path", "regional", "national"),
    [
        ("regional_then_national", "propose adjourn refer carry_over", "award adjourn send_back carry_over"),
        ("regional_final_else_national", "award adjourn refer carry_over", "award adjourn send_back carry_over"),
        ("national_only", None, "award adjourn carry_over"),
    ],
)
def test_outcomes_follow_the_level_and_the_path(nation, path, regional, national):
    Stage.objects.filter(pk=nation.dossier.stage_id).update(decision_path=path)
    item = nation.item
    assert " ".join(allowed_outcomes(item)) == national
    if regional:
        item.sitting.commission.level = "regional"
        assert " ".join(allowed_outcomes(item)) == regional


def test_a_region_does_not_award_what_the_nation_decides(room):
    room.open()
    with refused("outcome_not_allowed"):
        room.record(Outcome.AWARD)


def test_reasons_are_asked(room):
    room.open()
    with refused("no_reasons"):
        room.record(reasons=" ")


@pytest.mark.parametrize(
    ("support", "recommendations"),
    [("", [(None, "Préciser la gestion.")]), ("Une journée d’appui.", []), ("Une journée d’appui.", [(None, " ")])],
)
def test_adjourning_helps(room, support, recommendations):
    room.open()
    with refused("adjourn_without_help"):
        room.record(Outcome.ADJOURN, support=support, recommendations=recommendations)


def test_an_outcome_may_change_while_the_sitting_is_open(room):
    room.open()
    room.record(recommendations=[(None, "Une première.")])
    room.record(Outcome.REFER, recommendations=[(None, "Une seconde.")])
    assert room.item.outcome == Outcome.REFER
    assert list(room.item.recommendations.values_list("text", flat=True)) == ["Une seconde."]
    room.close()
    with refused("not_open"):
        room.record()


def test_a_member_does_not_hold_the_pen(room):
    room.open()
    services.declare(room.item, actor=room.member, is_recused=False)
    with pytest.raises(PermissionRefused):
        services.record_outcome(room.item, actor=room.member, outcome="propose", reasons="Oui.")


def test_a_dossier_withdrawn_during_a_regional_sitting_gets_no_outcome(room):
    room.open()
    dossiers.withdraw(room.dossier, actor=room.part.lead)
    with refused("not_in_commission"):
        room.record()
    room.sign()
    assert "la commission ne se prononce pas" in room.sitting.minutes
    assert room.read().state == "withdrawn"


def test_the_national_commission_sends_back(nation):
    nation.open()
    nation.record(Outcome.SEND_BACK)
    nation.sign()
    assert nation.read().state == "assessed"
    region = nation.dossier.operation.lead_commune.county.region
    assert list(ready_for(nation.world.cast.commission(region))) == [nation.dossier]


# Rule 14: minutes


def test_nothing_is_decided_before_the_signature(room):
    room.open()
    room.record()
    room.close()
    assert room.read().state == "assessed"
    room.chair_declares()
    room.sitting = services.sign_minutes(room.sitting, actor=room.chair)
    assert room.read().state == "proposed"


def test_only_the_chair_signs(room):
    room.open()
    room.record()
    room.close()
    for person in (room.secretary, room.member, room.world.coordinator, room.world.bureau):
        with pytest.raises(PermissionRefused):
            services.sign_minutes(room.sitting, actor=person)


def test_signed_minutes_are_locked_and_hashed(room):
    room.open()
    room.record(mode="hands", votes=(3, 1, 0), recommendations=[(None, "Préciser la gestion.")])
    room.sign()
    text = room.sitting.minutes
    for words in (
        "Point 1 : ",
        "Quorum : 4 sièges présents sur 4, 2 requis.",
        "pour 3, contre 1, abstentions 0.",
        "Motifs : Démarche aboutie.",
        "Recommandation : Préciser la gestion.",
    ):
        assert words in text.replace("\u00a0", " ")
    assert room.sitting.minutes_sha256 == sha256_hex(text.encode())
    assert Entry.objects.get(event="minutes.signed").data["sha256"] == room.sitting.minutes_sha256
    with refused("wrong_state"):
        services.sign_minutes(room.sitting, actor=room.chair)
    with refused("not_open"):
        room.record()


def test_the_database_refuses_minutes_without_signature(room):
    with pytest.raises(IntegrityError), transaction.atomic():
        Sitting.objects.filter(pk=room.sitting.pk).update(state="minuted")


def test_the_minutes_say_which_seat_withdrew(room):
    services.declare(room.item, actor=room.member, is_recused=True, reason="Employeur.")
    room.open()
    room.record()
    text = draft_minutes(room.sitting)
    seat = room.sitting.commission.seats.get(holder=room.member)
    assert f"{seat} s’est retiré(e) et n’a pas pris part." in text
    assert room.member.full_name not in text
    assert "Employeur" not in text
    hidden = draft_minutes(room.sitting, hidden=[room.item.pk])
    assert "ce passage ne vous est pas ouvert" in hidden
    assert "Démarche aboutie" in text
    assert "Démarche aboutie" not in hidden


def test_recommendations_are_issued_at_the_signature(room):
    commitment = room.world.play.campaign.framework.commitments.get(number=19)
    room.open()
    room.record(recommendations=[(commitment.pk, "Chiffrer le rejet décennal.")])
    assert not Recommendation.objects.exists()
    room.sign()
    issued = Recommendation.objects.get()
    assert (issued.commitment, issued.text) == (commitment, "Chiffrer le rejet décennal.")


# Rule 15: three dates, and the withdrawal


def test_a_regional_outcome_is_told_when_its_minutes_are_signed(room):
    room.open()
    room.record()
    Message.objects.all().delete()
    assert state_label(room.read(), fresh(room.part.lead)) == "en commission"
    room.sign()
    assert room.read().notified_at
    assert state_label(room.read(), fresh(room.part.lead)) == "proposé au label"
    told = set(Message.objects.filter(key="outcome_notified_to_holder").values_list("recipient", flat=True))
    assert {room.part.lead.pk, room.part.elected.pk} <= told
    assert not has_to_be_announced(room.sitting)


def test_a_national_outcome_waits_for_its_announcement(nation):
    nation.open()
    nation.record(Outcome.ADJOURN, support="Un appui.", recommendations=[(None, "Associer les habitants.")])
    nation.sign()
    assert nation.read().state == "adjourned"
    assert nation.read().notified_at is None
    assert state_label(nation.read(), fresh(nation.part.lead)) == "en commission"
    assert has_to_be_announced(nation.sitting)
    assert [item.dossier for item in to_announce(nation.sitting)] == [nation.dossier]


def test_the_withdrawal_closes_when_the_final_sitting_opens_in_the_same_words(nation):
    def reason():
        return DOSSIER_WORKFLOW.offer("withdraw", nation.read(), fresh(nation.part.lead)).reason

    assert reason() == ""
    nation.open()
    words = reason()
    assert "le retrait n’est plus possible" in words
    for outcome in (Outcome.AWARD, Outcome.ADJOURN):
        nation.record(outcome, support="Un appui.", recommendations=[(None, "Associer les habitants.")])
        assert reason() == words
    nation.sign()
    assert (nation.read().state, reason()) == ("adjourned", words)


def test_a_regional_sitting_that_does_not_award_leaves_the_withdrawal_open(room):
    room.open()
    assert DOSSIER_WORKFLOW.offer("withdraw", room.read(), fresh(room.part.lead)).reason == ""


def test_a_dossier_carried_over_may_be_withdrawn_again(nation):
    nation.open()
    nation.record(Outcome.CARRY_OVER, reasons="")
    nation.sign()
    assert nation.read().final_sitting_opened_at is None
    assert DOSSIER_WORKFLOW.offer("withdraw", nation.read(), fresh(nation.part.lead)).reason == ""
    assert list(to_announce(nation.sitting)) == []


def test_an_outcome_rests_on_signed_minutes_of_this_dossier(room):
    room.open()
    item = room.record()
    with refused("minutes_are_signed"):
        DOSSIER_WORKFLOW.follow("propose", room.read(), cause="test", actor=room.chair, item=item)
    room.sign()
    _part, other = room.world.assessed()
    with refused("minutes_are_signed"):
        DOSSIER_WORKFLOW.follow("propose", other, cause="test", actor=room.chair, item=room.item)


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
