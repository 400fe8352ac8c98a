"""The verifiable credential of a label: Open Badges 3.0 on the W3C data model 2.0, secured as a JWT.

The subject is the page of the label; no person is named. The issuer is `did:web:` and the site's name, whose document
(`/.well-known/did.json`) holds the public keys: whoever kept it once can verify for ever, without network.
"""

import base64
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone
from joserfc import jws, jwt
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import ECKey

from ecoquartier.awards.domain.certificate import CertificateFacts
from ecoquartier.awards.domain.mark import mark_svg, mark_words
from ecoquartier.core.keys import ALGORITHM, KeyRing, Purpose, TrustedKey, platform_day
from ecoquartier.core.text import french_list

MEDIA_TYPE = "vc+jwt"
CONTEXTS = ("https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json")


@dataclass(frozen=True)
class CredentialCheck:
    """Whether a text is a credential of ours, unchanged; if not, why, in French sentences."""

    ok: bool
    reasons: list[str]
    issuer: str = ""
    name: str = ""
    credential_id: str = ""
    signed_at: datetime | None = None


class _Refused(Exception):
    """Why a credential proves nothing, as the sentence to show."""


def make_credential(facts: CertificateFacts, *, keys: KeyRing, base_url: str, credential_id: str, at: datetime) -> str:
    """Return the credential of a label as a compact JWT.

    Args:
        facts: what was labelled.
        keys: the ring whose credentials key in service at `at` signs.
        base_url: the public address of the site; it names the issuer.
        credential_id: the address where the credential is published.
        at: when it is signed.
    """
    issuer, key = did_of(base_url), keys.active(Purpose.CREDENTIALS, at)
    valid_from = _midnight(facts.published_on)
    claims = {
        "@context": [*CONTEXTS],
        "id": credential_id,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": _title(facts),
        "issuer": {"id": issuer, "type": ["Profile"], "name": facts.issuer_name, "url": base_url},
        "validFrom": valid_from.isoformat(),
        "awardedDate": _midnight(facts.decided_on).isoformat(),
        "credentialSubject": _subject(facts, base_url),
        "evidence": [{"id": facts.verify_url, "type": ["Evidence"], "name": "Page de vérification du label"}],
        "iss": issuer,
        "jti": credential_id,
        "sub": facts.verify_url,
        "nbf": int(valid_from.timestamp()),
        "iat": int(at.timestamp()),
    }
    header = {"alg": ALGORITHM, "typ": MEDIA_TYPE, "kid": f"{issuer}#{key.kid}"}
    return jwt.encode(header, claims, key.private)


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
        identifier, jwk = f"{did}#{key.kid}", key.public.as_dict(private=False)
        method = {"id": identifier, "type": "JsonWebKey", "controller": did, "publicKeyJwk": jwk}
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


def verify_credential(text: str, *, trust: Sequence[TrustedKey]) -> CredentialCheck:
    """Verify a credential without network nor database; `trust` are the keys that are believed.

    Whether the label has been withdrawn since is another question, that its verification page answers.
    """
    try:
        return _checked(text.strip(), trust)
    except _Refused as refusal:
        reason = str(refusal)
    except BadSignatureError:
        reason = "L’attestation a été modifiée depuis sa signature."
    except (JoseError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # However parsers fail on a stranger's text, that text is not one of ours.
        reason = "Ce texte n’est pas une attestation\u00a0: il n’a pas la forme d’un JWT signé par la plateforme."
    return CredentialCheck(ok=False, reasons=[reason])


def trust_from_json(data: bytes | str) -> list[TrustedKey]:
    """Read the keys of a DID document, a JWK or a JWK set; raise ValueError when there is none to trust."""
    document = json.loads(data)
    try:
        if "verificationMethod" in document:
            # A method may be named relatively to its document.
            names = {name: f"{document['id']}#{name.rpartition('#')[2]}" for name in document["assertionMethod"]}
            methods = [method for method in document["verificationMethod"] if method["id"] in names]
            found = [(names[method["id"]], method["publicKeyJwk"]) for method in methods]
        else:
            found = [("", jwk) for jwk in document.get("keys", [document])]
        keys = [(kid, ECKey.import_key(jwk)) for kid, jwk in found if jwk.get("crv") == "P-256"]
    except (KeyError, TypeError, AttributeError, JoseError) as error:
        raise ValueError("This JSON is neither a DID document nor a JWK.") from error
    if not keys:
        raise ValueError("There is no key to trust in this file.")
    return [TrustedKey(kid=kid or key.thumbprint(), public=key) for kid, key in keys]


def _checked(text: str, trust: Sequence[TrustedKey]) -> CredentialCheck:
    """Verify the signature and who made it, then read the claims."""
    header = jws.extract_compact(text.encode()).headers()
    if header["typ"] != MEDIA_TYPE:
        raise ValueError("This JWT is of another type.")
    did, _, fragment = header["kid"].partition("#")
    key = next((key for key in trust if key.public and key.kid in (header["kid"], fragment)), None)
    if key is None or key.public is None:
        raise _Refused("L’attestation est signée d’une autre clé que celles de la plateforme.")
    claims = jwt.decode(text, key.public, algorithms=[ALGORITHM]).claims
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
    if "OpenBadgeCredential" not in (claims.get("type") or []):
        raise _Refused("Ce document est signé par la plateforme, mais ce n’est pas l’attestation d’un label.")
    name, credential_id = str(claims.get("name", "")), str(claims.get("id", ""))
    return CredentialCheck(ok=True, reasons=[], issuer=did, name=name, credential_id=credential_id, signed_at=signed_at)


def _title(facts: CertificateFacts) -> str:
    title = f"Étape {facts.stage_rank} ({facts.stage_name})\u00a0: {facts.operation_name}"
    return f"{title} (démonstration, sans valeur)" if facts.demo else title


def _subject(facts: CertificateFacts, base_url: str) -> dict[str, Any]:
    place = french_list(facts.communes)
    narrative = [f"{facts.operation_name}, {place}" + (f" ({facts.region})." if facts.region else ".")]
    narrative.append(f"Millésime {facts.year}, porteur de projet\u00a0: {facts.holder}.")
    if facts.phases:
        narrative.append(f"Tranches labellisées\u00a0: {french_list(facts.phases)}.")
    mark = base64.b64encode(mark_svg(facts.stage_rank, facts.stage_count).encode()).decode()
    # Stable for a stage of a scheme, without promising a page.
    achievement = uuid.uuid5(uuid.NAMESPACE_URL, f"{base_url}#{facts.scheme_title}#{facts.stage_rank}")
    return {
        "id": facts.verify_url,
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


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_default_timezone())
