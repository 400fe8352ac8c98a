"""The second factor: set up, asked for, replayed, lost; demanded at each request of the roles that need it."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.urls import reverse
from django.utils import timezone

from ecoquartier.accounts.services import credentials
from ecoquartier.core.errors import DomainError, PermissionRefused
from ecoquartier.journal.models import Entry
from ecoquartier.people.enums import Role
from ecoquartier.people.models import Installation, RoleGrant, User
from tests.support.client import StrictClient
from tests.support.pages import words
from tests.web.account.support import (
    PASSWORD,
    SECURITY,
    SIGN_IN,
    add_application,
    code_of,
    enter,
    received,
    recovery_codes,
)

PROOF = "/compte/double-verification/"
SPACE = "/espace/"
LATER = timedelta(minutes=2)


@pytest.fixture
def secret(person):
    """The secret of the application of `person`."""
    return add_application(enter(person))


def test_an_application_is_added_by_its_first_code(person):
    client = enter(person)
    page = client.get("/compte/application/").content.decode()
    assert 'src="data:image/svg+xml' in page
    refused = client.post("/compte/application/", {"code": "000000"})
    assert refused.status_code == 422
    assert "Ce code n’est pas le bon" in words(refused)
    assert not person.authenticator_set.exists()
    add_application(client)
    assert sorted(person.authenticator_set.values_list("type", flat=True)) == ["recovery_codes", "totp"]
    assert "une application de codes a été ajoutée" in received(person.email)[0]


def test_the_secret_is_not_in_clear_in_the_database(person, secret):
    assert secret not in str(list(person.authenticator_set.values_list("data", flat=True)))


def test_the_password_alone_signs_nobody_in(person, secret):
    client = enter(person, next="/espace/operations/")
    assert SESSION_KEY not in client.session
    assert SIGN_IN in client.get(SPACE)["Location"]
    with time_machine.travel(timezone.now() + LATER):
        refused = client.post(PROOF, {"code": "123456"})
        assert refused.status_code == 422
        assert SESSION_KEY not in client.session
        assert client.post(PROOF, {"code": code_of(secret)})["Location"] == "/espace/operations/"
    assert client.session[SESSION_KEY] == str(person.pk)


def test_a_suspended_person_is_told_after_the_second_factor_only(person, secret):
    User.objects.filter(pk=person.pk).update(is_active=False)
    client = enter(person)
    asked = client.get(PROOF)
    assert "suspendu" not in words(asked)
    assert "suspendu" not in words(client.post(PROOF, {"code": "000000"}))
    with time_machine.travel(timezone.now() + LATER):
        refused = client.post(PROOF, {"code": code_of(secret)})
        assert "Votre compte est suspendu." in words(client.get(refused["Location"]))
        assert SESSION_KEY not in client.session
        assert client.get(PROOF)["Location"] == SIGN_IN


def test_the_page_speaks_of_a_key_to_those_who_have_one_only(person, secret):
    page = words(enter(person).get(PROOF))
    assert "donnez aussi un code." in page
    assert "clé d’accès" not in page


def test_a_code_serves_once(person, secret):
    with time_machine.travel(timezone.now() + LATER, tick=False):
        code = code_of(secret)
        assert enter(person).post(PROOF, {"code": code}).status_code == 302
        thief = enter(person)
        response = thief.post(PROOF, {"code": code})
        assert response.status_code == 422
        assert "il a déjà servi" in words(response)
        assert SESSION_KEY not in thief.session


def test_the_code_that_added_the_application_does_not_sign_in(person):
    with time_machine.travel(timezone.now(), tick=False):
        secret = add_application(enter(person))
        assert enter(person).post(PROOF, {"code": code_of(secret)}).status_code == 422


def test_a_code_of_another_time_is_refused(person, secret):
    with time_machine.travel(timezone.now() + LATER, tick=False):
        assert enter(person).post(PROOF, {"code": code_of(secret, period=-2)}).status_code == 422


def test_codes_are_not_tried_without_end(person, secret):
    client = enter(person)
    pages = [words(client.post(PROOF, {"code": f"{n:06}"})) for n in range(12)]
    assert "Trop d’essais" in pages[-1]
    with time_machine.travel(timezone.now() + timedelta(seconds=40)):
        assert client.post(PROOF, {"code": code_of(secret)}).status_code == 422


def test_the_page_is_nothing_without_a_password_given(client, db):
    assert client.get(PROOF)["Location"] == SIGN_IN
    assert client.post(PROOF, {"code": "123456"})["Location"] == SIGN_IN


def test_the_session_key_changes_when_somebody_enters(person, secret):
    client = StrictClient()
    client.post(SIGN_IN, {"email": person.email, "password": PASSWORD})
    fixed = client.session.session_key
    with time_machine.travel(timezone.now() + LATER):
        client.post(PROOF, {"code": code_of(secret)})
    assert client.session.session_key != fixed
    stranger = StrictClient()
    stranger.cookies["sessionid"] = fixed
    assert SIGN_IN in stranger.get(SPACE)["Location"]


# Recovery codes


def test_recovery_codes_are_shown_once_and_can_be_kept_as_text(person):
    client = enter(person)
    add_application(client)
    assert client.get("/compte/codes-de-secours/").content.count(b"<code>") == 0
    page = client.post("/compte/codes-de-secours/").content.decode()
    codes = re.findall(r"<code>(\d{8})</code>", page)
    assert len(set(codes)) == 10
    file = re.search(r'href="(data:text/plain[^"]+)" download="codes-de-secours.txt"', page)[1]
    assert all(code in file for code in codes)
    assert "déjà été montrés" in words(client.get("/compte/codes-de-secours/"))
    replaced = recovery_codes(client)
    assert len(replaced) == 10
    assert set(replaced) & set(codes) == set()


def test_a_recovery_code_opens_once(person):
    client = enter(person)
    add_application(client)
    code = recovery_codes(client)[0]
    assert enter(person).post(PROOF, {"code": code}).status_code == 302
    assert enter(person).post(PROOF, {"code": code}).status_code == 422


def test_without_a_second_factor_there_is_nothing_to_recover(person):
    client = enter(person)
    assert "Ajoutez d’abord" in words(client.get("/compte/codes-de-secours/"))
    client.post("/compte/codes-de-secours/")
    assert not person.authenticator_set.exists()


# Roles that need it


def test_a_role_that_needs_it_opens_nothing_before(official):
    client = enter(official)
    for path in (SPACE, "/espace/pilotage/", "/compte/notifications/"):
        assert client.get(path)["Location"] == f"{PROOF}?next={path}"
    assert client.post("/compte/notifications/", {})["Location"].startswith(PROOF)
    page = words(client.get(f"{PROOF}?next=/espace/pilotage/"))
    assert "un mot de passe ne suffit pas" in page
    assert "Ajouter une application de codes" in page
    for path in (SECURITY, "/compte/application/", "/compte/cles/ajouter/", "/"):
        assert client.get(path).status_code == 200, path
    add_application(client)
    assert client.get("/espace/pilotage/").status_code == 200


def test_it_is_asked_at_the_next_request_when_the_role_came_later(person):
    client = enter(person)
    assert client.get(SPACE).status_code == 200
    RoleGrant.objects.create(user=person, role=Role.BUREAU)
    assert client.get(SPACE)["Location"] == f"{PROOF}?next={SPACE}"


def test_a_session_without_it_gives_it_when_the_role_came_later(person, secret):
    client = StrictClient()
    client.force_login(person, second_factor=False)
    assert client.get(SPACE).status_code == 200
    RoleGrant.objects.create(user=person, role=Role.BUREAU)
    assert client.get(SPACE)["Location"] == f"{PROOF}?next={SPACE}"
    with time_machine.travel(timezone.now() + LATER):
        answer = client.post(f"{PROOF}?next={SPACE}", {"code": code_of(secret), "next": SPACE})
    assert answer["Location"] == SPACE
    assert client.get(SPACE).status_code == 200


@pytest.mark.parametrize("role", ["correspondent", "coordinator", "bureau", "chair", "secretary"])
def test_the_roles_that_need_it(world, role):
    if role in ("chair", "secretary"):
        commission = world.cast.commission(world.commune.county.region)
        person = commission.seats.get(part=role).holder
    else:
        person = getattr(world, role)
    client = StrictClient()
    client.force_login(person, second_factor=False)
    assert client.get(SPACE)["Location"] == f"{PROOF}?next={SPACE}"


def test_other_roles_do_not_need_it(world):
    client = StrictClient()
    client.force_login(world.cast.experts[0], second_factor=False)
    assert client.get(SPACE).status_code == 200


def test_a_session_without_it_cannot_change_what_protects_the_account(person, secret):
    client = StrictClient()
    client.force_login(person, second_factor=False)
    for path in (SECURITY, "/compte/application/retirer/", "/compte/mot-de-passe/", "/compte/cles/ajouter/"):
        assert client.get(path)["Location"] == f"{PROOF}?next={path}"
    client.post("/compte/application/retirer/")
    client.post("/compte/codes-de-secours/")
    assert person.authenticator_set.count() == 2


def test_removing_the_last_one_takes_the_proof_back(official):
    client = enter(official)
    add_application(client)
    assert client.get(SPACE).status_code == 200
    assert client.post("/compte/application/retirer/")["Location"] == SECURITY
    assert not official.authenticator_set.exists()
    assert client.get(SPACE)["Location"] == f"{PROOF}?next={SPACE}"


def test_a_persona_entered_in_one_click_does_without(official, client, settings):
    settings.DEMO = True
    User.objects.filter(pk=official.pk).update(is_demo=True)
    Installation.objects.create(is_demo=True, personas=[[str(official.pk), "Bureau national", "Mène la campagne."]])
    client.post(f"/compte/demonstration/{official.pk}/")
    assert client.get("/espace/pilotage/").status_code == 200
    assert enter(official).get(SPACE)["Location"].startswith(PROOF)
    # The mark of the session opens nothing where there is no demonstration, nor for somebody who is not invented.
    settings.DEMO = False
    assert client.get(SPACE)["Location"].startswith(PROOF)
    settings.DEMO = True
    User.objects.filter(pk=official.pk).update(is_demo=False)
    assert client.get(SPACE)["Location"].startswith(PROOF)


def test_suspension_bites_at_the_next_request(person):
    client = enter(person)
    assert client.get(SPACE).status_code == 200
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert SIGN_IN in client.get(SPACE)["Location"]


def test_suspension_between_the_password_and_the_code_opens_nothing(person, secret):
    client = enter(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    with time_machine.travel(timezone.now() + LATER):
        client.post(PROOF, {"code": code_of(secret)})
    assert SIGN_IN in client.get(SPACE)["Location"]


# Lost, and removed by the bureau


def test_the_bureau_removes_a_lost_one_and_the_journal_says_why(person, secret, world):
    client = enter(person)
    with pytest.raises(PermissionRefused):
        credentials.remove_second_factor(person, actor=person, reason="Perdu.")
    credentials.remove_second_factor(person, actor=world.bureau, reason="Téléphone perdu, identité vérifiée.")
    assert not person.authenticator_set.exists()
    entry = Entry.objects.get(event="person.second_factor_removed")
    assert (entry.object_id, entry.actor) == (str(person.pk), str(world.bureau.pk))
    assert entry.data["kinds"] == ["recovery_codes", "totp"]
    assert "le bureau national l’a retirée" in received(person.email)[-1]
    assert client.get(PROOF)["Location"] == SIGN_IN
    assert SESSION_KEY in enter(person).session
    with pytest.raises(DomainError, match="n’a pas de double vérification"):
        credentials.remove_second_factor(person, actor=world.bureau, reason="Encore.")


def test_nobody_of_the_bureau_removes_their_own_by_it(world):
    add_application(_signed(world.bureau))
    with pytest.raises(PermissionRefused):
        credentials.remove_second_factor(world.bureau, actor=world.bureau, reason="Perdu.")


def _signed(user):
    client = StrictClient()
    client.force_login(user)
    return client


@pytest.mark.parametrize("name", ["security", "totp-add", "recovery-codes", "passkey-add", "sessions", "address"])
def test_pages_cost_few_queries(person, name, django_assert_max_num_queries):
    client = enter(person)
    with django_assert_max_num_queries(15):
        assert client.get(reverse(f"account:{name}")).status_code == 200
