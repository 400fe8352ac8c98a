"""A recommendation followed: answered by those who write, as often as they wish, until a commission lifts it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError, PermissionRefused
from ecoquartier.core.registry import pending
from ecoquartier.journal.models import Entry
from ecoquartier.notifications.models import Message
from ecoquartier.notifications.services import remind
from ecoquartier.operations.enums import TeamRole
from ecoquartier.operations.models import Operation, Recommendation, RecommendationReply, TeamMember
from ecoquartier.operations.queries import (
    quoted_recommendations,
    recommendation_breaches,
    recommendations_told,
    unanswered_recommendations,
)
from ecoquartier.operations.services import (
    MOST_SIGNS,
    answer_recommendation,
    hide_follow_up,
    issue_recommendations,
    publish_follow_up,
)
from ecoquartier.operations.workflow import RECOMMENDATION_WORKFLOW
from ecoquartier.workflow.engine import Job
from tests.support.dates import dated
from tests.support.recommendations import ANSWER, answer, recommendation_of
from tests.support.refusals import refused
from tests.support.world import fresh


@pytest.fixture
def part(world):
    """An operation whose dossier was adjourned with one recommendation, told at once."""
    part, _dossier = world.decided("adjourn")
    return part


def decide(recommendation, step, words="Constaté sur place."):
    return RECOMMENDATION_WORKFLOW.follow(
        step,
        recommendation,
        cause="minutes.signed",
        actor=Job("test"),
        words=words,
        issuer="Commission nationale",
        decided_on=clock.today(),
        source_id=recommendation.source_id,
    )


# Answering


def test_the_lead_answers_and_the_journal_knows_it(part):
    row = answer(part)
    assert (row.state, row.answer.text, row.answer.said_by) == ("answered", ANSWER, part.lead)
    entry = Entry.objects.get(event="recommendation.answered")
    assert entry.about_id == str(part.operation.pk)
    assert ANSWER not in str(entry.data)


def test_an_editor_answers_too(part, world):
    editor = fresh(world.cast.bureau[0])
    TeamMember.objects.create(operation=part.operation, user=editor, role=TeamRole.EDITOR)
    assert answer(part, actor=fresh(editor)).answer.said_by == editor


@pytest.mark.parametrize("who", ["reader", "elected", "correspondent", "coordinator", "bureau"])
def test_the_others_read_and_do_not_answer(part, world, who):
    person = {"elected": part.elected, "reader": world.helper}.get(who) or getattr(world, who)
    if who == "reader":
        TeamMember.objects.create(operation=part.operation, user=person, role=TeamRole.READER)
    with pytest.raises(PermissionRefused):
        answer(part, actor=fresh(person))


@pytest.mark.parametrize(
    ("text", "code"), [("  \n", "no_answer"), ("a" * (MOST_SIGNS + 1), "too_long"), (ANSWER, "same_answer")]
)
def test_an_answer_says_something_new_in_two_thousand_signs(part, text, code):
    answer(part)
    with refused(code):
        answer(part, text)


def test_spaces_do_not_count_and_the_last_sign_fits(part):
    assert answer(part, "a " * MOST_SIGNS).state == "answered"


def test_answering_again_keeps_what_was_answered_before(part):
    answer(part, "Nous y travaillons.")
    row = answer(part)
    assert [reply.text for reply in row.replies.all()] == ["Nous y travaillons.", ANSWER]
    assert row.answer.text == ANSWER


def test_nobody_answers_what_is_not_notified(part):
    (row,) = issue_recommendations(
        part.operation,
        [(None, "Associer les habitants.", None)],
        issuer="Commission nationale",
        issued_on=clock.today(),
        source_id=part.operation.pk,
    )
    with refused("is_told"):
        answer_recommendation(row, actor=fresh(part.lead), text=ANSWER)


# Lifted, maintained


def test_what_is_lifted_is_answered_no_more(part):
    answer(part)
    decide(recommendation_of(part), "lift")
    with refused("wrong_state"):
        answer(part, "Encore un mot.")
    with refused("wrong_state"):
        decide(recommendation_of(part), "maintain")


def test_what_is_maintained_waits_for_another_answer(part):
    answer(part)
    assert [*unanswered_recommendations(part.operation)] == []
    decide(recommendation_of(part), "maintain")
    assert [*unanswered_recommendations(part.operation)] == [recommendation_of(part)]
    # The same words may be the right ones again.
    assert answer(part).state == "answered"
    assert [reply.state for reply in recommendation_of(part).replies.all()] == ["answered", "maintained", "answered"]


def test_nobody_lifts_or_maintains_by_themselves(part, world):
    for step in ("lift", "maintain"):
        with pytest.raises(PermissionRefused):
            RECOMMENDATION_WORKFLOW.performers[step](recommendation_of(part), world.bureau, {})


# What each may know


def test_what_is_not_notified_is_nowhere(part):
    Recommendation.objects.update(notified_at=None)
    operation = part.operation
    assert not recommendations_told(operation, fresh(part.lead)).exists()
    assert ([*unanswered_recommendations(operation)], quoted_recommendations(operation)) == ([], {})
    assert "recommandations" not in str([task.title for task in work_of(part.lead)])


def test_a_deposit_quotes_what_is_open_with_the_last_answer(part):
    row = recommendation_of(part)
    assert quoted_recommendations(part.operation)[str(row.pk)]["answer"] == ""
    answer(part)
    assert quoted_recommendations(part.operation) == {
        str(row.pk): {
            "commitment": row.commitment.number,
            "text": row.text,
            "issuer": row.issuer,
            "issued_on": clock.today().isoformat(),
            "due_on": None,
            "answer": ANSWER,
        }
    }
    decide(recommendation_of(part), "lift")
    assert quoted_recommendations(part.operation) == {}


def test_the_list_costs_the_same_for_one_and_for_three(part):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            rows = list(recommendations_told(part.operation, fresh(part.lead)))
            assert all(row.answer is None or row.answer.said_by.full_name for row in rows)
        return len(captured), len(rows)

    answer(part)
    one, _n = cost()
    more = issue_recommendations(
        part.operation,
        [(None, "Un.", None), (None, "Deux.", None)],
        issuer="Commission",
        issued_on=clock.today(),
        source_id=part.operation.pk,
    )
    Recommendation.objects.filter(pk__in=[row.pk for row in more]).update(notified_at=clock.now())
    for row in more:
        answer_recommendation(row, actor=fresh(part.lead), text=ANSWER)
    assert cost() == (one, 3)


# Réserves and what waits


def work_of(user):
    found = dict(pending.items())["operations"](fresh(user))
    return list(found.to_do)


def reserve(part, days):
    """Make of the recommendation a *réserve*, to be lifted in so many days."""
    day = clock.today() + timedelta(days=days)
    Recommendation.objects.update(issued_on=clock.today() - timedelta(days=400), due_on=day)
    return day


def test_writers_find_what_to_answer_with_the_date_of_a_reservation(part):
    day = reserve(part, 30)
    (task,) = [task for task in work_of(part.lead) if "recommandations" in task.title]
    assert task.path == f"/espace/operations/{part.operation.pk}/recommandations/"
    assert task.due_on == day
    assert not [task for task in work_of(part.elected) if "recommandations" in task.title]
    answer(part)
    assert not [task for task in work_of(part.lead) if "recommandations" in task.title]


def test_the_reminders_tell_a_reservation_before_its_date(part):
    reserve(part, 7)
    remind()
    told = Message.objects.filter(key="reminder_to_person", recipient=part.lead)
    assert [m for m in told if f"/espace/operations/{part.operation.pk}/recommandations/" in str(m.context)]


def test_a_reservation_is_late_from_the_day_after(part):
    reserve(part, 0)
    assert not recommendation_of(part).is_overdue
    reserve(part, -1)
    assert recommendation_of(part).is_overdue
    answer(part)
    decide(recommendation_of(part), "lift")
    assert not recommendation_of(part).is_overdue


# Shown to all


def test_the_lead_shows_what_was_answered_and_hides_it_again(part):
    with refused("is_followed"):
        publish_follow_up(recommendation_of(part), actor=fresh(part.lead))
    answer(part)
    assert publish_follow_up(recommendation_of(part), actor=fresh(part.lead)).is_published
    assert not hide_follow_up(recommendation_of(part), actor=fresh(part.lead)).is_published


def test_only_the_lead_shows_it(part, world):
    answer(part)
    editor = world.helper
    TeamMember.objects.create(operation=part.operation, user=editor, role=TeamRole.EDITOR)
    for person in (editor, part.elected, world.bureau):
        with pytest.raises(PermissionRefused):
            publish_follow_up(recommendation_of(part), actor=fresh(person))


# The tables


def test_the_database_refuses_a_life_before_the_notification(part):
    with pytest.raises(IntegrityError), transaction.atomic():
        Recommendation.objects.update(notified_at=None, state="answered")


def test_the_database_refuses_a_decision_that_rests_on_nothing(part):
    with pytest.raises(IntegrityError), transaction.atomic():
        RecommendationReply.objects.create(recommendation=recommendation_of(part), state="lifted")


@pytest.mark.parametrize(
    "change",
    [
        {"state": "lifted"},
        {"state": "issued"},
        {"issued_on": timedelta(days=2)},
        {"due_on": -timedelta(days=1)},
        {"notified_at": timedelta(days=2)},
    ],
    ids=lambda change: "-".join(change),
)
def test_a_life_that_does_not_hold_is_told(part, change):
    answer(part)
    assert recommendation_breaches() == []
    Recommendation.objects.update(**dated(change))
    assert recommendation_breaches() != []


def test_an_answer_that_nobody_gave_is_told(part):
    Recommendation.objects.update(state="answered")
    assert recommendation_breaches() != []


def test_a_refusal_is_a_sentence(part):
    with pytest.raises(DomainError) as caught:
        answer(part, " ")
    assert str(caught.value.message) == "Écrivez votre réponse."


def test_nothing_is_answered_nor_awaited_on_an_operation_that_is_abandoned(part):
    assert work_of(part.lead)
    Operation.objects.filter(pk=part.operation.pk).update(
        state="abandoned", state_since=clock.today(), state_reason="Abandon du projet."
    )
    with refused("why_not_kept"):
        answer(part)
    assert work_of(part.lead) == []
