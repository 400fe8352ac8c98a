"""The part of the seal that needs pyHanko, apart from it because the import costs 30 MB and half a second.

Only `core.seal.seal_pdf` imports this module, when it first seals: web processes that check never pay for it.
"""

import io
from datetime import datetime

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko_certvalidator.registry import SimpleCertificateStore

from ecoquartier.core.keys import SigningKey

FIELD_NAME = "Cachet"
# Hexadecimal digits kept for the container, nearly twice what the longest names need: an estimate, which pyHanko makes
# from a first signature, would change the length of the file from one seal to the next.
_RESERVED = 4096


class _Writer(IncrementalPdfFileWriter):
    """A writer that leaves the metadata as Typst wrote it.

    pyHanko stamps the machine's time in two places by two calls, and its own name over Typst's: PDF/A wants the two
    places to agree, and rules only know the clock they are given.
    """

    def _update_meta(self) -> None:
        pass


class _Signer(signers.PdfSigner):
    """A signer that declares PAdES only: for elliptic curves pyHanko would call the file PDF 2.0, PDF/A-2 is 1.7."""

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:
        pdf_out.register_extension(ESIC_EXTENSION_1)


async def sign(pdf: bytes, key: SigningKey, *, at: datetime, reason: str) -> bytes:
    """Return `pdf` with an invisible PAdES signature (baseline B) in an incremental update."""
    if key.certificate is None:
        raise ValueError(f"The PDF key {key.kid} has no certificate.")
    private = key.private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signer = signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(key.certificate.public_bytes(serialization.Encoding.DER)),
        signing_key=asn1_keys.PrivateKeyInfo.load(private),
        # The authority is not embedded: nothing in the signature would protect its bytes.
        cert_registry=SimpleCertificateStore(),
    )
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD_NAME, reason=reason, subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
    )
    # PDF/A wants the widget printed, PDF/UA wants it hidden or out of the page: out of the page satisfies both.
    field = fields.SigFieldSpec(FIELD_NAME, invis_sig_settings=fields.InvisSigSettings(box_out_of_bounds=True))
    session = _Signer(metadata, signer=signer, new_field_spec=field).init_signing_session(_Writer(io.BytesIO(pdf)))
    session.system_time = at
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=_RESERVED)
    prepared, output = document.digest_tbs_document()
    await document.perform_signature(prepared.document_digest, PdfCMSSignedAttributes(signing_time=at))
    output.seek(0)
    return output.read()
