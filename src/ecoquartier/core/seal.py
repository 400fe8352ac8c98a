"""The electronic seal of a PDF: putting it on (PAdES baseline B) and checking that nothing has moved since.

pyHanko signs and validates; it costs 30 MB and half a second, so whoever needs a seal imports this module late. What
it forgives, we do not: the signature covers the whole file, and its container holds nothing that is not signed.
"""

import asyncio
import io
import logging
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import cms
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.validation import EmbeddedPdfSignature, SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from ecoquartier.core.keys import KeyRing, Purpose, SigningKey, TrustedKey, platform_day
from ecoquartier.core.text import long_date

_FIELD = "Cachet"
# Bytes kept for the container, nearly twice what the longest names need: an estimate, which pyHanko makes from a first
# signature, would change the length of the file from one seal to the next.
_RESERVED = 4096

# What it says of a stranger's file is no event of ours: the person is told.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class SealCheck:
    """What a seal proves: who sealed, when, for which reason; or why it proves nothing, in French sentences."""

    ok: bool
    reasons: list[str]
    signer: str = ""
    signed_at: datetime | None = None
    reason: str = ""


class _Refused(Exception):
    """Why a seal proves nothing, as the sentence to show."""


class _Writer(IncrementalPdfFileWriter):
    """A writer that leaves the metadata as Typst wrote it.

    pyHanko stamps the machine's time in two places by two calls, and its own name over Typst's: PDF/A wants the two
    places to agree, and rules only know the clock they are given.
    """

    def _update_meta(self) -> None:
        pass


# However parsers fail on a stranger's file, that file is not one of ours. A bug of ours (RuntimeError…) still shows.
_PARSING = (
    PdfError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RecursionError,
    NotImplementedError,
    zlib.error,
)


class _Signer(signers.PdfSigner):
    """A signer that declares PAdES only: for elliptic curves pyHanko would call the file PDF 2.0, PDF/A-2 is 1.7."""

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:
        pdf_out.register_extension(ESIC_EXTENSION_1)


def seal_pdf(pdf: bytes, *, keys: KeyRing, at: datetime, reason: str) -> bytes:
    """Return `pdf` with an invisible seal made by the PDF key in service at that instant.

    `reason` is kept in the signature and given back by `check_seal`: plain ASCII without brackets.
    """
    if not re.fullmatch(r"[ -~]*", reason) or re.search(r"[()\\]", reason):
        raise ValueError("The reason of a seal is plain ASCII without brackets.")
    key = keys.active(Purpose.PDF, at)
    return asyncio.run(_sign(pdf, key, at=at.astimezone(UTC).replace(microsecond=0), reason=reason))


def check_seal(pdf: bytes, *, trust: Sequence[TrustedKey]) -> SealCheck:
    """Verify that `pdf` is, byte for byte, what a trusted key sealed."""
    try:
        return _checked(pdf, trust)
    except _Refused as refusal:
        return SealCheck(ok=False, reasons=[str(refusal)])
    except _PARSING:
        return SealCheck(ok=False, reasons=["La signature est abîmée, ou n’a pas la forme de celles de la plateforme."])


async def _sign(pdf: bytes, key: SigningKey, *, at: datetime, reason: str) -> bytes:
    """Add the signature in an incremental update."""
    if key.certificate is None:
        raise ValueError(f"The PDF key {key.kid} has no certificate.")
    signer = signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(key.certificate.public_bytes(Encoding.DER)),
        signing_key=asn1_keys.PrivateKeyInfo.load(key.private.as_der(private=True)),
        cert_registry=SimpleCertificateStore(),
    )
    metadata = signers.PdfSignatureMetadata(
        field_name=_FIELD, reason=reason, subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
    )
    # PDF/A wants the widget printed, PDF/UA wants it hidden or out of the page: out of the page satisfies both.
    field = fields.SigFieldSpec(_FIELD, invis_sig_settings=fields.InvisSigSettings(box_out_of_bounds=True))
    session = _Signer(metadata, signer=signer, new_field_spec=field).init_signing_session(_Writer(io.BytesIO(pdf)))
    session.system_time = at
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=_RESERVED)
    prepared, output = document.digest_tbs_document()
    await document.perform_signature(prepared.document_digest, PdfCMSSignedAttributes(signing_time=at))
    output.seek(0)
    return output.read()


def _checked(pdf: bytes, trust: Sequence[TrustedKey]) -> SealCheck:
    if not pdf.startswith(b"%PDF-"):
        raise _Refused("Ce fichier n’est pas un PDF.")
    if b"/ByteRange" not in pdf:
        raise _Refused("Ce PDF ne porte aucune signature électronique.")
    first, *others = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    # A key that we believe vouches for no other: the signer's certificate is, whole, one of those we were given.
    certificate = x509.load_der_x509_certificate(first.signer_cert.dump())
    key = next((key for key in trust if key.certificate == certificate), None)
    if key is None:
        raise _Refused("La signature est d’une autre clé que celles de la plateforme.")
    signed_at = first.self_reported_timestamp
    context = ValidationContext(trust_roots=[first.signer_cert], allow_fetching=False, moment=signed_at)
    status = validate_pdf_signature(first, context, skip_diff=True)
    if others or status.coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        raise _Refused("Du contenu a été ajouté au fichier après sa signature.")
    if not (status.intact and status.valid and _is_exact(pdf, first)):
        raise _Refused("Le contenu du fichier a été modifié depuis sa signature.")
    _check_dates(certificate, key, signed_at)
    if not status.bottom_line:
        raise _Refused("La signature n’a pas la forme de celles de la plateforme.")
    name = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    reason = str(first.sig_object["/Reason"])
    return SealCheck(ok=True, reasons=[], signer=str(name), signed_at=signed_at, reason=reason)


def _is_exact(pdf: bytes, signature: EmbeddedPdfSignature) -> bool:
    """Tell whether the hole in the signed bytes holds the container and zeros, as we write them, and nothing else.

    Readers forgive case, padding, two encodings of one value, versions, fields that no signature covers. Here the
    container is made again from what is signed, and compared.
    """
    signer, certificate = signature.signer_info, signature.signer_cert
    names = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    sid = cms.SignerIdentifier("issuer_and_serial_number", names)
    signed = ("digest_algorithm", "signed_attrs", "signature_algorithm", "signature")
    content = {
        "version": "v1",
        "digest_algorithms": [signer["digest_algorithm"]],
        "encap_content_info": {"content_type": "data"},
        "certificates": [certificate],
        "signer_infos": [{"version": "v1", "sid": sid, **{name: signer[name] for name in signed}}],
    }
    container = cms.ContentInfo({"content_type": "signed_data", "content": content}).dump()
    _, start, end, _ = signature.byte_range
    return pdf[start:end] == b"<%s>" % container.ljust(len(signature.pkcs7_content), b"\0").hex().upper().encode()


def _check_dates(certificate: x509.Certificate, key: TrustedKey, signed_at: datetime) -> None:
    day = platform_day(signed_at)
    if not certificate.not_valid_before_utc <= signed_at <= certificate.not_valid_after_utc:
        raise _Refused(f"Le certificat du signataire n’était pas valable le {long_date(day)}, date de la signature.")
    objection = key.life.objection(day) if key.life else None
    if objection:
        raise _Refused(objection)
