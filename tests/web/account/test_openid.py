"""Signing in by an identity provider: what leaves, what comes back, and everything that is refused."""

import base64
import hmac
import json
import time
from datetime import timedelta
from functools import partial

import pytest
import requests
import time_machine
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import RSAKey

from ecoquartier.ops.services.identity_provider import RETURN_PATH, Answer
from ecoquartier.people.models import User
from ecoquartier.web.account.openid_flow import IdentityAdapter
from ecoquartier.web.account.openid_pages import DEPARTURES
from tests.support.client import StrictClient
from tests.support.pages import words
from tests.web.account.provider import (
    CLIENT,
    ID_TOKEN,
    ISSUER,
    LEAVE,
    RETURN,
    USERINFO,
    authorized,
    come_back,
    enter_by,
    leave,
)
from tests.web.account.support import SIGN_IN

NAMES = ("openid-sign-in", "openid-return", "openid-proof", "openid-link")
UNVERIFIED = "n’a pas pu être vérifiée"
STALE = "a déjà servi, ou a plus de dix minutes"
UNKNOWN = "Cette identité ProConnect n’ouvre aucun compte ici."


def assert_refused(response, client, sentence=UNVERIFIED, status=403):
    """A plain page, and nobody signed in."""
    assert response.status_code == status
    assert "La connexion avec ProConnect n’a pas abouti" in words(response)
    assert sentence in words(response)
    assert "no-store" in response["Cache-Control"]
    assert SESSION_KEY not in client.session


def test_without_settings_nothing_exists(person, client):
    assert "ProConnect" not in words(client.get(SIGN_IN))
    client.force_login(person)
    assert "ProConnect" not in words(client.get("/compte/securite/"))
    for address in (*(reverse(f"account:{name}") for name in NAMES), reverse("account:openid-unlink", args=[1])):
        assert {client.get(address).status_code, client.post(address).status_code} == {404}, address


def test_the_demonstration_knows_our_return():
    assert reverse("account:openid-return") == RETURN_PATH


def test_leaving_is_a_post_with_its_token(provider, client, db):
    page = client.get(f"{SIGN_IN}?next=/espace/operations/")
    assert "Se connecter avec ProConnect" in words(page)
    assert client.get(LEAVE).status_code == 405
    assert StrictClient(enforce_csrf_checks=True).post(LEAVE).status_code == 403


def test_what_is_asked_is_ours_only(provider, client, db, settings):
    settings.OIDC_ACR_VALUES = ["eidas2", "eidas1"]
    asked, other = leave(client, f"{LEAVE}?scope=email&auth_params=prompt%3Dnone"), leave(client)
    assert set(asked) == {
        *("response_type", "client_id", "redirect_uri", "scope", "state", "nonce"),
        *("code_challenge", "code_challenge_method", "acr_values", "claims"),
    }
    assert (asked["scope"], asked["code_challenge_method"]) == ("openid", "S256")
    assert asked["redirect_uri"] == f"http://testserver{RETURN}"
    assert asked["acr_values"] == "eidas2 eidas1"
    assert json.loads(asked["claims"]) == {"id_token": {"amr": None}}
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name]) >= 32
        assert asked[name] != other[name]


def test_the_address_of_return_is_not_that_of_the_request(provider, client, db, settings):
    settings.ALLOWED_HOSTS = ["testserver", "autre.example"]
    response = client.post(LEAVE, headers={"Host": "autre.example"})
    assert f"http%3A%2F%2Ftestserver{RETURN}".replace("/", "%2F") in response["Location"].replace("/", "%2F")


def test_a_linked_identity_opens_its_account(provider, linked, client):
    client.get(SIGN_IN)
    asked = leave(client, next="/espace/operations/")
    before = client.session.session_key
    response = come_back(client, authorized(provider, asked, "camille-1"))
    assert (response.status_code, response["Location"]) == (302, "/espace/operations/")
    assert client.session[SESSION_KEY] == str(linked.pk)
    assert response["Referrer-Policy"] == "strict-origin"
    # A session known before is not the one that is open.
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()
    assert linked.usersession_set.get().session_key == client.session.session_key


def test_nothing_of_the_provider_is_kept(provider, linked, client):
    claims = {"email": "autre@example.org", "given_name": "Autre", "name": "Autre Nom", "roles": ["bureau"]}
    provider.changed = {ID_TOKEN: claims, USERINFO: claims}
    enter_by(client, provider, "camille-1")
    assert not SocialToken.objects.exists()
    assert not SocialApp.objects.exists()
    assert not EmailAddress.objects.exists()
    assert SocialAccount.objects.get().extra_data == {}
    assert "token" not in json.dumps(dict(client.session))
    person = User.objects.get()
    assert (person.full_name, person.email) == (linked.full_name, linked.email)
    assert not person.grants.exists()


def test_an_unknown_identity_opens_nothing_and_creates_nobody(provider, person, client):
    # Not even with the address of somebody.
    claims = {"email": person.email, "email_verified": True}
    provider.changed = {ID_TOKEN: claims, USERINFO: claims}
    response = enter_by(client, provider, "inconnue-1")
    assert_refused(response, client, UNKNOWN)
    assert "un compte s’ouvre sur invitation" in words(response)
    assert (User.objects.count(), SocialAccount.objects.count()) == (1, 0)


def test_a_suspended_person_is_refused_in_the_same_words(provider, linked, client):
    unknown = enter_by(StrictClient(), provider, "inconnue-1")
    User.objects.filter(pk=linked.pk).update(is_active=False)
    suspended = enter_by(client, provider, "camille-1")
    assert_refused(suspended, client, UNKNOWN)
    assert words(suspended) == words(unknown)


def test_an_account_of_another_issuer_is_another(provider, linked, client):
    SocialAccount.objects.update(provider="https://ancien.example/")
    assert_refused(enter_by(client, provider, "camille-1"), client, UNKNOWN)


def test_coming_back_ends_the_session_of_somebody_else(provider, linked, client):
    other = User.objects.create_user("autre@example.org", "Autre Personne")
    client.force_login(other)
    client.post("/compte/notifications/", {})
    enter_by(client, provider, "camille-1")
    assert client.session[SESSION_KEY] == str(linked.pk)
    proofs = client.session["account_authentication_methods"]
    assert "mfa" not in {proof["method"] for proof in proofs}


# --- What the provider signs --------------------------------------------------------------------------------------

OTHER = "https://autre.example/"


@pytest.mark.parametrize("part", [ID_TOKEN, USERINFO])
@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": OTHER},
        {"iss": None},
        {"iss": ISSUER.rstrip("/")},
        {"aud": "autre"},
        {"aud": None},
        {"aud": [CLIENT, "autre"]},
        {"exp": 1_600_000_000},
        {"exp": None},
        {"iat": 4_000_000_000},
        {"sub": "dominique-1"},
        {"sub": ""},
        {"sub": None},
        {"sub": 17},
    ],
    ids=str,
)
def test_a_wrong_claim_opens_nothing(provider, linked, official, client, part, wrong):
    SocialAccount.objects.create(user=official, provider=ISSUER, uid="dominique-1")
    provider.changed = {part: wrong}
    assert_refused(enter_by(client, provider, "camille-1"), client)


def test_a_subject_too_long_for_its_table_is_refused(provider, linked, client):
    provider.changed = {part: {"sub": "s" * 192} for part in (ID_TOKEN, USERINFO)}
    assert_refused(enter_by(client, provider, "camille-1"), client)


def test_an_audience_of_one_may_be_a_list(provider, linked, client):
    provider.changed = {ID_TOKEN: {"aud": [CLIENT]}}
    enter_by(client, provider, "camille-1")
    assert client.session[SESSION_KEY] == str(linked.pk)


@pytest.mark.parametrize("nonce", ["", None, "n" * 43])
def test_a_nonce_that_is_not_ours_is_refused(provider, linked, client, nonce):
    provider.changed = {ID_TOKEN: {"nonce": nonce}}
    assert_refused(enter_by(client, provider, "camille-1"), client)


def test_an_id_token_serves_one_sign_in(provider, linked, client):
    kept = []
    provider.sign = {ID_TOKEN: lambda said: kept.append(jwt_of(provider, said)) or kept[-1]}
    enter_by(StrictClient(), provider, "camille-1")
    provider.sign = {ID_TOKEN: lambda _said: kept[0]}
    assert_refused(enter_by(client, provider, "camille-1"), client)


def jwt_of(provider, said, **header):
    return jwt.encode({"alg": "RS256", "kid": provider.key.kid, **header}, said, provider.key)


def by_hand(said, algorithm, secret=b""):
    """A token that no library would make: unsigned, or with a secret that everybody has."""
    parts = [json.dumps(part).encode() for part in ({"alg": algorithm, "typ": "JWT"}, said)]
    text = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    seal = hmac.digest(secret, text, "sha256") if secret else b""
    return (text + b"." + base64.urlsafe_b64encode(seal).rstrip(b"=")).decode()


STRANGER = RSAKey.generate_key(2048)
SIGNERS = {
    "none": lambda _provider, said: by_hand(said, "none"),
    "HS256, public key": lambda provider, said: by_hand(said, "HS256", provider.key.as_pem(private=False)),
    "HS256, secret": lambda provider, said: by_hand(said, "HS256", provider.client_secret.encode()),
    "another key": lambda provider, said: jwt.encode({"alg": "RS256", "kid": provider.key.kid}, said, STRANGER),
    "unknown key": lambda _provider, said: jwt.encode({"alg": "RS256", "kid": "autre"}, said, STRANGER),
    "its own key": lambda _provider, said: jwt.encode(
        {"alg": "RS256", "jwk": STRANGER.as_dict(private=False)}, said, STRANGER
    ),
    "no token": lambda _provider, _said: "",
    "broken": lambda provider, said: jwt_of(provider, said)[:-20],
    "cut": lambda provider, said: jwt_of(provider, said)[:10],
}


@pytest.mark.parametrize("part", [ID_TOKEN, USERINFO])
@pytest.mark.parametrize("name", SIGNERS)
def test_a_signature_that_proves_nothing_is_refused(provider, linked, client, part, name):
    provider.sign = {part: partial(SIGNERS[name], provider)}
    assert_refused(enter_by(client, provider, "camille-1"), client)


@pytest.mark.parametrize("kind", ["application/json", "application/jwt", "application/jwt; charset=utf-8", ""])
def test_unsigned_userinfo_is_refused(provider, linked, client, kind):
    provider.sent = {USERINFO: Answer(200, {"Content-Type": kind}, json.dumps({"sub": "camille-1"}).encode())}
    assert_refused(enter_by(client, provider, "camille-1"), client)


def test_a_signed_userinfo_under_another_type_is_refused(provider, linked, client):
    body = jwt_of(provider, {"iss": ISSUER, "aud": CLIENT, "sub": "camille-1", "exp": int(time.time()) + 60})
    provider.sent = {USERINFO: Answer(200, {"Content-Type": "application/json"}, body.encode())}
    assert_refused(enter_by(client, provider, "camille-1"), client)


# --- Mix-up and replay --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [OTHER, None, ISSUER.rstrip("/")])
def test_an_answer_that_names_another_issuer_is_not_followed(provider, linked, client, said):
    brought = authorized(provider, leave(client), "camille-1")
    brought = {**brought, "iss": said} if said else {name: brought[name] for name in ("code", "state")}
    assert_refused(come_back(client, brought), client)
    # The code was given to nobody.
    assert len(provider.codes) == 1


def test_a_provider_that_does_not_announce_its_name_may_leave_it_out(provider, linked, client):
    provider.said = {"authorization_response_iss_parameter_supported": False}
    brought = authorized(provider, leave(client), "camille-1")
    assert_refused(come_back(client, {**brought, "iss": OTHER}), client)
    brought = authorized(provider, leave(client), "camille-1")
    come_back(client, {"code": brought["code"], "state": brought["state"]})
    assert client.session[SESSION_KEY] == str(linked.pk)


@pytest.mark.parametrize(
    "said",
    [
        {"issuer": OTHER},
        {"issuer": None},
        {"token_endpoint": "http://idp.example/jeton"},
        {"jwks_uri": None},
        {"authorization_endpoint": "https://autre.example/autoriser"},
    ],
    ids=str,
)
def test_a_document_that_is_not_the_providers_stops_everything(provider, client, db, said):
    provider.said = said
    assert_refused(client.post(LEAVE), client)


def test_a_state_is_that_of_one_session_and_serves_once(provider, linked, client):
    brought = authorized(provider, leave(client), "camille-1")
    thief = StrictClient()
    thief.get(SIGN_IN)
    assert_refused(come_back(thief, brought), thief, STALE)
    for wrong in ({**brought, "state": "x" * 43}, {"code": brought["code"]}):
        assert_refused(come_back(client, wrong), client, STALE)
    assert come_back(client, brought).status_code == 302
    client.post("/compte/deconnexion/")
    assert_refused(come_back(client, brought), client, STALE)


def test_a_state_is_forgotten_after_ten_minutes(provider, linked, client):
    asked = leave(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert_refused(come_back(client, authorized(provider, asked, "camille-1")), client, STALE)


def test_a_code_serves_the_session_that_asked_for_it(provider, linked, client):
    stolen = authorized(provider, leave(StrictClient()), "camille-1")
    mine = leave(client)
    assert_refused(come_back(client, {**stolen, "state": mine["state"]}), client)


def test_a_code_serves_once(provider, linked, client):
    asked = leave(client)
    brought = authorized(provider, asked, "camille-1")
    client.get(f"{SIGN_IN}?page=1")
    come_back(client, brought)
    given = {"client_id": CLIENT, "client_secret": provider.client_secret, "redirect_uri": asked["redirect_uri"]}
    again = provider.answer("POST", "/jeton", {**given, "code": brought["code"], "code_verifier": "v"})
    assert (again.status, json.loads(again.body)) == (400, {"error": "invalid_grant"})


def test_giving_up_is_no_fault(provider, client, db):
    for error in ("access_denied", "server_error"):
        asked = leave(client)
        response = come_back(client, {"error": error, "state": asked["state"], "iss": ISSUER})
        assert_refused(response, client, "Vous y avez renoncé")


# --- The network --------------------------------------------------------------------------------------------------


def test_a_provider_that_does_not_answer_is_told(provider, linked, client):
    brought = authorized(provider, leave(client), "camille-1")
    provider.is_away = True
    for response in (client.post(LEAVE), come_back(client, brought)):
        assert_refused(response, client, "ProConnect ne répond pas", status=503)


def test_a_provider_that_does_not_speak_json_is_told(provider, client, db, monkeypatch):
    monkeypatch.setattr(provider, "answer", lambda *_args: Answer(200, {"Content-Type": "text/html"}, b"<html>"))
    assert_refused(client.post(LEAVE), client, "ProConnect ne répond pas", status=503)
    monkeypatch.setattr(provider, "answer", lambda *_args: Answer(200, {"Content-Type": "application/json"}, b"[]"))
    assert_refused(client.post(LEAVE), client)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, b"{}"),
        ({"Content-Type": "application/json"}, b"{"),
        ({"Content-Type": "application/json"}, b"[1]"),
        ({"Content-Type": "application/json"}, b'["access_token"]'),
        ({"Content-Type": "application/json"}, b'{"access_token": "x", "expires_in": "soon"}'),
    ],
)
def test_an_answer_to_the_code_that_cannot_be_read_is_told(provider, linked, client, monkeypatch, headers, body):
    brought = authorized(provider, leave(client), "camille-1")
    answer = provider.answer
    monkeypatch.setattr(
        provider,
        "answer",
        lambda method, path, *rest: Answer(200, headers, body) if path == "/jeton" else answer(method, path, *rest),
    )
    assert_refused(come_back(client, brought), client)


def test_the_real_session_follows_no_redirection(settings):
    settings.OIDC_ISSUER = ISSUER
    session = IdentityAdapter().get_requests_session()
    assert (session.max_redirects, session.trust_env) == (0, True)
    assert session.request.keywords["timeout"] <= 10
    # A proxy of the environment is for elsewhere.
    settings.OIDC_ISSUER = "http://localhost:8001/"
    assert IdentityAdapter().get_requests_session().trust_env is False
    assert isinstance(session, requests.Session)


def test_departures_are_counted(provider, client, db):
    for _ in range(DEPARTURES.most):
        DEPARTURES.count("127.0.0.1")
    response = client.post(LEAVE)
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
