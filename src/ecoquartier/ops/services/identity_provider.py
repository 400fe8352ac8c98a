"""An identity provider for demonstrations: whoever is in front of it chooses an invented agent of the State to be.

It follows the specification that ours is held to (exact address of return, codes of one use, PKCE, signed answers), and
its keys die with it. Served by `run_demo_provider`, on this machine only.
"""

from __future__ import annotations

import hmac
import json
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.template.loader import render_to_string
from joserfc import jwt
from joserfc.jwk import RSAKey

from ecoquartier.core.env import is_loopback_url
from ecoquartier.core.errors import DomainError
from ecoquartier.ops.services.demo import require_demo
from ecoquartier.people.enums import Role
from ecoquartier.people.queries import personas

RETURN_PATH = "/compte/connexion/fournisseur/retour/"
SECONDS = 60
ONE_FACTOR, TWO_FACTORS = "eidas1", "eidas2"
OF_THE_STATE = (Role.CORRESPONDENT, Role.COORDINATOR, Role.BUREAU)
LEVELS = (
    (TWO_FACTORS, "Continuer avec une double vérification"),
    (ONE_FACTOR, "Continuer sans double vérification"),
)
STYLE = b"""body { max-width: 40rem; margin: 3rem auto; padding: 0 1rem; font: 1.1rem/1.5 sans-serif; }
fieldset { border: 1px solid #767676; border-radius: .5rem; }
button { margin: 0 .5rem .5rem 0; min-height: 2.75rem; padding: 0 1rem; font: inherit; }
"""


class Agent(NamedTuple):
    """Somebody that the provider knows, under a number that never changes."""

    subject: str
    name: str


class Answer(NamedTuple):
    """What is sent back to a browser or to the platform."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass
class DemoProvider:
    """The four addresses of a provider, for one client; each code and each token serves once, within a minute."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    agents: list[Agent]
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, auto_kid=True))
    codes: dict[str, tuple[float, dict[str, str]]] = field(default_factory=dict)
    tokens: dict[str, tuple[float, dict[str, str]]] = field(default_factory=dict)

    def answer(self, method: str, path: str, fields: Mapping[str, str], authorization: str = "") -> Answer:
        """The answer to one request; 404 for any other address."""
        match method, path:
            case "GET", "/.well-known/openid-configuration":
                return _json(self.document())
            case "GET", "/cles":
                return _json({"keys": [{**self.key.as_dict(private=False), "use": "sig", "alg": "RS256"}]})
            case "GET", "/style.css":
                return Answer(HTTPStatus.OK, {"Content-Type": "text/css"}, STYLE)
            case "GET", "/autoriser":
                return self.choose(fields)
            case "POST", "/autoriser":
                return self.authorize(fields)
            case "POST", "/jeton":
                return self.exchange(fields)
            case "GET", "/personne":
                return self.userinfo(authorization)
        return _refused(HTTPStatus.NOT_FOUND, "Cette adresse n’existe pas.")

    def document(self) -> dict[str, Any]:
        """What the provider says of itself."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}autoriser",
            "token_endpoint": f"{self.issuer}jeton",
            "userinfo_endpoint": f"{self.issuer}personne",
            "jwks_uri": f"{self.issuer}cles",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "scopes_supported": ["openid"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "userinfo_signing_alg_values_supported": ["RS256"],
            "authorization_response_iss_parameter_supported": True,
        }

    def why_not(self, asked: Mapping[str, str]) -> str:
        """Why a request is not one of our client; empty when it is."""
        if asked.get("client_id") != self.client_id or asked.get("redirect_uri") != self.redirect_uri:
            return "Ce site n’est pas connu ici."
        if asked.get("response_type") != "code" or "openid" not in asked.get("scope", "").split():
            return "Cette demande n’est pas une connexion."
        if asked.get("code_challenge_method") != "S256" or not all(
            asked.get(name) for name in ("code_challenge", "state", "nonce")
        ):
            return "Cette demande n’est pas protégée."
        return ""

    def choose(self, asked: Mapping[str, str]) -> Answer:
        """The page to choose who one is; what was asked goes with the form, and is checked again."""
        if reason := self.why_not(asked):
            return _refused(HTTPStatus.BAD_REQUEST, reason)
        # The browser holds the redirection that answers the form against the policy of this page.
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(self.redirect_uri))
        return _page(HTTPStatus.OK, origin, asked=asked.items(), agents=self.agents, levels=LEVELS)

    def authorize(self, asked: Mapping[str, str]) -> Answer:
        """Send the browser back with a code for the agent that was chosen."""
        if reason := self.why_not(asked):
            return _refused(HTTPStatus.BAD_REQUEST, reason)
        if asked.get("agent") not in {agent.subject for agent in self.agents} or asked.get("acr") not in (
            ONE_FACTOR,
            TWO_FACTORS,
        ):
            return _refused(HTTPStatus.BAD_REQUEST, "Choisissez un agent.")
        code = secrets.token_urlsafe(32)
        self.codes[code] = time.time() + SECONDS, dict(asked)
        said = urlencode({"code": code, "state": asked["state"], "iss": self.issuer})
        return Answer(HTTPStatus.SEE_OTHER, {"Location": f"{self.redirect_uri}?{said}"})

    def exchange(self, given: Mapping[str, str]) -> Answer:
        """Tokens for a code, its client, its address of return and the secret of its PKCE."""
        asked = _taken(self.codes, given.get("code", ""))
        challenge = urlsafe_b64encode(sha256(given.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        is_ours = given.get("client_id") == self.client_id and hmac.compare_digest(
            given.get("client_secret", "").encode(), self.client_secret.encode()
        )
        if not is_ours:
            return _json({"error": "invalid_client"}, HTTPStatus.UNAUTHORIZED)
        if asked is None or asked["code_challenge"] != challenge or given.get("redirect_uri") != self.redirect_uri:
            return _json({"error": "invalid_grant"}, HTTPStatus.BAD_REQUEST)
        token = secrets.token_urlsafe(32)
        self.tokens[token] = time.time() + SECONDS, asked
        id_token = self.signed(sub=asked["agent"], nonce=asked["nonce"], acr=asked["acr"], auth_time=int(time.time()))
        return _json({"access_token": token, "token_type": "Bearer", "expires_in": SECONDS, "id_token": id_token})

    def userinfo(self, authorization: str) -> Answer:
        """Who it is, signed; a token serves once."""
        asked = _taken(self.tokens, authorization.removeprefix("Bearer "))
        if asked is None:
            return _json({"error": "invalid_token"}, HTTPStatus.UNAUTHORIZED)
        body = self.signed(sub=asked["agent"]).encode()
        return Answer(HTTPStatus.OK, {"Content-Type": "application/jwt"}, body)

    def signed(self, **claims: Any) -> str:
        """A token for our client, of one minute."""
        now = int(time.time())
        dated = {"iss": self.issuer, "aud": self.client_id, "iat": now, "exp": now + SECONDS, **claims}
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, dated, self.key)


def make_provider() -> DemoProvider:
    """The provider that the settings name, whose agents open the accounts of the personas of the State.

    Raises:
        DomainError: the database is no demonstration, or the provider would be seen from elsewhere.
    """
    require_demo()
    if not is_loopback_url(settings.OIDC_ISSUER):
        raise DomainError(
            "Le fournisseur de démonstration ne sert que cette machine\u00a0: "
            "écrivez par exemple OIDC_ISSUER=http://localhost:8001/, OIDC_CLIENT_ID et OIDC_CLIENT_SECRET.",
            code="not_loopback",
        )
    agents = [Agent("agent-sans-compte", "Agent inconnu ici, qui n’a pas de compte")]
    for persona in reversed(personas()):
        if not persona.user.grants.in_force().filter(role__in=OF_THE_STATE).exists():
            continue
        if not SocialAccount.objects.filter(user=persona.user, provider=settings.OIDC_ISSUER).exists():
            SocialAccount.objects.get_or_create(
                provider=settings.OIDC_ISSUER, uid=str(persona.user.pk), defaults={"user": persona.user}
            )
        agents.insert(0, Agent(str(persona.user.pk), f"{persona.user.full_name}, {persona.role}"))
    return DemoProvider(
        settings.OIDC_ISSUER,
        settings.OIDC_CLIENT_ID,
        settings.OIDC_CLIENT_SECRET,
        f"{settings.BASE_URL}{RETURN_PATH}",
        agents,
    )


def _taken(kept: dict[str, tuple[float, dict[str, str]]], name: str) -> dict[str, str] | None:
    """What was kept under a name, once and in time."""
    ends, found = kept.pop(name, (0.0, None))
    return found if ends > time.time() else None


def _json(value: Mapping[str, Any], status: int = HTTPStatus.OK) -> Answer:
    return Answer(status, {"Content-Type": "application/json"}, json.dumps(value).encode())


def _page(status: int, origin: str = "", **context: Any) -> Answer:
    policy = (
        f"default-src 'none'; style-src 'self'; form-action 'self' {origin}; frame-ancestors 'none'; base-uri 'none'"
    )
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy}
    page = render_to_string("ops/identity_provider.html", {"reason": "", **context})
    return Answer(status, headers, page.encode())


def _refused(status: int, reason: str) -> Answer:
    return _page(status, reason=reason)
