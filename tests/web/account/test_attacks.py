"""What is tried against accounts: planted sessions, guessed passwords, questions about who exists. Nothing is obtained.

Each page has its own attacks beside its own tests; here are those that are the same by every door.
"""

import subprocess
import sys
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ecoquartier.accounts.tasks import send_reset_link
from ecoquartier.notifications.models import Message
from ecoquartier.people.models import Installation, User
from ecoquartier.web.account.attempts import FAILURES, FAILURES_FROM, FAILURES_ON, MARK
from ecoquartier.web.shared.limits import Limit
from tests.support.client import StrictClient
from tests.web.account.support import (
    PASSWORD,
    SIGN_IN,
    add_application,
    add_key,
    code_of,
    enter,
    options_of,
    sign_in_by_key,
)

SPACE = "/espace/"
PROOF = "/compte/double-verification/"


@pytest.fixture(autouse=True)
def _site_of_the_keys(settings):
    settings.BASE_URL = "http://localhost"


def at_place(address: str) -> StrictClient:
    return StrictClient(REMOTE_ADDR=address)


def wrong(client, email) -> int:
    return client.post(SIGN_IN, {"email": email, "password": "une mauvaise phrase"}).status_code


def right(client, email) -> int:
    return client.post(SIGN_IN, {"email": email, "password": PASSWORD}).status_code


# --- A session planted by somebody else ---------------------------------------------------------------------------


def by_password(client, person):
    client.post(SIGN_IN, {"email": person.email, "password": PASSWORD})


def by_application(client, person):
    with time_machine.travel(timezone.now(), tick=False) as now:
        secret = add_application(enter(person))
        now.shift(60)
        by_password(client, person)
        client.post(PROOF, {"code": code_of(secret)})


def by_key(client, person):
    sign_in_by_key(client, add_key(enter(person)))


def by_one_click(client, person):
    User.objects.filter(pk=person.pk).update(is_demo=True)
    Installation.objects.create(is_demo=True)
    client.post(f"/compte/demonstration/{person.pk}/")


@pytest.mark.parametrize("way_in", [by_password, by_application, by_key, by_one_click])
def test_a_planted_session_opens_nothing_once_its_victim_has_entered(person, settings, way_in):
    settings.DEMO = way_in is by_one_click
    planted = SessionStore()
    planted["mark"] = "of the attacker"
    planted.save()
    victim, attacker = StrictClient(), StrictClient()
    for client in (victim, attacker):
        client.cookies["sessionid"] = planted.session_key
    way_in(victim, person)
    assert victim.session[SESSION_KEY] == str(person.pk)
    assert victim.session.session_key != planted.session_key
    assert SIGN_IN in attacker.get(SPACE)["Location"]
    # Nor does an id that the platform never gave become a session.
    attacker.cookies["sessionid"] = "a" * 32
    by_password(attacker, person)
    assert attacker.cookies["sessionid"].value != "a" * 32


def test_the_key_of_another_does_not_confirm_who_one_is(person):
    other = User.objects.create_user("autre@example.org", "Autre Personne", PASSWORD)
    theirs = add_key(enter(other))
    client = enter(person)
    add_key(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        asked = client.get("/compte/adresse/")["Location"]
        client.post(asked, {"credential": theirs.get(options_of(client.get(asked)))})
        assert client.get("/compte/adresse/")["Location"] == asked


# --- Who exists ---------------------------------------------------------------------------------------------------


def test_signing_in_does_not_tell_who_exists(person, monkeypatch):
    User.objects.create_user("fermee@example.org", "Fermée", PASSWORD, is_active=False)
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, *args: hashed.append(1) or encode(self, *args))
    seen = []
    for email in ("camille@example.org", "inconnu@example.org", "fermee@example.org"):
        hashed.clear()
        with CaptureQueriesContext(connection) as queries:
            response = StrictClient().post(SIGN_IN, {"email": email, "password": "une mauvaise phrase"})
        page = response.content.decode().replace(email, "")
        verbs = [query["sql"].partition(" ")[0] for query in queries]
        # The work that takes time, the hash of the password, is done once for everybody.
        seen.append((response.status_code, len(page), len(hashed), verbs, sorted(response.cookies)))
    # The counter of this place exists from the second on: what the first wrote is inserted, then updated.
    assert seen[1] == seen[2]
    assert seen[0][:3] == seen[1][:3]
    assert seen[0][4] == seen[1][4]
    assert MARK not in seen[0][4]


# --- Guessing passwords -------------------------------------------------------------------------------------------


def test_one_account_is_not_tried_from_everywhere(person):
    elsewhere = [at_place(f"198.51.100.{n}") for n in range(FAILURES_ON.most // 5)]
    assert {wrong(client, person.email) for client in elsewhere for _try in range(5)} == {422}
    assert right(at_place("203.0.113.1"), person.email) == 429
    assert right(at_place("203.0.113.1"), "inconnu@example.org") == 422
    # Not for ever: the window ends where it began, whatever is tried meanwhile.
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        assert wrong(at_place("203.0.113.2"), person.email) == 429
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert right(at_place("203.0.113.1"), person.email) == 302


def test_many_accounts_are_not_tried_from_one_place(person):
    for n in range(FAILURES_FROM.most):
        FAILURES_FROM.count("127.0.0.1") if n else wrong(StrictClient(), "inconnu@example.org")
    assert right(StrictClient(), person.email) == 429
    assert right(at_place("203.0.113.1"), person.email) == 302


def test_tries_made_at_once_do_not_all_pass(db):
    """Thirteen that nobody has judged yet: the ten first are within the limit, and one that was none is given back."""
    limit = Limit("at-once", most=10, seconds=600)
    assert [limit.wait("camille") == 0 for _try in range(13)] == [True] * 10 + [False] * 3
    for _try in range(4):
        limit.give_back("camille")
    assert [limit.wait("camille") == 0 for _try in range(2)] == [True, False]


def test_nobody_keeps_the_owner_out(person):
    own = StrictClient()
    assert right(own, person.email) == 302
    own.post("/compte/deconnexion/")
    for _try in range(FAILURES_ON.most):
        FAILURES_ON.count(person.email)
        FAILURES.count(person.email, "127.0.0.1")
    assert right(StrictClient(), person.email) == 429
    assert right(own, person.email) == 302
    # The mark is that of one account, and a browser that has it may not try for ever either.
    own.post("/compte/deconnexion/")
    other = User.objects.create_user("autre@example.org", "Autre Personne", PASSWORD)
    for _try in range(FAILURES_ON.most):
        FAILURES_ON.count(other.email)
    assert right(own, other.email) == 429
    assert [wrong(own, person.email) for _try in range(FAILURES.most + 1)][-2:] == [422, 429]


def test_a_forged_mark_is_none(person):
    client = StrictClient()
    for _try in range(FAILURES_ON.most):
        FAILURES_ON.count(person.email)
    client.cookies[MARK] = "1:1tAAAA:forged"
    assert right(client, person.email) == 429
    stranger = User.objects.create_user("autre@example.org", "Autre Personne", PASSWORD)
    assert right(client, stranger.email) == 302
    assert right(client, person.email) == 429
    assert person.email not in str(client.cookies)


@pytest.mark.django_db(transaction=True)
def test_a_forgotten_password_is_answered_by_the_job_itself():
    """Outside of a test’s transaction, as the worker runs it."""
    person = User.objects.create_user("oubli@example.org", "Odile Oubli", password="quatre mots mis ensemble")
    send_reset_link("Oubli@example.org")
    send_reset_link("personne@example.org")
    assert Message.objects.get(key="reset_asked_to_person").recipient == person


COUNTING = """
import sys, django
from django.conf import settings
django.setup()
settings.DATABASES["default"]["NAME"] = sys.argv[1]
from ecoquartier.web.shared.limits import Limit
for _try in range(20):
    Limit("shared", most=40, seconds=600).count("camille@example.org", "127.0.0.1")
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.loopback
def test_processes_share_the_counters_and_lose_no_try(settings, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", f"{settings.ROOT}/src:{settings.ROOT}")
    command = [sys.executable, "-c", COUNTING, str(connection.settings_dict["NAME"])]
    processes = [subprocess.Popen(command, cwd=settings.ROOT) for _worker in range(2)]
    assert [process.wait(timeout=60) for process in processes] == [0, 0]
    who = "camille@example.org", "127.0.0.1"
    assert Limit("shared", most=40, seconds=600).is_reached(*who)
    assert not Limit("shared", most=41, seconds=600).is_reached(*who)
