"""The identity provider of the demonstration: what it refuses, whom it knows, and where it answers."""

import json
import threading
import urllib.error
import urllib.request
from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import time_machine
from allauth.socialaccount.models import SocialAccount
from django.core.management import CommandError, call_command
from django.utils import timezone

from ecoquartier.core.errors import DomainError
from ecoquartier.ops.management.commands.run_demo_provider import Server
from ecoquartier.ops.services.identity_provider import ONE_FACTOR, Agent, DemoProvider, make_provider
from ecoquartier.people.enums import Role
from ecoquartier.people.models import Installation, RoleGrant, User

ISSUER = "http://localhost:8001/"
RETURN = "http://localhost:8000/compte/connexion/fournisseur/retour/"
VERIFIER = "v" * 64
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ASKED = {
    "client_id": "demo",
    "redirect_uri": RETURN,
    "response_type": "code",
    "scope": "openid",
    "state": "s",
    "nonce": "n",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
GIVEN = {"client_id": "demo", "client_secret": "secret", "redirect_uri": RETURN, "code_verifier": VERIFIER}


@pytest.fixture
def provider():
    return DemoProvider(ISSUER, "demo", "secret", RETURN, [Agent("7", "Aline <Arpentis>")])


def code_of(provider, **more):
    answer = provider.answer("POST", "/autoriser", {**ASKED, "agent": "7", "acr": ONE_FACTOR, **more})
    assert answer.status == 303
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))["code"]


def test_the_page_names_the_agents_and_works_without_a_script(provider):
    answer = provider.answer("GET", "/autoriser", ASKED)
    page = answer.body.decode()
    assert "Aline &lt;Arpentis&gt;" in page
    assert page.count('name="acr"') == 2
    assert '<html lang="fr">' in page
    assert "<script" not in page
    assert "form-action 'self' http://localhost:8000;" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"redirect_uri": RETURN.rstrip("/")},
        {"redirect_uri": f"{RETURN}?x=1"},
        {"redirect_uri": RETURN.replace("localhost", "ailleurs.example")},
        {"client_id": "autre"},
        {"response_type": "token"},
        {"scope": "email"},
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
        {"nonce": ""},
        {"state": ""},
    ],
    ids=str,
)
def test_a_wrong_request_is_refused_where_it_is(provider, wrong):
    for method, more in (("GET", {}), ("POST", {"agent": "7", "acr": ONE_FACTOR})):
        answer = provider.answer(method, "/autoriser", {**ASKED, **wrong, **more})
        assert answer.status == 400
        assert "Location" not in answer.headers
    assert provider.codes == {}


def test_an_agent_must_be_chosen_among_its_own(provider):
    for chosen in ({}, {"agent": "8", "acr": ONE_FACTOR}, {"agent": "7", "acr": "eidas3"}):
        assert provider.answer("POST", "/autoriser", {**ASKED, **chosen}).status == 400


def test_a_code_serves_once_and_for_a_minute(provider):
    code = code_of(provider)
    assert provider.answer("POST", "/jeton", {**GIVEN, "code": code}).status == 200
    assert provider.answer("POST", "/jeton", {**GIVEN, "code": code}).status == 400
    late = code_of(provider)
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert provider.answer("POST", "/jeton", {**GIVEN, "code": late}).status == 400


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"client_secret": "autre"}, 401),
        ({"client_id": "autre"}, 401),
        ({"code_verifier": "w" * 64}, 400),
        ({"code_verifier": ""}, 400),
        ({"redirect_uri": "http://localhost:8000/"}, 400),
        ({"code": "inconnu"}, 400),
    ],
    ids=str,
)
def test_a_code_is_for_who_asked(provider, wrong, status):
    code = code_of(provider)
    assert provider.answer("POST", "/jeton", {**GIVEN, "code": code, **wrong}).status == status
    assert provider.tokens == {}


def test_a_token_serves_once(provider):
    tokens = json.loads(provider.answer("POST", "/jeton", {**GIVEN, "code": code_of(provider)}).body)
    bearer = f"Bearer {tokens['access_token']}"
    first = provider.answer("GET", "/personne", {}, bearer)
    assert (first.status, first.headers["Content-Type"]) == (200, "application/jwt")
    assert provider.answer("GET", "/personne", {}, bearer).status == 401


def test_its_keys_are_public_ones(provider):
    (key,) = json.loads(provider.answer("GET", "/cles", {}).body)["keys"]
    assert (key["alg"], key["use"], key["kid"]) == ("RS256", "sig", provider.key.kid)
    assert "d" not in key


@pytest.fixture
def demonstration(db, settings):
    """A demonstration with a correspondent, and somebody who is no agent of the State."""
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = ISSUER, "demo", "secret"
    agent = User.objects.create_user("agent@demo.example", "Aline Arpentis", is_demo=True)
    RoleGrant.objects.create(user=agent, role=Role.CORRESPONDENT, county_id="53")
    elected = User.objects.create_user("maire@demo.example", "Odile Orgeval", is_demo=True)
    listed = [[str(agent.pk), "Correspondant ville durable", "x"], [str(elected.pk), "Collectivité", "x"]]
    Installation.objects.create(is_demo=True, personas=listed)
    return agent


def test_its_agents_are_the_personas_of_the_state(demonstration):
    assert [agent.name for agent in make_provider().agents] == [
        "Aline Arpentis, Correspondant ville durable",
        "Agent inconnu ici, qui n’a pas de compte",
    ]
    make_provider()
    account = SocialAccount.objects.get()
    assert (account.user, account.provider, account.uid) == (demonstration, ISSUER, str(demonstration.pk))


def test_a_real_database_is_refused(db, settings):
    settings.OIDC_ISSUER = ISSUER
    with pytest.raises(CommandError, match="n’est pas une base de démonstration"):
        call_command("run_demo_provider")


@pytest.mark.parametrize("issuer", ["", "https://idp.example/", "http://192.0.2.7:8001/"])
def test_what_others_would_see_is_refused(demonstration, settings, issuer):
    settings.OIDC_ISSUER = issuer
    with pytest.raises(DomainError, match="ne sert que cette machine"):
        make_provider()
    assert not SocialAccount.objects.exists()


@pytest.fixture
def server(provider):
    """The provider, on a free port of this machine."""
    provider.issuer = "http://localhost:0/"
    server = Server(provider)
    provider.issuer = f"http://localhost:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def ask(server, path, data=None, **headers):
    address = f"http://127.0.0.1:{server.server_port}{path}"
    host = {"Host": f"localhost:{server.server_port}"}
    request = urllib.request.Request(address, data=data, headers={**host, **headers})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=5) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


@pytest.mark.loopback
def test_it_answers_on_this_machine_under_its_name(server):
    assert server.server_address[0] == "127.0.0.1"
    status, headers, body = ask(server, "/.well-known/openid-configuration")
    assert (status, headers["Cache-Control"]) == (200, "no-store")
    assert json.loads(body)["issuer"] == server.provider.issuer
    assert ask(server, f"/autoriser?{urlencode(ASKED)}")[0] == 200
    assert ask(server, "/jeton", urlencode({**GIVEN, "code": "x"}).encode())[0] == 400
    assert ask(server, "/ailleurs")[0] == 404
    # A page of elsewhere whose name leads here reads nothing.
    assert ask(server, "/cles", Host="ailleurs.example")[0] == 421
    assert ask(server, "/jeton", b"x" * 20_000)[0] == 413
