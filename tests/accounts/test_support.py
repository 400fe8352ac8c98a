"""The support mode: who asks to see what, who agrees, what is refused, and until when it lasts."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError

from ecoquartier.accounts.enums import SupportState
from ecoquartier.accounts.models import SupportSession
from ecoquartier.accounts.queries import support_opened_on, work_of
from ecoquartier.accounts.services import erase, export_data, roles, support
from ecoquartier.accounts.tasks import end_overdue_support
from ecoquartier.accounts.workflow import SUPPORT_WORKFLOW, SupportStep
from ecoquartier.core import clock
from ecoquartier.core.errors import PermissionRefused, TransitionRefused
from ecoquartier.journal.models import Entry
from ecoquartier.notifications.models import Message
from ecoquartier.notifications.services import send_ready
from ecoquartier.people.enums import Role
from ecoquartier.people.models import RoleGrant, User
from tests.support.world import fresh

WHY = "Le bouton « Déposer » reste fermé."


@pytest.fixture
def helper(world):
    """Somebody who gives technical help."""
    return world.helper


@pytest.fixture
def person(db):
    return User.objects.create_user("camille@example.org", "Camille Armand")


@pytest.fixture
def second(world):
    """The second person of the bureau."""
    return fresh(world.cast.bureau[1])


def ask(helper, person, minutes=60):
    helper = fresh(helper)
    return support.ask(helper, actor=helper, person=person, reason=WHY, minutes=minutes)


def opened(helper, person, by, minutes=60):
    return support.open_session(ask(helper, person, minutes), actor=fresh(by))


def waits_for(user):
    return [task.path for task in work_of(fresh(user)).to_do]


# --- The role -------------------------------------------------------------------------------------------------------


def test_the_role_comes_from_the_bureau_has_no_territory_and_gives_nothing_by_itself(world, helper):
    _part, dossier = world.submitted()
    assert helper.has_perm("support.ask")
    assert helper.has_perm("accounts.prove_second_factor")
    for permission in ("dossiers.view", "operations.view", "people.view", "journal.read", "bureau.desk"):
        assert not helper.has_perm(permission, dossier)
    for who in (world.coordinator, world.correspondent):
        with pytest.raises(PermissionRefused):
            roles.grant_role(helper, actor=who, role=Role.SUPPORT, reason="Essai.")
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(user=helper, role=Role.SUPPORT, county_id="53")


# --- Asking ---------------------------------------------------------------------------------------------------------


def test_what_is_asked_waits_for_a_second_person(world, helper, person, second):
    session = ask(helper, person)
    assert (session.state, session.asked_by, session.person, session.reason) == ("asked", helper, person, WHY)
    path = f"/espace/pilotage/assistance/{session.pk}/"
    assert path in waits_for(world.bureau)
    assert path in waits_for(second)
    assert waits_for(helper) == []
    assert [task.state for task in work_of(fresh(helper)).going_on] == ["à ouvrir"]
    told = Message.objects.filter(key="support_asked_to_bureau").values_list("recipient", flat=True)
    assert set(told) == {world.bureau.pk, second.pk}
    assert not Message.objects.filter(recipient=person).exists()
    entry = Entry.objects.get(event="support.asked")
    assert (entry.actor, entry.about_id) == (str(helper.pk), str(person.pk))
    assert entry.detail.content == {"reason": WHY}


def test_two_hours_are_the_most(helper, person, second):
    session = opened(helper, person, second, minutes=120)
    assert session.expires_at - session.answered_at == timedelta(hours=2)
    support.end(session, actor=helper)
    with pytest.raises(ValidationError):
        ask(helper, person, minutes=121)
    with pytest.raises(IntegrityError), transaction.atomic():
        SupportSession.objects.filter(pk=session.pk).update(
            expires_at=session.answered_at + timedelta(hours=2, microseconds=1)
        )


def test_nobody_else_asks(world, person):
    part, _dossier = world.draft()
    for user in (part.lead, world.correspondent, world.coordinator, world.cast.experts[0]):
        with pytest.raises(PermissionRefused):
            ask(user, person)


def test_what_may_not_be_asked(world, helper, person):
    with pytest.raises(TransitionRefused, match="comme vous-même"):
        ask(helper, helper)
    ask(helper, person)
    with pytest.raises(TransitionRefused, match="déjà demandée ou ouverte"):
        ask(helper, person)
    other = User.objects.create_user("autre@example.org", "Autre")
    roles.suspend(other, actor=world.bureau, reason="Doute.")
    with pytest.raises(TransitionRefused, match="Le compte de Autre est fermé"):
        ask(helper, fresh(other))


def test_only_the_bureau_sees_as_the_bureau_with_the_agreement_of_another_of_them(world, helper, second):
    with pytest.raises(TransitionRefused, match="seul quelqu’un du bureau"):
        ask(helper, world.bureau)
    session = ask(world.bureau, second)
    for who in (world.bureau, second):
        with pytest.raises(PermissionRefused):
            support.open_session(session, actor=fresh(who))
    third = User.objects.create_user("tiers@example.org", "Tiers")
    roles.grant_role(third, actor=world.bureau, role=Role.BUREAU, reason="Renfort.")
    assert support.open_session(session, actor=fresh(third)).state == SupportState.OPENED


# --- Answering ------------------------------------------------------------------------------------------------------


def test_a_second_person_opens_and_the_person_seen_is_told(helper, person, second):
    session = opened(helper, person, second)
    assert (session.state, session.answered_by, session.is_running) == ("opened", second, True)
    assert waits_for(helper) == ["/espace/assistance/"]
    assert waits_for(second) == []
    with clock.travel(session.expires_at):
        assert waits_for(helper) == []
    told = Message.objects.get(key="support_opened_to_person")
    assert told.recipient == person
    assert told.context["reason"] == WHY
    assert (told.context["asker"], told.context["opener"]) == (str(helper), str(second))
    answer = Message.objects.get(key="support_answered_to_asker")
    assert answer.recipient == helper
    assert "l’a ouverte" in answer.context["answer"]
    send_ready()
    assert not Message.objects.filter(key__startswith="support").exclude(state__in=["sent", "cancelled"]).exists()


def test_a_refusal_says_why(helper, person, second):
    session = support.refuse(ask(helper, person), actor=second, reason="Demandez-lui une copie d’écran.")
    assert (session.state, session.is_running) == ("refused", False)
    answer = Message.objects.get(key="support_answered_to_asker")
    assert answer.context["answer"].endswith("Demandez-lui une copie d’écran.")
    assert not Message.objects.filter(recipient=person).exists()
    with pytest.raises(TransitionRefused):
        support.open_session(session, actor=second)
    assert ask(helper, person).state == "asked"


def test_nobody_approves_oneself(world, person, helper):
    session = ask(world.bureau, person)
    with pytest.raises(PermissionRefused):
        support.open_session(session, actor=world.bureau)
    with pytest.raises(PermissionRefused):
        support.refuse(session, actor=world.bureau, reason="Non.")
    assert f"/espace/pilotage/assistance/{session.pk}/" not in waits_for(world.bureau)
    with pytest.raises(PermissionRefused):
        support.open_session(ask(helper, person), actor=helper)
    now = clock.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        SupportSession.objects.filter(pk=session.pk).update(
            state="opened", answered_by=world.bureau, answered_at=now, expires_at=now + timedelta(minutes=5)
        )


def test_who_left_the_bureau_does_not_open(world, helper, person, second):
    session = ask(helper, person)
    roles.end_role(second.grants.get(), actor=world.bureau, reason="Départ.")
    with pytest.raises(PermissionRefused):
        support.open_session(session, actor=fresh(second))


def test_what_changed_since_the_request_refuses_the_opening(world, helper, person, second):
    session = ask(helper, person)
    roles.suspend(person, actor=world.bureau, reason="Doute.")
    assert "fermé" in SUPPORT_WORKFLOW.why_not(SupportStep.OPEN, SupportSession.objects.get(), second)
    with pytest.raises(TransitionRefused, match="fermé"):
        support.open_session(session, actor=second)
    roles.reinstate(person, actor=world.bureau, reason="Levé.")
    roles.end_role(helper.grants.get(), actor=world.bureau, reason="Fin du marché.")
    with pytest.raises(TransitionRefused, match="n’a plus le rôle"):
        support.open_session(session, actor=second)


# --- Using ----------------------------------------------------------------------------------------------------------


def view(session, actor):
    return support.view_page(session, actor=fresh(actor), page="/espace/")


def test_each_page_is_written_under_the_session_and_the_person(helper, person, second):
    session = opened(helper, person, second)
    view(session, helper)
    entry = Entry.objects.get(event="support.page_viewed")
    assert (entry.actor, entry.object_id, entry.about_id) == (str(helper.pk), str(session.pk), str(person.pk))
    assert (entry.data, entry.detail.content) == ({"person": str(person.pk)}, {"page": "/espace/"})


def test_it_is_used_by_whoever_asked_until_its_last_second(world, helper, person, second):
    session = opened(helper, person, second)
    for who in (world.bureau, second, person):
        with pytest.raises(PermissionRefused):
            view(session, who)
    with clock.travel(session.expires_at - timedelta(seconds=1)):
        view(session, helper)
    with clock.travel(session.expires_at), pytest.raises(TransitionRefused, match="Le temps de cette assistance"):
        view(session, helper)


@pytest.mark.parametrize("end", ["role", "suspension", "seen", "ended", "asked"])
def test_it_is_not_used_once_something_it_rests_on_is_gone(world, helper, person, second, end):
    session = ask(helper, person) if end == "asked" else opened(helper, person, second)
    if end == "role":
        roles.end_role(helper.grants.get(), actor=world.bureau, reason="Fin du marché.")
    elif end == "suspension":
        roles.suspend(helper, actor=world.bureau, reason="Doute.")
    elif end == "seen":
        roles.suspend(person, actor=world.bureau, reason="Doute.")
    elif end == "ended":
        support.end(session, actor=world.bureau)
    with pytest.raises((PermissionRefused, TransitionRefused)):
        view(session, helper)
    assert not Entry.objects.filter(event="support.page_viewed").exists()


def test_somebody_who_joins_the_bureau_is_seen_no_more(world, helper, person, second):
    session = opened(helper, person, second)
    view(session, helper)
    roles.grant_role(person, actor=world.bureau, role=Role.BUREAU, reason="Renfort.")
    with pytest.raises(TransitionRefused, match="seul quelqu’un du bureau"):
        view(session, helper)


def test_it_ends_by_whoever_asked_or_the_bureau_only(world, helper, person, second):
    session = opened(helper, person, second)
    with pytest.raises(PermissionRefused):
        support.end(session, actor=person)
    ended = support.end(session, actor=helper)
    assert ended.state == "ended"
    assert ended.ended_at < ended.expires_at
    other = opened(helper, person, second)
    assert support.end(other, actor=world.bureau).state == "ended"
    with pytest.raises(TransitionRefused):
        support.end(other, actor=world.bureau)


def test_the_clock_ends_what_is_over(helper, person, second):
    session = opened(helper, person, second, minutes=30)
    assert end_overdue_support() == 0
    with clock.travel(session.expires_at):
        assert end_overdue_support() == 1
    session.refresh_from_db()
    assert (session.state, session.ended_at) == ("ended", session.expires_at)
    assert Entry.objects.get(event="support.ended").actor == "system:support"


# --- The person seen ------------------------------------------------------------------------------------------------


def test_the_person_seen_is_given_back_who_looked(helper, person, second):
    ask(helper, person)
    assert list(support_opened_on(person)) == []
    assert "accounts.SupportSession" not in export_data(person)
    support.open_session(SupportSession.objects.get(), actor=second)
    (row,) = export_data(person)["accounts.SupportSession"]
    assert (row["asked_by__full_name"], row["answered_by__full_name"], row["reason"]) == (
        str(helper),
        str(second),
        WHY,
    )


def test_an_erased_person_leaves_no_word(helper, person, second):
    session = opened(helper, person, second)
    view(session, helper)
    assert Entry.objects.filter(about_id=str(person.pk), detail__isnull=False).count() == 2
    erase(person, actor=fresh(person))
    session.refresh_from_db()
    assert session.reason == ""
    assert Entry.objects.filter(about_id=str(person.pk), detail__isnull=False).count() == 0
    with pytest.raises(TransitionRefused, match="fermé"):
        view(session, helper)


# --- The transaction ------------------------------------------------------------------------------------------------


def test_the_database_itself_refuses_to_write(person):
    with support.only_reading():
        assert User.objects.get(pk=person.pk) == person
        with pytest.raises(InternalError, match="read-only transaction"), transaction.atomic():
            User.objects.filter(pk=person.pk).update(full_name="Changé")
        with connection.cursor() as cursor, pytest.raises(InternalError, match="read-write"), transaction.atomic():
            cursor.execute("SET TRANSACTION READ WRITE")
    # What follows writes again.
    assert User.objects.filter(pk=person.pk).update(full_name="Changé") == 1
