"""What a commission makes of earlier recommendations, the *réserves* of a label, and when each is known (rule 15)."""

from datetime import timedelta

import pytest

from ecoquartier.awards import services as awards
from ecoquartier.commissions import services
from ecoquartier.commissions.models import ItemSettlement
from ecoquartier.commissions.queries import deposited_recommendations, draft_minutes, recommendations_public
from ecoquartier.core import clock
from ecoquartier.core.errors import PermissionRefused
from ecoquartier.core.registry import invariants
from ecoquartier.journal.models import Entry
from ecoquartier.operations.models import Recommendation
from ecoquartier.operations.queries import recommendations_told
from ecoquartier.operations.services import answer_recommendation, publish_follow_up
from ecoquartier.operations.workflow import RECOMMENDATION_WORKFLOW
from tests.support.recommendations import ANSWER, answer, in_nation, recommendation_of, returned, second_room
from tests.support.refusals import refused
from tests.support.sittings import convened
from tests.support.world import fresh


@pytest.fixture
def again(world):
    """The region deals with a dossier that answers the recommendation of its adjournment."""
    return second_room(world).open()


@pytest.fixture
def nation(world):
    """The nation deals with it next, the region having left the recommendation as it was."""
    return in_nation(second_room(world)).open()


FACTS = ("recommendations_coherent", "settlements_minuted", "items_as_minuted", "minutes_intact")


def broken():
    """Facts around recommendations that do not hold."""
    checks = dict(invariants.items())
    return {name for name in FACTS if checks[name]()}


def state_of(room):
    return recommendation_of_adjournment(room).state


def recommendation_of_adjournment(room):
    return Recommendation.objects.filter(operation=room.part.operation).order_by("issued_on", "notified_at")[0]


def settle(room, settlement="lift", words="Constaté sur place.", outcome="propose", **kwargs):
    row = recommendation_of_adjournment(room)
    return room.record(outcome, settlements=[(row.pk, settlement, words)], **kwargs)


# Lifting, maintaining, leaving


def test_members_read_the_answer_of_the_deposit_not_the_one_written_since(again):
    answer(again.part, "Un mot de plus, après le dépôt.")
    (found,) = deposited_recommendations(again.item)
    assert found.answer == ANSWER


def test_a_first_candidature_quotes_nothing(world):
    part, dossier = world.assessed()
    assert deposited_recommendations(convened(world, dossier, part).item) == []


def test_the_region_lifts_and_the_holder_knows_at_the_signature(again):
    settle(again)
    assert state_of(again) == "answered"
    again.sign()
    row = recommendation_of_adjournment(again)
    reply = row.replies.last()
    assert (row.state, reply.state, reply.text) == ("lifted", "lifted", "Constaté sur place.")
    assert (reply.issuer, reply.decided_on, reply.source_id) == (
        again.commission.name,
        clock.today(),
        again.item.pk,
    )
    (found,) = deposited_recommendations(again.item)
    assert (found.settlement, found.words) == ("lift", "Constaté sur place.")


def test_what_the_commission_says_nothing_of_stays_as_it_is(again):
    again.record()
    again.sign()
    assert state_of(again) == "answered"
    assert len(deposited_recommendations(again.item)) == 1


def test_what_is_maintained_says_why_and_waits_for_an_answer(again):
    with refused("no_words"):
        settle(again, "maintain", "  ")
    settle(again, "maintain", "La convention n’est pas signée.")
    again.sign()
    assert state_of(again) == "maintained"


def test_only_what_the_deposit_quotes_is_settled(again, world):
    _part, _other = world.decided("adjourn", part=world.part())
    stranger = Recommendation.objects.order_by("notified_at").last()
    with refused("not_deposited"):
        again.record(settlements=[(stranger.pk, "lift", "")])


def test_the_last_record_is_the_one_that_counts(again):
    settle(again)
    again.record()
    assert not ItemSettlement.objects.exists()


def test_a_dossier_carried_over_settles_nothing(again):
    settle(again, outcome="carry_over", reasons="")
    again.sign()
    assert not ItemSettlement.objects.exists()
    assert state_of(again) == "answered"


def test_nothing_is_settled_once_the_sitting_is_over(again):
    settle(again)
    again.sign()
    with refused("not_open"):
        settle(again, "maintain")


def test_a_member_and_somebody_recused_settle_nothing(again):
    services.declare(again.item, actor=again.member, is_recused=True, reason="Employeur.")
    row = recommendation_of(again.part)
    for person in (again.member, again.chair):
        with pytest.raises(PermissionRefused):
            services.record_outcome(
                again.item, actor=person, outcome="propose", reasons="Oui.", settlements=[(row.pk, "lift", "")]
            )


def test_what_another_commission_lifted_meanwhile_stays_lifted(nation):
    settle(nation, "maintain", "À suivre.", outcome="award")
    nation.sign()
    RECOMMENDATION_WORKFLOW.follow(
        "lift",
        recommendation_of_adjournment(nation),
        cause="minutes.signed",
        actor=nation.chair,
        words="",
        issuer="Commission",
        decided_on=clock.today(),
        source_id=nation.item.pk,
    )
    awards.announce(nation.sitting, actor=nation.world.bureau)
    assert state_of(nation) == "lifted"


# Rule 15


def test_a_national_settlement_is_known_at_the_announcement_only(nation):
    settle(nation, outcome="award")
    nation.sign()
    lead = fresh(nation.part.lead)
    (told,) = [row for row in recommendations_told(nation.part.operation, lead) if row.replies.all()]
    assert (told.state, [reply.state for reply in told.replies.all()]) == ("answered", ["answered"])
    assert not Entry.objects.filter(event="recommendation.lifted").exists()
    # They may still answer: nothing tells that it is too late.
    assert answer_recommendation(told, actor=lead, text="Un mot de plus.").state == "answered"
    awards.announce(nation.sitting, actor=nation.world.bureau)
    assert state_of(nation) == "lifted"
    assert Entry.objects.filter(event="recommendation.lifted").count() == 1
    assert broken() == set()


# Rule 13: réserves


def in_days(n):
    return clock.today() + timedelta(days=n)


def test_a_label_is_awarded_with_reservations(nation):
    nation.record("award", reservations=[(None, "Achever le parc.", in_days(1))], recommendations=[(None, "Suivre.")])
    nation.sign()
    issued = Recommendation.objects.filter(source_id=nation.item.pk).order_by("text")
    assert [(row.text, row.due_on, row.is_reservation) for row in issued] == [
        ("Achever le parc.", in_days(1), True),
        ("Suivre.", None, False),
    ]
    assert all(row.notified_at is None for row in issued)
    awards.announce(nation.sitting, actor=nation.world.bureau)
    assert all(row.notified_at for row in Recommendation.objects.filter(source_id=nation.item.pk))
    assert broken() == set()


@pytest.mark.parametrize(
    ("outcome", "text", "days", "code"),
    [
        ("send_back", "Achever le parc.", 30, "reservation_without_label"),
        ("award", " ", 30, "empty_reservation"),
        ("award", "Achever le parc.", 0, "due_in_past"),
    ],
)
def test_a_reservation_goes_with_a_label_and_a_day_to_come(nation, outcome, text, days, code):
    with refused(code):
        nation.record(outcome, reservations=[(None, text, in_days(days))])


# Rule 14: the minutes


def test_the_minutes_say_what_was_settled_and_reserved(nation):
    settle(nation, outcome="award", reservations=[(None, "Achever le parc.", in_days(30))])
    text = draft_minutes(nation.sitting)
    row = recommendation_of_adjournment(nation)
    assert f"Recommandation antérieure ({row.commitment}), levée : {row.text}" in text.replace("\u00a0", " ")
    assert "Ce que la commission en dit : Constaté sur place." in text.replace("\u00a0", " ")
    assert "Réserve, à lever avant le" in text
    assert row.text not in draft_minutes(nation.sitting, hidden=[nation.item.pk])
    nation.sign()
    assert text in nation.sitting.minutes


def test_minutes_stay_as_signed_when_a_name_is_erased_from_what_was_asked(again):
    settle(again)
    again.sign()
    Recommendation.objects.update(text="[effacé]")
    assert broken() == set()


# The public sheet


def test_the_follow_up_is_public_with_the_label_and_never_after_an_adjournment(nation):
    operation = nation.part.operation
    settle(nation, outcome="award", recommendations=[(None, "Suivre les usages.")])
    nation.sign()
    awards.announce(nation.sitting, actor=nation.world.bureau)
    lead = fresh(nation.part.lead)
    for row in Recommendation.objects.filter(operation=operation, state="issued"):
        answer_recommendation(row, actor=lead, text=ANSWER)
    for row in Recommendation.objects.filter(operation=operation):
        publish_follow_up(row, actor=lead)
    assert list(recommendations_public([operation.pk])) == []
    nation.world.play.publish(clock.today())
    assert {row.text for row in recommendations_public([operation.pk])} == {
        "Suivre les usages.",
    }


# The facts


def test_a_settlement_without_minutes_is_told(again):
    settle(again)
    again.sign()
    assert broken() == set()
    ItemSettlement.objects.update(settlement="maintain")
    assert {"settlements_minuted", "items_as_minuted"} <= broken()


def test_the_second_dossier_begins_with_what_to_answer(world):
    part, dossier = returned(world)
    assert dossier.deposits.get().snapshot["recommendations"][str(recommendation_of(part).pk)]["answer"] == ANSWER
