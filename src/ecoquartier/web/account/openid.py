"""OpenID Connect as strictly as its specification: what allauth's provider leaves to the network is proved here.

allauth 65.21 believes an id_token by the channel that brought it, sends no nonce, takes userinfo for plain JSON that it
does not compare with the id_token, lets a token say how it is signed and a request choose its scopes, and takes the
issuer that the provider's document claims. The tables, the state in the session, the exchange of the code and what
follows a sign-in are allauth's.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from functools import cached_property
from hashlib import sha256
from typing import Any, cast
from urllib.parse import urlsplit

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization
from requests import Response

from ecoquartier.core.env import is_loopback

# Never one whose key could be the public one (HMAC), nor none at all.
ALGORITHMS = ("RS256", "PS256", "ES256")
CLOCK_DRIFT_SECONDS = 60
LONGEST_SUBJECT = 191
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


class UnverifiedError(OAuth2Error):
    """An answer of the provider that proves nothing; the message is for the technical log and quotes nothing."""


def nonce_of(code_verifier: str) -> str:
    """The nonce of a sign-in: drawn from the secret that its session keeps, so that both serve once."""
    return urlsafe_b64encode(sha256(f"nonce:{code_verifier}".encode()).digest()).rstrip(b"=").decode()


def proves_second_factor(claims: dict[str, Any]) -> bool:
    """Whether a verified id_token says that the provider saw a second factor, in the words of the settings."""
    methods = claims.get("amr")
    return claims.get("acr") in settings.OIDC_SECOND_FACTOR_ACR or (
        isinstance(methods, list) and any(method in settings.OIDC_SECOND_FACTOR_AMR for method in methods)
    )


def proved_at(claims: dict[str, Any]) -> float:
    """When the person proved who they are to the provider; 0 when a verified id_token does not say."""
    at = claims.get("auth_time")
    return float(at) if isinstance(at, int | float) and at > 0 else 0.0


def authorization_parameters(*, is_fresh: bool = False) -> dict[str, str]:
    """What is asked beyond the identity; `is_fresh`: that the provider ask again who is there, and say when.

    No `max_age`: ProConnect refuses any parameter that it does not know, and it does not know this one.
    """
    asked: dict[str, Any] = {"amr": None} if settings.OIDC_SECOND_FACTOR_AMR else {}
    parameters = {"acr_values": " ".join(settings.OIDC_ACR_VALUES)} if settings.OIDC_ACR_VALUES else {}
    if is_fresh:
        asked["auth_time"] = {"essential": True}
        parameters["prompt"] = "login"
    if asked:
        parameters["claims"] = json.dumps({"id_token": asked}, separators=(",", ":"))
    return parameters


class StrictAdapter(OpenIDConnectOAuth2Adapter):
    """The two calls to the provider, and the proofs of what it answers."""

    nonce: str

    @cached_property
    def openid_config(self) -> dict[str, Any]:
        """The provider's document, whose issuer is exactly ours and whose addresses are as safe as its own."""
        address = f"{settings.OIDC_ISSUER.rstrip('/')}/.well-known/openid-configuration"
        found = _json_object(self._get(address))
        if found.get("issuer") != settings.OIDC_ISSUER:
            raise UnverifiedError("the document is that of another issuer than OIDC_ISSUER")
        for name in ENDPOINTS:
            if not is_safe_address(found.get(name)):
                raise UnverifiedError(f"{name} is missing or not safe")
        # The policy of contents lets our form lead to the origin of the issuer only.
        if urlsplit(found["authorization_endpoint"])[:2] != urlsplit(settings.OIDC_ISSUER)[:2]:
            raise UnverifiedError("authorization_endpoint is not at the origin of the issuer")
        return found

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """The one address declared to the provider, whatever host the request claims."""
        return f"{settings.BASE_URL}{reverse('account:openid-return')}"

    def get_access_token_data(
        self, request: HttpRequest, app: Any, client: Any, pkce_code_verifier: str | None = None
    ) -> dict[str, Any]:
        """Give the code to the provider that answered, and to no other (RFC 9207); remember the nonce to find."""
        said = request.GET.get("iss")
        is_announced = self.openid_config.get("authorization_response_iss_parameter_supported") is True
        if said != settings.OIDC_ISSUER and (is_announced or said is not None):
            raise UnverifiedError("the answer names another issuer, or none")
        self.nonce = nonce_of(pkce_code_verifier or "")
        try:
            found = super().get_access_token_data(request, app, client, pkce_code_verifier=pkce_code_verifier)
            # What the token of access is worth is not read: it serves once, in `complete_login`.
            return {name: str(found[name]) for name in ("access_token", "id_token")}
        except (LookupError, TypeError, ValueError) as error:
            raise UnverifiedError("the answer to the code cannot be read") from error

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> SocialLogin:
        """Whom both signed answers name; the claims go no further than this sign-in.

        Raises:
            UnverifiedError: a signature, an issuer, an audience, a date, the nonce or a subject is not what it must be.
            RequestException: the provider does not answer.
        """
        keys = self._keys()
        claims = verified(kwargs["response"].get("id_token"), keys)
        if not constant_time_compare(str(claims.get("nonce")), self.nonce):
            raise UnverifiedError("the nonce is not that of this sign-in")
        answer = self._get(self.openid_config["userinfo_endpoint"], headers={"Authorization": f"Bearer {token.token}"})
        if answer.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/jwt":
            raise UnverifiedError("userinfo is not signed")
        if verified(answer.text.strip(), keys)["sub"] != claims["sub"]:
            raise UnverifiedError("userinfo is about somebody else")
        login = self.get_provider().sociallogin_from_response(request, claims)
        login.claims = claims
        return login

    def _keys(self) -> KeySet:
        found = _json_object(self._get(self.openid_config["jwks_uri"]))
        try:
            return KeySet.import_key_set(cast(KeySetSerialization, found))
        except (JoseError, LookupError, TypeError, ValueError, AttributeError) as error:
            raise UnverifiedError("the keys cannot be read") from error

    def _get(self, address: str, **more: Any) -> Response:
        with get_adapter().get_requests_session() as session:
            answer = session.get(address, **more)
        answer.raise_for_status()
        return answer


class StrictProvider(OpenIDConnectProvider):
    """The configured provider: what is asked of it, and the little that is kept of its answer: (issuer, subject)."""

    oauth2_adapter_class = StrictAdapter
    pkce_enabled_default = True

    def get_pkce_params(self) -> dict[str, Any]:
        """PKCE (S256), and the nonce that goes with it."""
        parameters = super().get_pkce_params()
        return parameters | {"nonce": nonce_of(parameters["code_verifier"])}

    def get_scope(self) -> list[str]:
        """The scopes of the settings."""
        return list(settings.OIDC_SCOPES)

    def extract_uid(self, data: dict[str, Any]) -> str:
        """The subject."""
        return data["sub"]

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Keep no claim: none gives a role, a name or an address."""
        return {}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        return []


def verified(value: Any, keys: KeySet) -> dict[str, Any]:
    """The claims of a token that the provider signed for us and that is still valid.

    Raises:
        UnverifiedError: anything else.
    """
    rules = jwt.JWTClaimsRegistry(
        leeway=CLOCK_DRIFT_SECONDS,
        iss={"essential": True, "value": settings.OIDC_ISSUER},
        aud={"essential": True, "value": settings.OIDC_CLIENT_ID},
        sub={"essential": True},
        exp={"essential": True},
    )
    try:
        claims = jwt.decode(value, keys, algorithms=ALGORITHMS).claims
        rules.validate(claims)
    except JoseError as error:
        raise UnverifiedError(f"a token is refused: {error.error}") from error
    except (TypeError, ValueError, LookupError, AttributeError) as error:
        raise UnverifiedError("a token cannot be read") from error
    # Shared with another client, it could have been given to us by that client.
    if claims["aud"] not in (settings.OIDC_CLIENT_ID, [settings.OIDC_CLIENT_ID]):
        raise UnverifiedError("a token is for others too")
    if len(claims["sub"]) > LONGEST_SUBJECT:
        raise UnverifiedError("the subject is too long")
    return claims


def is_safe_address(address: Any) -> bool:
    """Whether it is an https address, or one of this very machine."""
    if not isinstance(address, str):
        return False
    parts = urlsplit(address)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    )


def _json_object(answer: Response) -> dict[str, Any]:
    found = answer.json()
    if not isinstance(found, dict):
        raise UnverifiedError("an answer is not an object")
    return found
