"""An identity provider inside the test: the one of the demonstration, whose answers a test can falsify."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests
from joserfc import jwt

from ecoquartier.ops.services.identity_provider import ONE_FACTOR, SECONDS, Agent, Answer, DemoProvider
from tests.support.client import StrictClient

ISSUER = "https://idp.example/api/v2/"
CLIENT, SECRET = "label", "secret-of-the-client"
LEAVE, RETURN = "/compte/connexion/fournisseur/", "/compte/connexion/fournisseur/retour/"
ID_TOKEN, USERINFO = "id_token", "userinfo"
OIDC = {
    "OIDC_ISSUER": ISSUER,
    "OIDC_CLIENT_ID": CLIENT,
    "OIDC_CLIENT_SECRET": SECRET,
    "OIDC_SECOND_FACTOR_ACR": ["eidas2"],
    "OIDC_SECOND_FACTOR_AMR": ["mfa"],
}


@dataclass
class FalseProvider(DemoProvider):
    """A provider that says what a test wants.

    Args:
        changed: "id_token" or "userinfo" → claims that replace its own; None removes one.
        sign: function(claims) → token, instead of its key.
        said: entries that replace those of its document.
        sent: "id_token" or "userinfo" → what is sent instead, with its type.
    """

    changed: dict[str, dict[str, Any]] = field(default_factory=dict)
    sign: dict[str, Callable[[dict[str, Any]], str]] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)
    sent: dict[str, Answer] = field(default_factory=dict)
    is_away: bool = False

    def document(self):
        return super().document() | self.said

    def userinfo(self, authorization):
        return self.sent.get(USERINFO) or super().userinfo(authorization)

    def signed(self, **claims):
        part = ID_TOKEN if "nonce" in claims else USERINFO
        now = int(time.time())
        dated = {"iss": self.issuer, "aud": self.client_id, "iat": now, "exp": now + SECONDS, **claims}
        said = {name: value for name, value in (dated | self.changed.get(part, {})).items() if value is not None}
        sign = self.sign.get(part, lambda said: jwt.encode({"alg": "RS256", "kid": self.key.kid}, said, self.key))
        return sign(said)


class Wire:
    """What stands for the network: a `requests` session that reaches the provider and nothing else."""

    def __init__(self, provider: FalseProvider) -> None:
        self.provider = provider

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_error: object) -> None:
        """Nothing to close."""

    def get(self, url: str, headers: dict[str, str] | None = None) -> requests.Response:
        return self.request("GET", url, headers=headers)

    def request(self, method: str, url: str, *, data=None, headers=None, **_more: Any) -> requests.Response:
        if self.provider.is_away:
            raise requests.ConnectTimeout
        assert url.startswith(self.provider.issuer)
        path = "/" + url.removeprefix(self.provider.issuer)
        answer = self.provider.answer(method, path, data or {}, (headers or {}).get("Authorization", ""))
        response = requests.Response()
        response.status_code, response._content, response.url = int(answer.status), answer.body, url
        response.headers.update(answer.headers)
        return response


def make_provider(*subjects: str) -> FalseProvider:
    """A provider that knows these subjects."""
    agents = [Agent(subject, subject) for subject in subjects]
    return FalseProvider(ISSUER, CLIENT, SECRET, f"http://testserver{RETURN}", agents)


def leave(client: StrictClient, path: str = LEAVE, **fields: str) -> dict[str, str]:
    """Leave for the provider; returns what is asked of it."""
    response = client.post(path, fields)
    assert response.status_code == 302, response.content.decode()
    assert response["Location"].startswith(f"{ISSUER}autoriser?")
    return dict(parse_qsl(urlsplit(response["Location"]).query))


def authorized(provider: DemoProvider, asked: dict[str, str], subject: str, acr: str = ONE_FACTOR) -> dict[str, str]:
    """Say yes at the provider; returns what the browser brings back."""
    assert provider.answer("GET", "/autoriser", asked).status == 200
    answer = provider.answer("POST", "/autoriser", {**asked, "agent": subject, "acr": acr})
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def come_back(client: StrictClient, brought: dict[str, str]) -> Any:
    """The return of the browser."""
    return client.get(f"{RETURN}?{urlencode(brought)}")


def enter_by(client: StrictClient, provider: DemoProvider, subject: str, acr: str = ONE_FACTOR, **fields: str) -> Any:
    """Sign in by the provider, from the button to the return."""
    return come_back(client, authorized(provider, leave(client, **fields), subject, acr))
