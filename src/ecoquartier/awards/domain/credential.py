"""The verifiable credential of a label: Open Badges 3.0 on the W3C data model 2.0, secured as a JWT.

The subject is the operation; no person is named. The issuer is `did:web:` and the site's name, whose document
(`/.well-known/did.json`) holds the public keys: whoever kept it once can verify for ever, without network.
"""

import base64
import gzip
import io
import json
import re
import uuid
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone

from ecoquartier.awards.domain.certificate import CertificateFacts
from ecoquartier.awards.domain.mark import mark_svg, mark_words
from ecoquartier.core import jose
from ecoquartier.core.canonical import canonical_json
from ecoquartier.core.keys import (
    KeyRing,
    Purpose,
    TrustedKey,
    platform_day,
)
from ecoquartier.core.text import french_list

MEDIA_TYPE = "vc+jwt"
W3C_CONTEXT = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
# The least that the standard allows, so that a list never tells how many labels it covers.
STATUS_LIST_SIZE = 131_072

_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_LONGEST = 100_000


@dataclass(frozen=True)
class CredentialCheck:
    """Whether a text is a credential of ours, unchanged; if not, why, in French sentences."""

    ok: bool
    reasons: list[str]
    issuer: str = ""
    name: str = ""
    credential_id: str = ""
    signed_at: datetime | None = None
    status_url: str = ""
    status_index: int | None = None
    claims: dict[str, Any] = field(default_factory=dict)


class _Refused(Exception):
    """Why a credential proves nothing, as the sentence to show."""


# --- Issuing ------------------------------------------------------------------------------------------------------


def make_credential(
    facts: CertificateFacts,
    *,
    keys: KeyRing,
    base_url: str,
    credential_id: str,
    at: datetime,
    operation_url: str = "",
    status_url: str | None = None,
    status_index: int | None = None,
) -> str:
    """Return the credential of a label as a compact JWT.

    Args:
        facts: what was labelled.
        keys: the ring whose credentials key in service at `at` signs.
        base_url: the public address of the site; it names the issuer.
        credential_id: the address where the credential is published.
        at: when it is signed.
        operation_url: the public sheet of the operation; the verification page stands for it when there is none.
        status_url: the status list that will tell whether the label is withdrawn, with its place `status_index`.
    """
    if (status_url is None) != (status_index is None):
        raise ValueError("A status list and a place in it go together.")
    issuer = did_of(base_url)
    subject_id = operation_url or facts.verify_url
    valid_from = _midnight(facts.published_on)
    claims: dict[str, Any] = {
        "@context": [W3C_CONTEXT, OPEN_BADGES_CONTEXT],
        "id": credential_id,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": _title(facts),
        "issuer": {"id": issuer, "type": ["Profile"], "name": facts.issuer_name, "url": base_url},
        "validFrom": valid_from.isoformat(),
        "awardedDate": _midnight(facts.decided_on).isoformat(),
        "credentialSubject": _subject(facts, subject_id, base_url),
        "evidence": [{"id": facts.verify_url, "type": ["Evidence"], "name": "Page de vérification du label"}],
    }
    if status_url is not None:
        claims["credentialStatus"] = {
            "id": f"{status_url}#{status_index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(status_index),
            "statusListCredential": status_url,
        }
    claims |= {"iss": issuer, "jti": credential_id, "sub": subject_id, "nbf": int(valid_from.timestamp())}
    return _signed(claims, keys=keys, issuer=issuer, at=at)


def make_status_list(withdrawn: Collection[int], *, keys: KeyRing, base_url: str, status_url: str, at: datetime) -> str:
    """Return the status list credential in which the places of withdrawn labels are set."""
    bits = bytearray(STATUS_LIST_SIZE // 8)
    for index in withdrawn:
        if not 0 <= index < STATUS_LIST_SIZE:
            raise ValueError(f"A status list has no place {index}.")
        bits[index // 8] |= 0x80 >> index % 8
    issuer = did_of(base_url)
    claims = {
        "@context": [W3C_CONTEXT],
        "id": status_url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": at.isoformat(timespec="seconds"),
        "credentialSubject": {
            "id": f"{status_url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": "u" + jose.base64url(gzip.compress(bytes(bits), mtime=0)),
        },
        "iss": issuer,
        "jti": status_url,
    }
    return _signed(claims, keys=keys, issuer=issuer, at=at)


def did_of(base_url: str) -> str:
    """Return the did:web of a site: its host, a port being written %3A, then its path between colons."""
    parts = urlsplit(base_url)
    path = [segment for segment in parts.path.split("/") if segment]
    return ":".join(["did:web", parts.netloc.replace(":", "%3A"), *path])


def did_document(keys: KeyRing, base_url: str) -> dict[str, Any]:
    """Return the document published at `/.well-known/did.json`.

    Retired keys stay, so that what they signed still verifies; a compromised one is shown as revoked and no
    longer allowed to assert anything.
    """
    did = did_of(base_url)
    methods, assertions = [], []
    for key in keys.of(Purpose.CREDENTIALS):
        identifier = f"{did}#{key.kid}"
        method = {"id": identifier, "type": "JsonWebKey", "controller": did, "publicKeyJwk": key.jwk}
        if key.life.compromised_on:
            method["revoked"] = _midnight(key.life.compromised_on).isoformat()
        else:
            assertions.append(identifier)
        methods.append(method)
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": assertions,
    }


# --- Verifying ----------------------------------------------------------------------------------------------------


def verify_credential(jwt: str, *, trust: Sequence[TrustedKey]) -> CredentialCheck:
    """Verify a credential without network nor database; `trust` are the keys that are believed.

    Whether the label has been withdrawn since is another question, that the status list at `status_url` answers.
    """
    try:
        claims, signed_at = _opened(jwt.strip(), trust)
        if "OpenBadgeCredential" not in _types(claims):
            raise _Refused("Ce document est signé par la plateforme, mais ce n’est pas l’attestation d’un label.")
        url, index = _status(claims)
    except _Refused as refusal:
        return CredentialCheck(ok=False, reasons=[str(refusal)])
    return CredentialCheck(
        ok=True,
        reasons=[],
        issuer=str(claims["iss"]),
        name=str(claims.get("name", "")),
        credential_id=str(claims.get("id", "")),
        signed_at=signed_at,
        status_url=url,
        status_index=index,
        claims=claims,
    )


def is_withdrawn(status_list: str, index: int, *, trust: Sequence[TrustedKey]) -> bool:
    """Read one place of a status list; raise ValueError for a list that does not verify or has no such place."""
    try:
        claims, _ = _opened(status_list.strip(), trust)
    except _Refused as refusal:
        raise ValueError(str(refusal)) from refusal
    subject = claims.get("credentialSubject")
    encoded = subject.get("encodedList") if isinstance(subject, dict) else None
    if "BitstringStatusListCredential" not in _types(claims) or not isinstance(encoded, str) or encoded[:1] != "u":
        raise ValueError("This is not a status list.")
    try:
        with gzip.open(io.BytesIO(jose.from_base64url(encoded[1:]))) as packed:
            bits = packed.read(STATUS_LIST_SIZE)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError("This status list cannot be unpacked.") from error
    if not 0 <= index < 8 * len(bits):
        raise ValueError(f"This status list has no place {index}.")
    return bool(bits[index // 8] & 0x80 >> index % 8)


def trust_from_json(data: bytes | str) -> list[TrustedKey]:
    """Read the keys of a DID document, a JWK or a JWK set; raise ValueError when there is none to trust."""
    document = json.loads(data)
    if not isinstance(document, dict):
        raise ValueError("This JSON is neither a DID document nor a JWK.")
    if "verificationMethod" in document:
        did, allowed = str(document.get("id", "")), document.get("assertionMethod", [])
        # A method may be named relatively to its document.
        found = [
            (f"{did}{method['id']}" if method["id"].startswith("#") else method["id"], method.get("publicKeyJwk"))
            for method in document["verificationMethod"]
            if isinstance(method, dict) and isinstance(method.get("id"), str) and method["id"] in allowed
        ]
    else:
        found = [("", key) for key in document.get("keys", [document])]
    trusted = []
    for kid, jwk in found:
        if isinstance(jwk, dict) and jwk.get("crv") == "P-256":
            public = jose.public_from_jwk(jwk)
            trusted.append(TrustedKey(kid or jose.thumbprint(jose.jwk_of(public)), public))
    if not trusted:
        raise ValueError("There is no key to trust in this file.")
    return trusted


# --- Parts --------------------------------------------------------------------------------------------------------


def _title(facts: CertificateFacts) -> str:
    title = f"Étape {facts.stage_rank} ({facts.stage_name})\u00a0: {facts.operation_name}"
    return f"{title} (démonstration, sans valeur)" if facts.demo else title


def _subject(facts: CertificateFacts, subject_id: str, base_url: str) -> dict[str, Any]:
    place = french_list(facts.communes)
    narrative = [f"{facts.operation_name}, {place}" + (f" ({facts.region})." if facts.region else ".")]
    narrative.append(f"Millésime {facts.year}, porteur de projet\u00a0: {facts.holder}.")
    if facts.phases:
        narrative.append(f"Tranches labellisées\u00a0: {french_list(facts.phases)}.")
    mark = base64.b64encode(mark_svg(facts.stage_rank, facts.stage_count).encode()).decode()
    # Stable for a stage of a scheme, without promising a page.
    achievement = uuid.uuid5(uuid.NAMESPACE_URL, f"{base_url}#{facts.scheme_title}#{facts.stage_rank}")
    return {
        "id": subject_id,
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": facts.operation_name,
                "identityType": "name",
            }
        ],
        "narrative": " ".join(narrative),
        "achievement": {
            "id": f"urn:uuid:{achievement}",
            "type": ["Achievement"],
            "achievementType": "Award",
            "name": f"{facts.scheme_title}, étape {facts.stage_rank} ({facts.stage_name})",
            "description": f"Étape {facts.stage_rank} sur {facts.stage_count} du label\u00a0: {facts.stage_name}.",
            "criteria": {
                "narrative": "L’opération remplit les conditions de l’étape, constatées selon la procédure du label "
                "au vu de son référentiel, et une décision datée la lui attribue."
            },
            "image": {
                "id": f"data:image/svg+xml;base64,{mark}",
                "type": "Image",
                "caption": mark_words(facts.stage_rank, facts.stage_count),
            },
        },
    }


def _signed(claims: dict[str, Any], *, keys: KeyRing, issuer: str, at: datetime) -> str:
    key = keys.active(Purpose.CREDENTIALS, at)
    header = {"alg": jose.ALGORITHM, "typ": MEDIA_TYPE, "kid": f"{issuer}#{key.kid}"}
    parts = (header, claims | {"iat": int(at.timestamp())})
    signed = ".".join(jose.base64url(canonical_json(part)) for part in parts)
    return f"{signed}.{key.sign(signed.encode('ascii'))}"


def _opened(jwt: str, trust: Sequence[TrustedKey]) -> tuple[dict[str, Any], datetime]:
    """Verify the signature and who made it; return the claims and when they were signed."""
    if len(jwt) > _LONGEST or not _COMPACT.fullmatch(jwt):
        raise _Refused("Ce texte n’est pas une attestation\u00a0: il n’a pas la forme d’un JWT signé.")
    signed, _, signature = jwt.rpartition(".")
    header, claims = (_read_part(part) for part in signed.split("."))
    kid = header.get("kid")
    if header.get("alg") != jose.ALGORITHM or header.get("typ") != MEDIA_TYPE or not isinstance(kid, str):
        raise _Refused("Cette attestation n’a pas la forme de celles de la plateforme.")
    did, _, fragment = kid.partition("#")
    key = next((key for key in trust if key.kid in (kid, fragment)), None)
    if key is None:
        raise _Refused("L’attestation est signée d’une autre clé que celles de la plateforme.")
    if not key.verifies(signed.encode("ascii"), signature):
        raise _Refused("L’attestation a été modifiée depuis sa signature.")
    issuer = claims.get("issuer")
    named = issuer.get("id") if isinstance(issuer, dict) else issuer
    if not did.startswith("did:") or claims.get("iss") != did or named != did:
        raise _Refused("L’émetteur annoncé par l’attestation n’est pas celui de la clé qui la signe.")
    try:
        signed_at = datetime.fromtimestamp(claims["iat"], timezone.get_default_timezone())
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise _Refused("L’attestation ne dit pas quand elle a été signée.") from error
    objection = key.life.objection(platform_day(signed_at)) if key.life else None
    if objection:
        raise _Refused(objection)
    return claims, signed_at


def _read_part(part: str) -> dict[str, Any]:
    try:
        value = json.loads(jose.from_base64url(part))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise _Refused("Ce texte n’est pas une attestation\u00a0: son contenu ne peut pas être lu.")
    return value


def _types(claims: dict[str, Any]) -> list[Any]:
    types = claims.get("type")
    return types if isinstance(types, list) else [types]


def _status(claims: dict[str, Any]) -> tuple[str, int | None]:
    status = claims.get("credentialStatus")
    if not isinstance(status, dict):
        return "", None
    index = str(status.get("statusListIndex", ""))
    return str(status.get("statusListCredential", "")), int(index) if re.fullmatch(r"[0-9]{1,7}", index) else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_default_timezone())
