"""The seal of a PDF: what it proves, and everything that breaks it."""

import io
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, sign_pdf
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from ecoquartier.core.keys import KeyLife, KeyRing, Purpose, mark_compromised, rotate_key, trusted_certificate
from ecoquartier.core.pdf import compile_pdf
from ecoquartier.core.seal import check_seal, seal_pdf
from tests.support.rings import OWNER, throwaway_ring

AT = datetime(2026, 12, 10, 9, 0, 30, 5, tzinfo=UTC)
REASON = "Essai 7F3K-22QX"
MODIFIED = "Le contenu du fichier a été modifié depuis sa signature."
APPENDED = "Du contenu a été ajouté au fichier après sa signature."
MALFORMED = "La signature est abîmée, ou n’a pas la forme de celles de la plateforme."
STRANGER = "La signature est d’une autre clé que celles de la plateforme."


@pytest.fixture(scope="module")
def ring(tmp_path_factory):
    return throwaway_ring(tmp_path_factory.mktemp("ring") / "keys")


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    path = tmp_path_factory.mktemp("typst") / "essai.typ"
    path.write_text('#import "base.typ": *\n#show: body => french("Essai", body)\n= Essai', encoding="utf-8")
    return compile_pdf(path, {}, at=AT)


@pytest.fixture(scope="module")
def sealed(plain, ring):
    return seal_pdf(plain, keys=ring, at=AT, reason=REASON)


def reasons(pdf, ring):
    """Say why a file is refused, as the ring sees it."""
    check = check_seal(pdf, trust=ring.trusted("pdf"))
    assert not check.ok
    assert (check.signed_at, check.reason) == (None, "")
    return check.reasons


def test_a_seal_says_who_when_and_why(sealed, ring):
    check = check_seal(sealed, trust=ring.trusted("pdf"))
    assert (check.ok, check.reasons, check.reason) == (True, [], REASON)
    assert check.signer == f"Cachet ÉcoQuartier, {OWNER}"
    assert check.signed_at == AT.replace(microsecond=0)


def test_the_authority_or_the_seal_is_enough(sealed, ring):
    for certificate in (ring.authority, ring.of("pdf")[0].certificate):
        assert check_seal(sealed, trust=[trusted_certificate(certificate)]).ok


def test_the_sealed_bytes_begin_with_the_compiled_ones(plain, sealed):
    assert sealed.startswith(plain)


def test_the_reason_is_plain(plain, ring):
    for strange in ("étape", "a(b", "a\\b", "a\nb"):
        with pytest.raises(ValueError, match="plain ASCII"):
            seal_pdf(plain, keys=ring, at=AT, reason=strange)


def test_any_flipped_bit_is_seen(sealed, ring):
    """Every byte around and inside the signature, in each of its bits; the rest of the file by samples."""
    first = sealed.rfind(b"/Contents <") - 200
    trusts = (ring.trusted("pdf"), [trusted_certificate(ring.authority)])
    assert all(check_seal(sealed, trust=trust).ok for trust in trusts)
    positions = [*range(0, first, 37), *range(first, len(sealed))]
    missed = []
    for number, position in enumerate(positions):
        flipped = bytearray(sealed)
        flipped[position] ^= 1 << number % 8
        for trust in trusts:
            if check_seal(bytes(flipped), trust=trust).ok:
                missed.append(position)
    assert missed == []
    container = sealed.rfind(b"/Contents <") + len(b"/Contents <")
    for position in range(container, container + 2400):
        for bit in range(8):
            flipped = bytearray(sealed)
            flipped[position] ^= 1 << bit
            assert not check_seal(bytes(flipped), trust=trusts[1]).ok


@pytest.mark.parametrize("content", [b"", b"not a pdf", b"<html>%PDF-1.7</html>", b"\n%PDF-1.7"])
def test_not_a_pdf(content, ring):
    assert reasons(content, ring) == ["Ce fichier n’est pas un PDF."]


def test_unsigned(plain, ring):
    assert reasons(plain, ring) == ["Ce PDF ne porte aucune signature électronique."]


@pytest.mark.parametrize("more", [b"\n", b"%%EOF", b"\n1 0 obj<</Type/Catalog>>endobj\nstartxref\n0\n%%EOF"])
def test_content_appended(sealed, ring, more):
    assert reasons(sealed + more, ring) == [APPENDED]


def test_an_incremental_update_is_content_appended(sealed, ring):
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    writer.root["/Lang"] = writer.root["/Lang"]
    writer.update_root()
    writer.write_in_place()
    assert reasons(writer.prev.stream.getvalue(), ring) == [APPENDED]


def test_a_second_signature_is_content_appended(sealed, ring, tmp_path):
    again = sign_as_anybody_does(sealed, throwaway_ring(tmp_path / "other"), field="Autre")
    assert reasons(again, ring) == [APPENDED]


def test_truncated(sealed, ring):
    assert reasons(sealed[:-1], ring) == [MODIFIED]
    assert reasons(sealed[:-1200], ring) == ["Ce PDF ne porte aucune signature électronique."]


def test_replaced_content(sealed, ring):
    assert reasons(sealed.replace(b"2026", b"2027", 1), ring) == [MODIFIED]


def test_another_key(plain, ring, tmp_path):
    forged = seal_pdf(plain, keys=throwaway_ring(tmp_path / "other"), at=AT, reason=REASON)
    check = check_seal(forged, trust=ring.trusted("pdf"))
    assert (check.ok, check.reasons, check.signer) == (False, [STRANGER], f"Cachet ÉcoQuartier, {OWNER}")


def test_nobody_is_trusted(sealed):
    assert check_seal(sealed, trust=[]).reasons == [STRANGER]


def test_a_seal_is_no_authority(sealed, plain, ring, tmp_path):
    """A key that we trust to seal cannot vouch for another one."""
    other = throwaway_ring(tmp_path / "other")
    assert check_seal(sealed, trust=other.trusted("pdf")).reasons == [STRANGER]
    forged = seal_pdf(plain, keys=other, at=AT, reason=REASON)
    assert check_seal(forged, trust=[trusted_certificate(ring.of("pdf")[0].certificate)]).reasons == [STRANGER]


def test_a_signature_moved_to_another_file(plain, sealed, ring):
    other = seal_pdf(plain, keys=ring, at=AT.replace(hour=11), reason=REASON)
    container = re.compile(rb"/Contents <([0-9A-F]+)>")
    moved = other.replace(container.search(other)[1], container.search(sealed)[1])
    assert len(moved) == len(other)
    assert reasons(moved, ring) == [MODIFIED]


def test_a_signature_by_another_program_is_refused_politely(plain, ring):
    """Same key, but not our shape: lower security habits do not become ours."""
    assert reasons(sign_as_anybody_does(plain, ring, field="Autre"), ring) == [MALFORMED]


def test_hostile_ranges(sealed, ring):
    written = re.search(rb"/ByteRange \[[^]]*\] *", sealed)[0]
    for ranges in (b"0 0 0 0", b"0 10 5 99999", b"5 10 20 30", b"0 1 2 3", b"9999999999 1 1 1", b"0 99999 99999 0"):
        hostile = sealed.replace(written, (b"/ByteRange [" + ranges + b"]").ljust(len(written)))
        assert len(hostile) == len(sealed)
        assert reasons(hostile, ring) in ([MODIFIED], [APPENDED])


def test_a_retired_key_still_proves_and_a_compromised_one_does_not(plain, tmp_path):
    ring = throwaway_ring(tmp_path / "keys")
    before = seal_pdf(plain, keys=ring, at=AT, reason=REASON)
    rotated = rotate_key(ring.folder, Purpose.PDF, owner=OWNER, on=date(2027, 1, 1))
    assert check_seal(before, trust=rotated.trusted("pdf")).ok
    late = seal_pdf(plain, keys=ring, at=datetime(2027, 1, 2, tzinfo=UTC), reason=REASON)
    assert "avait été retirée le 1er\u00a0janvier\u00a02027" in reasons(late, rotated)[0]
    mark_compromised(ring.folder, ring.of("pdf")[0].kid, on=date(2027, 2, 1))
    assert "déclarée compromise" in reasons(before, KeyRing.load(ring.folder))[0]


def test_a_date_outside_the_certificate_is_refused(plain, ring):
    """The private key is ours, the date is not possible."""
    keys = tuple(replace(key, life=KeyLife(date(2010, 1, 1))) for key in ring.keys)
    young = replace(ring, keys=keys)
    early = seal_pdf(plain, keys=young, at=datetime(2015, 1, 1, tzinfo=UTC), reason=REASON)
    assert "n’était pas valable le 1er\u00a0janvier\u00a02015" in reasons(early, young)[0]


# --- What others say of it ----------------------------------------------------------------------------------------


def test_it_stays_pdf_a_and_pdf_ua(sealed):
    """Structure only: no validator exists in the registries."""
    reader = PdfFileReader(io.BytesIO(sealed))
    root, info = reader.root, reader.trailer_view["/Info"]
    assert sealed.startswith(b"%PDF-1.7")
    assert "/Version" not in root
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert "/StructTreeRoot" in root
    xmp = root["/Metadata"].data.decode()
    assert info["/ModDate"] == info["/CreationDate"] == "D:20261210090030Z"
    assert "<xmp:ModifyDate>2026-12-10T09:00:30+00:00</xmp:ModifyDate>" in xmp
    (reference,) = root["/AcroForm"]["/Fields"]
    widget = reference.get_object()
    assert (widget["/Subtype"], widget["/F"]) == ("/Widget", 132)
    assert all(coordinate < 0 for coordinate in widget["/Rect"])
    assert root["/Extensions"]["/ESIC"]["/BaseVersion"] == "/1.7"


def test_a_standard_validator_agrees(sealed, ring):
    root = load_cert_from_pemder(str(ring.folder / "authority.pem"))
    (signature,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=[root], allow_fetching=False))
    assert status.bottom_line
    assert str(status.coverage) == "SignatureCoverageLevel.ENTIRE_FILE"


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="poppler is not installed")
def test_poppler_agrees(sealed, tmp_path):
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealed)
    said = subprocess.run(["pdfsig", str(path)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said


def sign_as_anybody_does(pdf, ring, *, field):
    """Sign with the key of a ring, with pyHanko's own habits."""
    key = next(ring.folder.glob("pdf-*.key"))
    signer = SimpleSigner.load(str(key), str(key.with_suffix(".pem")))
    meta = PdfSignatureMetadata(field_name=field, md_algorithm="sha256", reason="Essai")
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    return sign_pdf(writer, meta, signer=signer).getvalue()
