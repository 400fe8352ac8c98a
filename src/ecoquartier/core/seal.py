"""The electronic seal of a PDF: putting it on (PAdES) and checking that nothing has moved since.

The check trusts no parser with a stranger's file: it finds the signed ranges, which must cover every byte, verifies
the signature over them, and only then reads anything else, from bytes that are known to be ours. It accepts the one
shape that `seal_pdf` writes; a genuine seal of somebody else's is refused with a sentence that says so.
"""

import asyncio
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ecoquartier.core import cms
from ecoquartier.core.keys import KeyRing, Purpose, TrustedKey, platform_day
from ecoquartier.core.text import long_date

_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
_LITERAL = rb"\s*\(((?:[^()\\]|\\[0-7]{3})*)\)"
_SIGNED_ON = re.compile(rb"/M" + _LITERAL)
_REASON = re.compile(rb"/Reason" + _LITERAL)
_OCTAL = re.compile(rb"\\([0-7]{3})")
_UPPERCASE_HEX = re.compile(rb"(?:[0-9A-F]{2})+")

_NOT_PDF = "Ce fichier n’est pas un PDF."
_UNSIGNED = "Ce PDF ne porte aucune signature électronique."
_APPENDED = "Du contenu a été ajouté au fichier après sa signature."
_MODIFIED = "Le contenu du fichier a été modifié depuis sa signature."
_MALFORMED = "La signature est abîmée, ou n’a pas la forme de celles de la plateforme."


@dataclass(frozen=True)
class SealCheck:
    """What a seal proves: who sealed, when, for which reason; or why it proves nothing, in French sentences."""

    ok: bool
    reasons: list[str]
    signer: str = ""
    signed_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class _Signature:
    """A seal found in a file: the signed bytes' digest, the container, and the dictionary around it."""

    digest: bytes
    container: bytes
    dictionary: bytes


class _Refused(Exception):
    """Why a seal proves nothing, as the sentence to show."""


def seal_pdf(pdf: bytes, *, keys: KeyRing, at: datetime, reason: str) -> bytes:
    """Return `pdf` with an invisible seal (PAdES baseline B) made by the PDF key in service at that instant.

    `reason` is kept in the signature and given back by `check_seal`: plain ASCII without brackets.
    """
    if not re.fullmatch(r"[ -~]*", reason) or re.search(r"[()\\]", reason):
        raise ValueError("The reason of a seal is plain ASCII without brackets.")
    # pyHanko is loaded by the processes that seal, not by those that check.
    from ecoquartier.core import pades  # noqa: PLC0415 -- heavy import

    key = keys.active(Purpose.PDF, at)
    return asyncio.run(pades.sign(pdf, key, at=at.astimezone(UTC).replace(microsecond=0), reason=reason))


def check_seal(pdf: bytes, *, trust: Sequence[TrustedKey]) -> SealCheck:
    """Verify that `pdf` is, byte for byte, what a trusted key sealed."""
    signer = ""
    try:
        signature = _find(pdf)
        signed_at, reason = _read_dictionary(signature.dictionary)
        container, certificate, signer = _open(signature.container)
        key = _trusted_signer(certificate, trust)
        _verify(container, certificate, signature.digest)
        _check_dates(certificate, key, signed_at)
    except _Refused as refusal:
        return SealCheck(ok=False, reasons=[str(refusal)], signer=signer)
    return SealCheck(ok=True, reasons=[], signer=signer, signed_at=signed_at, reason=reason)


def _find(pdf: bytes) -> _Signature:
    """Find the one signature of the file and the digest of all that it covers."""
    if not pdf.startswith(b"%PDF-"):
        raise _Refused(_NOT_PDF)
    found = list(_BYTE_RANGE.finditer(pdf))
    if not found:
        raise _Refused(_UNSIGNED)
    if len(found) > 1:
        raise _Refused(_APPENDED)
    start, hole, resume, length = (int(number) for number in found[0].groups())
    if resume + length < len(pdf):
        raise _Refused(_APPENDED)
    # The hole holds the container, between angle brackets that nothing else protects.
    if start != 0 or not 0 < hole < resume - 2 or resume + length > len(pdf):
        raise _Refused(_MODIFIED)
    if pdf[hole : hole + 1] != b"<" or pdf[resume - 1 : resume] != b">":
        raise _Refused(_MODIFIED)
    dictionary_start, dictionary_end = pdf.rfind(b" obj", 0, hole), pdf.find(b"endobj", resume)
    if not 0 <= dictionary_start < found[0].start() < dictionary_end:
        raise _Refused(_MODIFIED)
    digest = hashlib.sha256(pdf[:hole])
    digest.update(pdf[resume:])
    return _Signature(
        digest.digest(),
        _container(pdf[hole + 1 : resume - 1]),
        pdf[dictionary_start:hole] + pdf[resume:dictionary_end],
    )


def _container(text: bytes) -> bytes:
    """Read the hexadecimal container; case and padding are not signed, so only the form we write is accepted."""
    if not _UPPERCASE_HEX.fullmatch(text):
        raise _Refused(_MALFORMED)
    raw = bytes.fromhex(text.decode("ascii"))
    try:
        length = cms.container_length(raw)
    except ValueError as error:
        raise _Refused(_MALFORMED) from error
    if any(raw[length:]):
        raise _Refused(_MALFORMED)
    return raw[:length]


def _read_dictionary(dictionary: bytes) -> tuple[datetime, str]:
    """Read date and reason; nothing is believed before the signature is verified."""
    signed_on, reason = _SIGNED_ON.search(dictionary), _REASON.search(dictionary)
    if signed_on is None or reason is None:
        raise _Refused(_MALFORMED)
    try:
        # Sealed in UTC, always: any other offset is not ours.
        signed_at = datetime.strptime(_unescaped(signed_on[1]), "D:%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise _Refused(_MALFORMED) from error
    return signed_at, _unescaped(reason[1])


def _unescaped(literal: bytes) -> str:
    """Read a literal string of a PDF whose signs are written in octal."""
    return _OCTAL.sub(lambda match: bytes([int(match[1], 8) & 0xFF]), literal).decode("latin-1")


def _open(data: bytes) -> tuple[cms.Container, x509.Certificate, str]:
    try:
        container = cms.read_container(data)
        certificate = x509.load_der_x509_certificate(container.certificate)
        return container, certificate, _common_name(certificate)
    except (ValueError, TypeError, x509.InvalidVersion) as error:
        raise _Refused(_MALFORMED) from error


def _trusted_signer(certificate: x509.Certificate, trust: Sequence[TrustedKey]) -> TrustedKey | None:
    """Find the trusted key of this certificate; None when it was issued by a trusted authority."""
    for key in trust:
        if key.certificate == certificate:
            return key
    for key in trust:
        if key.certificate is not None and _is_authority(key.certificate) and _issued(certificate, key.certificate):
            return None
    raise _Refused("La signature est d’une autre clé que celles de la plateforme.")


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _issued(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _verify(container: cms.Container, certificate: x509.Certificate, digest: bytes) -> None:
    """Verify the signature, then that it speaks of these bytes and of this certificate."""
    try:
        public = certificate.public_key()
        if not isinstance(public, ec.EllipticCurvePublicKey):
            raise _Refused(_MALFORMED)
        public.verify(container.signature, container.signed_bytes, ec.ECDSA(hashes.SHA256()))
        attributes = cms.read_attributes(container)
    except InvalidSignature as error:
        raise _Refused(_MODIFIED) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _Refused(_MALFORMED) from error
    # The signature names its certificate, so that not one byte of it can change either.
    if attributes != cms.Attributes(digest, certificate.fingerprint(hashes.SHA256())):
        raise _Refused(_MODIFIED)


def _check_dates(certificate: x509.Certificate, key: TrustedKey | None, signed_at: datetime) -> None:
    if not certificate.not_valid_before_utc <= signed_at <= certificate.not_valid_after_utc:
        day = long_date(platform_day(signed_at))
        raise _Refused(f"Le certificat du signataire n’était pas valable le {day}, date de la signature.")
    objection = key.life.objection(platform_day(signed_at)) if key and key.life else None
    if objection:
        raise _Refused(objection)


def _common_name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()
