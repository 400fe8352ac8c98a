"""Two people act on one thing at once, on real connections: one wins, the other is told, nothing is half-written."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from time import sleep

import pytest
from django.db import connections, transaction

from ecoquartier.accounts.services import invitations
from ecoquartier.commissions import services as commissions
from ecoquartier.core.errors import TransitionRefused
from ecoquartier.dossiers import services as dossiers
from ecoquartier.dossiers.models import Dossier
from ecoquartier.expertise import services as expertise
from ecoquartier.expertise.enums import ExpertiseStage
from ecoquartier.expertise.queries import stage_of_expertise
from ecoquartier.journal.models import Entry
from ecoquartier.journal.queries import verify_chain
from ecoquartier.journal.tasks import sign_daily_head
from ecoquartier.operations.services import answer_recommendation
from ecoquartier.people.models import User
from tests.support.recommendations import recommendation_of, second_room
from tests.support.world import fresh

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.loopback]


def at_once(*acts: Callable) -> list:
    """Run each act in its own thread and connection, started together; their results or refusals, in order."""
    start = Barrier(len(acts))

    def run(act: Callable):
        try:
            start.wait(timeout=10)
            return act()
        except TransitionRefused as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_admission_and_withdrawal_at_once(world):
    part, dossier = world.submitted()
    correspondent, lead, before = world.correspondent, fresh(part.lead), Entry.objects.count()
    results = at_once(
        lambda: dossiers.admit(dossier, actor=correspondent, opinion="Complet."),
        lambda: dossiers.withdraw(dossier, actor=lead),
    )
    # A withdrawal after the admission is allowed; an admission after the withdrawal is not.
    assert Dossier.objects.get(pk=dossier.pk).state == "withdrawn"
    refused = [r for r in results if isinstance(r, TransitionRefused)]
    assert Entry.objects.count() - before == 2 - len(refused)
    assert verify_chain().intact


def test_the_same_act_by_two_people_happens_once(world):
    _part, dossier = world.submitted()
    people = [world.correspondent, world.bureau]
    before = Entry.objects.count()
    results = at_once(*(lambda p=p: dossiers.admit(dossier, actor=p, opinion="Complet.") for p in people))
    refused = [r for r in results if isinstance(r, TransitionRefused)]
    assert len(refused) == 1
    assert "C’est déjà fait" in refused[0].message
    assert Dossier.objects.get(pk=dossier.pk).examinations.count() == 1
    assert Entry.objects.count() == before + 1


def test_two_seals_at_once_cannot_miss_each_other(world):
    _part, dossier = world.under_expertise()
    world.play.visit(dossier)
    reports = [world.play.write_report(report) for report in dossier.reports.all()]
    at_once(*(lambda r=r: expertise.seal(r, actor=fresh(r.assignment.expert)) for r in reports))
    assert stage_of_expertise(Dossier.objects.get(pk=dossier.pk)) == ExpertiseStage.CONSOLIDATING
    assert verify_chain().intact


def test_many_acts_at_once_leave_a_chain_without_gap(world):
    found = [world.submitted(part=world.part())[1] for _n in range(4)]
    correspondent, before = world.correspondent, Entry.objects.count()
    at_once(*(lambda d=d: dossiers.admit(d, actor=fresh(correspondent), opinion="Complet.") for d in found))
    assert Entry.objects.count() == before + 4
    assert verify_chain().intact


def seen_elsewhere(sql: str, *params):
    """What another connection reads, now."""

    def read():
        with connections["default"].cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchone()[0]

    return at_once(read)[0]


def test_what_an_act_writes_leaves_with_its_commit_and_not_before(world):
    """Entry, message and job of an act: another connection sees all three, or none."""
    _part, dossier = world.submitted()
    correspondent = fresh(world.correspondent)
    asked = (
        "SELECT (SELECT count(*) FROM journal_entry), (SELECT count(*) FROM notifications_message), "
        "(SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'journal.sign_head')"
    )
    counts = f"SELECT ARRAY(SELECT unnest(ARRAY[a, b, c]) FROM ({asked}) AS found (a, b, c))"
    before = seen_elsewhere(counts)
    with pytest.raises(RuntimeError), transaction.atomic():
        dossiers.admit(dossier, actor=correspondent, opinion="Complet.")
        sign_daily_head.defer(timestamp=0)
        assert seen_elsewhere(counts) == before
        raise RuntimeError
    assert seen_elsewhere(counts) == before
    with transaction.atomic():
        dossiers.admit(dossier, actor=correspondent, opinion="Complet.")
        sign_daily_head.defer(timestamp=0)
        assert seen_elsewhere(counts) == before
    after = seen_elsewhere(counts)
    assert after[0] == before[0] + 1
    assert after[1] > before[1]
    assert after[2] == before[2] + 1
    assert verify_chain().intact


def test_a_row_locked_by_an_act_waits_for_it(world):
    """The second act is not refused at once, nor lost: it waits, then is told what the first one did."""
    _part, dossier = world.submitted()
    correspondent, bureau = fresh(world.correspondent), fresh(world.bureau)
    holds, told = Event(), []

    def first():
        with transaction.atomic():
            dossiers.admit(dossier, actor=correspondent, opinion="Complet.")
            holds.set()
            sleep(0.5)
            told.append("first")

    def second():
        holds.wait(timeout=10)
        try:
            dossiers.admit(dossier, actor=bureau, opinion="Complet.")
        finally:
            told.append("second")

    results = at_once(first, second)
    assert told == ["first", "second"]
    assert isinstance(results[1], TransitionRefused)


@pytest.mark.parametrize("is_known", [True, False])
def test_an_invitation_accepted_twice_at_once_serves_once(world, is_known):
    author, address = world.coordinator, "dominique@ville.example"
    place = author.memberships.get().organisation
    invitation = invitations.invite(author, actor=author, email=address, reason="Arrive.", organisation=place)
    answer = {"full_name": "Dominique Lebrun", "password": "une phrase assez longue"}
    if is_known:
        answer = {"actor": User.objects.create_user(address, "Dominique Lebrun")}
    results = at_once(*(lambda: invitations.accept_invitation(invitation, **answer) for _two in range(2)))
    assert len([result for result in results if isinstance(result, TransitionRefused)]) == 1
    assert User.objects.get(email=address).memberships.get().organisation == place
    assert Entry.objects.filter(event="invitation.accepted").count() == 1


def test_two_answers_to_one_recommendation_are_both_kept(world):
    part, _dossier = world.decided("adjourn")
    row, lead = recommendation_of(part), fresh(part.lead)
    texts = ["Une convention est signée.", "Une régie est créée."]
    at_once(*(lambda text=text: answer_recommendation(row, actor=lead, text=text) for text in texts))
    assert sorted(recommendation_of(part).replies.values_list("text", flat=True)) == texts
    assert recommendation_of(part).state == "answered"


def test_an_answer_and_the_minutes_that_lift_at_once(world):
    room = second_room(world)
    row, lead = recommendation_of(room.part), fresh(room.part.lead)
    room.open()
    room.record(settlements=[(row.pk, "lift", "")])
    room.close()
    room.chair_declares()
    sitting, chair = room.sitting, room.chair
    results = at_once(
        lambda: commissions.sign_minutes(sitting, actor=chair),
        lambda: answer_recommendation(row, actor=lead, text="Encore un mot."),
    )
    # What was answered before is kept; afterwards it is too late, and said so.
    assert not isinstance(results[0], TransitionRefused)
    lifted = recommendation_of(room.part)
    assert lifted.state == "lifted"
    assert lifted.replies.last().state == "lifted"
    assert lifted.replies.count() == (2 if isinstance(results[1], TransitionRefused) else 3)
    assert verify_chain().intact
