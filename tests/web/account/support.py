"""What tests of the account share: somebody with a password, the mail they receive, their application and their key."""

from __future__ import annotations

import json
import os
import re
import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.core import mail
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)
from procrastinate.contrib.django.models import ProcrastinateJob

from ecoquartier.accounts.tasks import send_reset_link
from ecoquartier.notifications.services import send_ready
from tests.support.client import StrictClient
from tests.support.pages import words

PASSWORD = "une phrase assez longue"
SIGN_IN = "/compte/connexion/"
SECURITY = "/compte/securite/"


def enter(person: Any, password: str = PASSWORD, **more: str) -> StrictClient:
    """A browser where this person has just given their password."""
    client = StrictClient(headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0"})
    client.post(SIGN_IN, {"email": person.email, "password": password, **more})
    return client


def received(address: str) -> list[str]:
    """Run what waits, then the texts of what this address received, oldest first."""
    for job in ProcrastinateJob.objects.filter(task_name=send_reset_link.name, status="todo"):
        send_reset_link(**job.args)
    send_ready()
    return [email.body for email in mail.outbox if email.to == [address]]


def link_of(text: str) -> str:
    """The path of the only link of a message."""
    return re.search(r"http://testserver(/\S+)", text)[1]


def code_of(secret: str, period: int = 0) -> str:
    """What an application shows for this secret, now or some periods away."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + period))


def add_application(client: StrictClient) -> str:
    """Set up an application of codes by its page; returns its secret."""
    page = words(client.get("/compte/application/"))
    secret = re.search(r"Tapez ce secret dans l’application : ((?:[A-Z2-7]{4} ?)+)", page)[1].replace(" ", "")
    response = client.post("/compte/application/", {"code": code_of(secret)})
    assert response["Location"] == "/compte/codes-de-secours/", words(response)
    return secret


def recovery_codes(client: StrictClient) -> list[str]:
    """The recovery codes, from the only page that shows them."""
    page = client.post("/compte/codes-de-secours/").content.decode()
    return re.findall(r"<code>(\d{8})</code>", page)


class Key:
    """A passkey made of software: what a browser and its authenticator answer."""

    def __init__(self, origin: str = "http://localhost") -> None:
        self.origin, self.id = origin, os.urandom(32)
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.owner = b""

    def create(self, options: dict[str, Any], *, is_verified: bool = True) -> str:
        """The answer to a page that adds a passkey."""
        wanted = options["publicKey"]
        self.owner = wanted["user"]["id"]
        client_data = self._client_data(CollectedClientData.TYPE.CREATE, wanted["challenge"])
        public = ES256.from_cryptography_key(self.private.public_key())
        flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
        flags |= AuthenticatorData.FLAG.UV if is_verified else 0
        data = AuthenticatorData.create(
            sha256(wanted["rp"]["id"].encode()), flags, 0, AttestedCredentialData.create(bytes(16), self.id, public)
        )
        attestation = AttestationObject.create("none", data, {})
        return self._answer({"attestationObject": websafe_encode(attestation)}, client_data)

    def get(self, options: dict[str, Any], **changed: str) -> str:
        """The answer to a page that asks for a passkey; `changed` replaces parts of it."""
        wanted = options["publicKey"]
        client_data = self._client_data(CollectedClientData.TYPE.GET, wanted["challenge"])
        data = AuthenticatorData.create(sha256(wanted["rpId"].encode()), 0x05, 1)
        signature = self.private.sign(data + client_data.hash, ec.ECDSA(hashes.SHA256()))
        parts = {
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
            "userHandle": self.owner,
        }
        return self._answer(parts | changed, client_data)

    def _client_data(self, kind: str, challenge: str) -> CollectedClientData:
        return CollectedClientData.create(kind, challenge, self.origin)

    def _answer(self, parts: dict[str, str], client_data: CollectedClientData) -> str:
        return json.dumps(
            {
                "id": websafe_encode(self.id),
                "rawId": websafe_encode(self.id),
                "type": "public-key",
                "response": {"clientDataJSON": websafe_encode(client_data), **parts},
                "clientExtensionResults": {"credProps": {"rk": True}},
            }
        )


def options_of(response: Any) -> dict[str, Any]:
    """What the page asks of the browser."""
    page = response.content.decode()
    return json.loads(re.search(r'<script type="application/json">(.+?)</script>', page)[1])


def add_key(client: StrictClient, name: str = "Téléphone") -> Key:
    """Add a passkey by its page."""
    key = Key()
    answer = key.create(options_of(client.get("/compte/cles/ajouter/")))
    response = client.post("/compte/cles/ajouter/", {"name": name, "credential": answer})
    assert response.status_code == 302, words(response)
    return key


def sign_in_by_key(client: StrictClient, key: Key, **changed: str) -> Any:
    """Answer the challenge of the sign-in page."""
    options = client.get("/compte/connexion/cle/").json()
    return client.post("/compte/connexion/cle/", {"credential": key.get(options, **changed)})
