"""Checking a file that somebody was given: first the signature, then what the register says of that label."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ecoquartier.awards.domain.certificate import verify_certificate
from ecoquartier.awards.domain.credential import verify_credential
from ecoquartier.awards.models import Award
from ecoquartier.awards.queries import published_awards
from ecoquartier.core.canonical import sha256_hex
from ecoquartier.core.keys import Purpose, signing_keys


@dataclass(frozen=True)
class Proof:
    """What a file proves. `award` is the published label it speaks of; `is_original`: byte for byte as issued."""

    ok: bool
    reasons: list[str] = field(default_factory=list)
    signer: str = ""
    signed_at: datetime | None = None
    award: Award | None = None
    is_original: bool = False


def shown_awards() -> QuerySet[Award]:
    """Published labels with what a verification page says; the bytes of the proofs stay where they are."""
    return (
        published_awards()
        .select_related("stage", "history", "operation__directory_row", "certificate")
        .defer("certificate__pdf", "certificate__credential")
    )


def check(data: bytes) -> Proof:
    """Check a PDF certificate or a JWT credential."""
    if data.startswith(b"%PDF-"):
        return _check_certificate(data)
    try:
        return _check_credential(data.decode("ascii").strip())
    except UnicodeDecodeError:
        return Proof(ok=False, reasons=[_("Ce fichier n’est ni un certificat PDF, ni une attestation.")])


def _check_certificate(pdf: bytes) -> Proof:
    found = verify_certificate(pdf, trust=signing_keys().trusted(Purpose.PDF))
    if not found.ok:
        return Proof(ok=False, reasons=found.reasons, signer=found.signer)
    award = shown_awards().filter(code=found.code).first()
    is_original = award is not None and hasattr(award, "certificate") and award.certificate.sha256 == sha256_hex(pdf)
    return Proof(ok=True, signer=found.signer, signed_at=found.signed_at, award=award, is_original=is_original)


def _check_credential(jwt: str) -> Proof:
    found = verify_credential(jwt, trust=signing_keys().trusted(Purpose.CREDENTIALS))
    if not found.ok:
        return Proof(ok=False, reasons=found.reasons)
    award = _award_of(found.credential_id)
    is_original = award is not None and hasattr(award, "certificate") and award.certificate.credential == jwt
    return Proof(ok=True, signer=found.issuer, signed_at=found.signed_at, award=award, is_original=is_original)


def _award_of(credential_id: str) -> Award | None:
    """The published label of a credential, whose address ends with the label's id."""
    try:
        return shown_awards().filter(pk=UUID(credential_id.rsplit("/", 1)[-1])).first()
    except (ValueError, ValidationError):
        return None
