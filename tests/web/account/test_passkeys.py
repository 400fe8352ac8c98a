"""Passkeys, with a key made of software: added, used, named, removed, and never another person's."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.utils import timezone
from fido2.utils import websafe_encode

from ecoquartier.people.models import User
from tests.support.client import StrictClient
from tests.support.pages import words
from tests.web.account.support import (
    PASSWORD,
    SECURITY,
    SIGN_IN,
    Key,
    add_key,
    enter,
    options_of,
    received,
    sign_in_by_key,
)

ADD = "/compte/cles/ajouter/"
ENTER = "/compte/connexion/cle/"
PROOF = "/compte/double-verification/"
REFUSAL = "Cette clé d’accès n’ouvre aucun compte ici."


@pytest.fixture(autouse=True)
def _local(settings):
    """Browsers speak of passkeys on https, and on this name."""
    settings.BASE_URL = "http://localhost"


@pytest.fixture
def other(db):
    return User.objects.create_user("autre@example.org", "Autre Personne", PASSWORD)


def test_a_key_is_added_then_signs_in_without_a_password(official):
    client = enter(official)
    key = add_key(client, "Ordinateur du bureau")
    assert "Ordinateur du bureau" in words(client.get(SECURITY))
    assert "une clé d’accès a été ajoutée" in received(official.email)[0]
    fresh = StrictClient()
    assert sign_in_by_key(fresh, key)["Location"] == "/espace/"
    assert fresh.session[SESSION_KEY] == str(official.pk)
    # A key proves two factors at once: what its owner holds, and what the key asked of them.
    assert fresh.get("/espace/pilotage/").status_code == 200


def test_the_key_of_another_person_opens_only_their_account(person, other):
    add_key(enter(person))
    theirs = add_key(enter(other))
    client = StrictClient()
    mine = websafe_encode(person.pk.hex.encode())
    refused = sign_in_by_key(client, theirs, userHandle=mine)
    assert REFUSAL in words(client.get(refused["Location"]))
    assert SESSION_KEY not in client.session
    # Nor as the second factor of somebody whose password is known.
    thief = enter(person)
    options = options_of(thief.get(PROOF))
    thief.post(PROOF, {"credential": theirs.get(options)})
    assert SESSION_KEY not in thief.session


def test_an_answer_serves_once(person):
    key = add_key(enter(person))
    client = StrictClient()
    answer = key.get(client.get(ENTER).json())
    assert client.post(ENTER, {"credential": answer})["Location"] == "/espace/"
    client.post("/compte/deconnexion/")
    client.get(ENTER)
    assert client.post(ENTER, {"credential": answer})["Location"] == SIGN_IN
    assert SESSION_KEY not in client.session


def test_an_answer_made_for_another_site_is_refused(person):
    key = add_key(enter(person))
    key.origin = "http://localhost.example.com"
    client = StrictClient()
    assert sign_in_by_key(client, key)["Location"] == SIGN_IN
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "x",
        "[]",
        "1",
        "null",
        "{}",
        '{"response": 1}',
        '{"response": {"userHandle": 1}}',
        '{"id": "a", "response": {}}',
    ],
)
def test_nonsense_is_refused_politely(db, answer):
    client = StrictClient()
    client.get(ENTER)
    response = client.post(ENTER, {"credential": answer})
    assert response["Location"] == SIGN_IN
    assert REFUSAL in words(client.get(SIGN_IN))


@pytest.mark.parametrize("answer", ["", "x", "[]", "1", "{}", '{"response": 1}', '{"id": "a", "response": {}}'])
def test_nonsense_adds_no_key(person, answer):
    client = enter(person)
    client.get(ADD)
    assert client.post(ADD, {"name": "", "credential": answer}).status_code == 422
    assert not person.authenticator_set.exists()


def test_a_key_that_does_not_check_its_owner_is_refused(person):
    client, key = enter(person), Key()
    answer = key.create(options_of(client.get(ADD)), is_verified=False)
    assert client.post(ADD, {"name": "Clé", "credential": answer}).status_code == 422
    assert not person.authenticator_set.exists()


def test_a_suspended_person_does_not_enter(person):
    key = add_key(enter(person))
    User.objects.filter(pk=person.pk).update(is_active=False)
    client = StrictClient()
    refused = sign_in_by_key(client, key)
    assert "Votre compte est suspendu." in words(client.get(refused["Location"]))
    assert SESSION_KEY not in client.session


def test_a_key_is_the_second_factor_after_the_password(person):
    key = add_key(enter(person))
    client = enter(person)
    assert SESSION_KEY not in client.session
    options = options_of(client.get(PROOF))
    assert client.post(PROOF, {"credential": key.get(options)})["Location"] == "/espace/"
    assert client.session[SESSION_KEY] == str(person.pk)


def test_a_key_confirms_who_one_is(person):
    client = enter(person)
    key = add_key(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        asked = client.get(ADD)["Location"]
        options = options_of(client.get(asked))
        answer = client.post(asked, {"credential": key.get(options), "next": ADD})
        assert answer["Location"] == ADD
        assert client.get(ADD).status_code == 200


def test_a_key_is_named_and_removed_by_its_owner_only(person, other):
    client = enter(person)
    add_key(client, "")
    means = person.authenticator_set.get(type="webauthn")
    page = f"/compte/cles/{means.pk}/"
    assert "Clé d’accès n° 1" in words(client.get(page))
    client.post(page, {"name": "Téléphone"})
    assert "Téléphone" in words(client.get(SECURITY))
    stranger = enter(other)
    assert [stranger.get(page).status_code, stranger.post(f"{page}retirer/").status_code] == [404, 404]
    assert client.post(f"{page}retirer/")["Location"] == SECURITY
    assert not person.authenticator_set.exists()


def test_the_challenge_says_nothing_of_anybody(person, client):
    add_key(enter(person))
    asked = client.get(ENTER).json()["publicKey"]
    assert asked.get("allowCredentials", []) == []
    assert asked["rpId"] == "localhost"
    assert json.dumps(asked).find(str(person.pk)) == -1
