"""A password forgotten or changed: nobody learns who has an account, and a link serves once."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ecoquartier.notifications.models import Message
from ecoquartier.people.models import User
from ecoquartier.web.account.password import ASKED_FOR
from tests.support.client import StrictClient
from tests.support.pages import read, words
from tests.web.account.support import PASSWORD, SECURITY, SIGN_IN, enter, link_of, received

ASK = "/compte/mot-de-passe/oublie/"
CHANGE = "/compte/mot-de-passe/"
NEW = "quatre mots bout à bout"
BOTH = {"password": NEW, "again": NEW}


def ask(client, email):
    return client.post(ASK, {"email": email}, follow=True)


def test_the_answer_and_the_work_are_the_same_whether_the_address_is_known_or_not(person, client):
    # The counter of this place exists from the first time on.
    ask(client, "autre@example.org")
    User.objects.create_user("fermee@example.org", "Fermée", PASSWORD, is_active=False)
    seen = []
    for email in (person.email, "personne@example.org", "fermee@example.org"):
        with CaptureQueriesContext(connection) as queries:
            page = ask(StrictClient(), email)
        # The values differ, the statements do not.
        seen.append((words(page), [q["sql"].partition(" ")[0] for q in queries]))
    assert seen[0] == seen[1] == seen[2]
    assert "Si un compte a cette adresse, un message vient d’y partir." in seen[0][0]
    assert len(received(person.email)) == 1
    assert received("personne@example.org") == received("fermee@example.org") == []


def test_the_link_chooses_a_password_and_serves_once(person, client):
    ask(client, "Camille@Example.org")
    link = link_of(received(person.email)[0])
    assert "Choisir un mot de passe" in words(client.get(link))
    response = client.post(link, BOTH)
    assert response["Location"] == SIGN_IN
    assert SESSION_KEY not in client.session
    again = client.post(link, {"password": "encore une autre phrase", "again": "encore une autre phrase"})
    assert again.status_code == 422
    assert "Ce lien ne sert plus" in words(client.get(link))
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert "Le mot de passe de votre compte vient de changer." in received(person.email)[1]


def test_opening_the_link_changes_nothing(person, client):
    ask(client, person.email)
    link = link_of(received(person.email)[0])
    before = User.objects.values().get(pk=person.pk)
    for _ in range(3):
        response = client.get(link)
    assert User.objects.values().get(pk=person.pk) == before
    assert client.post(link, BOTH).status_code == 302
    assert response["Referrer-Policy"] == "strict-origin"
    assert "no-store" in response["Cache-Control"]


def test_a_link_ends_after_four_hours_or_at_the_next_sign_in(person, client):
    ask(client, person.email)
    link = link_of(received(person.email)[0])
    # A number of seconds: a date of universal time would move the clock of Paris, that Django's key is made of.
    with time_machine.travel((timezone.now() + timedelta(hours=4, minutes=1)).timestamp()):
        assert client.post(link, BOTH).status_code == 422
    enter(person)
    assert client.post(link, BOTH).status_code == 422
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


@pytest.mark.parametrize("key", ["x", "~", "Zm9v~abc-def", "éé~1-2", "%00~1-2"])
def test_a_forged_link_opens_nothing(db, client, key):
    response = client.get(f"/compte/mot-de-passe/lien/{key}/")
    assert response.status_code == 200
    assert "Ce lien ne sert plus" in words(response)
    assert client.post(f"/compte/mot-de-passe/lien/{key}/", BOTH).status_code == 422


def test_the_link_is_not_readable_in_the_outbox(person, client, world):
    ask(client, person.email)
    link = link_of(received(person.email)[0])
    message = Message.objects.get(recipient=person)
    kept = " ".join(str(value) for value in Message.objects.values().get(pk=message.pk).values())
    assert link.rpartition("lien/")[2].strip("/") not in kept
    page = read(world.bureau, reverse("bureau:message", args=[message.pk]))
    assert "Choisir un nouveau mot de passe" in page
    assert link not in page


def test_a_suspended_person_receives_nothing(person, client):
    User.objects.filter(pk=person.pk).update(is_active=False)
    ask(client, person.email)
    assert received(person.email) == []


def test_asking_often_sends_no_more_mail_and_says_nothing_else(person, client):
    pages = {words(ask(StrictClient(), person.email)) for _ in range(ASKED_FOR.most + 2)}
    assert len(pages) == 1
    assert len(received(person.email)) == ASKED_FOR.most


def test_a_weak_password_is_refused_with_reasons(person):
    client = enter(person)
    response = client.post(CHANGE, {"password": "camille", "again": "camille"})
    assert response.status_code == 422
    assert "12 caractères" in words(response)
    different = client.post(CHANGE, {"password": NEW, "again": "autre chose encore"})
    assert "Les deux mots de passe sont différents." in words(different)


def test_changing_it_closes_every_other_session(person):
    here, elsewhere = enter(person), enter(person)
    assert elsewhere.get(SECURITY).status_code == 200
    key = here.session.session_key
    assert here.post(CHANGE, BOTH)["Location"] == SECURITY
    assert here.get(SECURITY).status_code == 200
    assert here.session.session_key != key
    assert SIGN_IN in elsewhere.get(SECURITY)["Location"]
    assert words(here.get("/compte/sessions/")).count("Firefox, Linux") == 1
    assert len(received(person.email)) == 1


def test_resetting_it_closes_every_session(person, client):
    opened = enter(person)
    ask(client, person.email)
    client.post(link_of(received(person.email)[0]), BOTH)
    assert SIGN_IN in opened.get(SECURITY)["Location"]


def test_an_old_session_proves_who_it_is_again(person):
    client = enter(person)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        response = client.get(CHANGE)
        assert response["Location"] == f"/compte/identite/?next={CHANGE}"
        assert client.post(CHANGE, BOTH)["Location"] == response["Location"]
        refused = client.post(response["Location"], {"password": "autre chose", "next": CHANGE})
        assert "Ce mot de passe n’est pas le bon." in words(refused)
        assert client.post(response["Location"], {"password": PASSWORD, "next": CHANGE})["Location"] == CHANGE
        assert client.post(CHANGE, BOTH).status_code == 302
