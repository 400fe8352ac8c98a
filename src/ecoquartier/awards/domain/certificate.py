"""The certificate of a label: a sealed PDF/A that says what was labelled, and names no person."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import segno

from ecoquartier.awards.domain.codes import is_code
from ecoquartier.awards.domain.mark import mark_svg, mark_words
from ecoquartier.core.keys import KeyRing, TrustedKey
from ecoquartier.core.pdf import compile_pdf
from ecoquartier.core.text import french_list, long_date

_TEMPLATE = Path(__file__).parent / "typst" / "certificate.typ"
_SEALED_FOR = "Certificat "
_INK = "#17241d"
# Beyond these, the page says how many others there are; the register has them all.
_MOST_COMMUNES, _MOST_PHASES = 24, 12


@dataclass(frozen=True)
class CertificateFacts:
    """What a certificate says, as it was frozen when the label was decided."""

    operation_name: str
    communes: list[str]
    region: str
    stage_rank: int
    stage_count: int
    stage_name: str
    scheme_title: str
    year: int
    decided_on: date
    published_on: date
    holder: str
    code: str
    verify_url: str
    phases: list[str]
    demo: bool
    issuer_name: str


@dataclass(frozen=True)
class CertificateCheck:
    """Whether a file is a certificate of ours, byte for byte; if not, why, in French sentences."""

    ok: bool
    reasons: list[str]
    signer: str = ""
    signed_at: datetime | None = None
    code: str = ""


def make_certificate(facts: CertificateFacts, *, keys: KeyRing, at: datetime) -> bytes:
    """Return the certificate, sealed by the PDF key in service at that instant.

    The bytes under the seal depend only on the facts and on `at`.
    """
    from ecoquartier.core.seal import seal_pdf  # noqa: PLC0415 -- heavy import

    return seal_pdf(render_certificate(facts, at=at), keys=keys, at=at, reason=f"{_SEALED_FOR}{facts.code}")


def verify_certificate(pdf: bytes, *, trust: Sequence[TrustedKey]) -> CertificateCheck:
    """Verify a certificate without network nor database; `trust` are the keys whose seal is believed."""
    from ecoquartier.core.seal import check_seal  # noqa: PLC0415 -- heavy import

    seal = check_seal(pdf, trust=trust)
    if not seal.ok:
        return CertificateCheck(ok=False, reasons=seal.reasons)
    code = seal.reason.removeprefix(_SEALED_FOR)
    if not seal.reason.startswith(_SEALED_FOR) or not is_code(code):
        reason = "Ce document porte bien le cachet de la plateforme, mais ce n’est pas un certificat de label."
        return CertificateCheck(ok=False, reasons=[reason], signer=seal.signer, signed_at=seal.signed_at)
    return CertificateCheck(ok=True, reasons=[], signer=seal.signer, signed_at=seal.signed_at, code=code)


def render_certificate(facts: CertificateFacts, *, at: datetime) -> bytes:
    """Return the certificate before its seal."""
    address = urlsplit(facts.verify_url)
    data = {
        "title": f"Certificat, étape {facts.stage_rank} ({facts.stage_name})\u00a0: {facts.operation_name}",
        "scheme": facts.scheme_title,
        "year": str(facts.year),
        "operation": facts.operation_name,
        "place": french_list(facts.communes, limit=_MOST_COMMUNES, others="autres communes"),
        "region": facts.region,
        "rank": str(facts.stage_rank),
        "count": str(facts.stage_count),
        "stage": facts.stage_name,
        "holder": facts.holder,
        "decided": long_date(facts.decided_on),
        "published": long_date(facts.published_on),
        "phases": french_list(facts.phases, limit=_MOST_PHASES, others="autres tranches"),
        "phase_count": len(facts.phases),
        "issuer": facts.issuer_name,
        "code": facts.code,
        "site": address.netloc,
        "url": facts.verify_url,
        "demo": facts.demo,
        "mark": mark_svg(facts.stage_rank, facts.stage_count),
        "mark_words": mark_words(facts.stage_rank, facts.stage_count),
        "qr": _qr_svg(facts.verify_url),
    }
    return compile_pdf(_TEMPLATE, data, at=at)


def _qr_svg(url: str) -> str:
    """Draw the QR code of an address, without margin: the page leaves its own."""
    output = io.BytesIO()
    segno.make_qr(url, error="m").save(
        output, kind="svg", border=0, dark=_INK, xmldecl=False, svgclass=None, lineclass=None, omitsize=True
    )
    return re.sub(r"\s+$", "", output.getvalue().decode("utf-8"))
