"""The seal of a PDF: what it proves, and everything that breaks it."""

import io
import logging
import os
import random
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, sign_pdf
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from ecoquartier.core.keys import KeyLife, KeyRing, trust_from_pem
from ecoquartier.core.pdf import compile_pdf
from ecoquartier.core.seal import check_seal, seal_pdf
from tests.support.rings import OWNER, declare, throwaway_ring

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


def test_the_certificate_that_is_given_is_enough(sealed, ring):
    assert check_seal(sealed, trust=trust_from_pem(ring.trusted_pem())).ok


def test_the_sealed_bytes_begin_with_the_compiled_ones(plain, sealed):
    assert sealed.startswith(plain)


def test_the_reason_is_plain(plain, ring):
    for strange in ("étape", "a(b", "a\\b", "a\nb"):
        with pytest.raises(ValueError, match="plain ASCII"):
            seal_pdf(plain, keys=ring, at=AT, reason=strange)


def flipped(pdf, position, bit):
    """Change one bit."""
    changed = bytearray(pdf)
    changed[position] ^= 1 << bit
    return bytes(changed)


def missed(pdf, flips, ring):
    """List the changes that are not seen."""
    trust = ring.trusted("pdf")
    assert check_seal(pdf, trust=trust).ok
    return [flip for flip in flips if check_seal(flipped(pdf, *flip), trust=trust).ok]


def test_any_flipped_bit_is_seen(sealed, ring):
    dice = random.Random(os.environ["TEST_SEED"])
    flips = [(dice.randrange(len(sealed)), dice.randrange(8)) for _ in range(300)]
    assert missed(sealed, flips, ring) == []


def test_any_flipped_bit_is_seen_where_no_signature_covers_it(sealed, ring):
    """The container, its brackets and its padding."""
    start, end = hole(sealed)
    flips = [(position, number % 8) for number, position in enumerate(range(start, end, 5))]
    flips += [(position, bit) for position in (start, start + 1, end - 2, end - 1) for bit in range(8)]
    # Versions and the list of digests: what pyHanko does not look at.
    for field in (b"020101310F300D0609", b"02010130"):
        first = sealed.index(field, start, end)
        flips += [(position, bit) for position in range(first, first + 36) for bit in (0, 1)]
    assert missed(sealed, flips, ring) == []


def test_lowercase_digits_and_words_in_the_padding_are_seen(sealed, ring):
    start, end = hole(sealed)
    contents = sealed[start + 1 : end - 1]
    for changed in (contents.lower(), contents[:-4] + b"CAFE", contents[:-2] + b"  "):
        assert reasons(sealed.replace(contents, changed), ring)[0] in (MODIFIED, APPENDED)


def test_what_is_slipped_into_the_hole_is_seen(sealed, ring):
    """The sum of lengths is right, so that the whole file looks covered; the hole holds more than a container."""
    start, end = hole(sealed)
    digits = sealed[start + 1 : end - 1]
    literal = bytes.fromhex(digits.decode())
    escaped = b"(" + re.sub(rb"([()\\\r])", rb"\\\1", literal).replace(b"\\\r", b"\\r") + b")"
    slipped = sealed[:start] + escaped.ljust(end - start) + sealed[end:]
    assert len(slipped) == len(sealed)
    assert reasons(slipped, ring) == [MODIFIED]


@pytest.mark.parametrize("content", [b"", b"not a pdf", b"<html>%PDF-1.7</html>", b"\n%PDF-1.7"])
def test_not_a_pdf(content, ring):
    assert reasons(content, ring) == ["Ce fichier n’est pas un PDF."]


def test_unsigned(plain, ring):
    assert reasons(plain, ring) == ["Ce PDF ne porte aucune signature électronique."]


@pytest.mark.parametrize("more", [b"\n", b"%%EOF", b"\n1 0 obj<</Type/Catalog>>endobj\nstartxref\n0\n%%EOF"])
def test_content_appended(sealed, ring, more):
    assert reasons(sealed + more, ring)[0] in (APPENDED, MALFORMED)


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
    assert reasons(sealed[:-1], ring)[0] in (MODIFIED, MALFORMED, APPENDED)
    assert reasons(sealed[:-1200], ring) == ["Ce PDF ne porte aucune signature électronique."]


def test_replaced_content(sealed, ring):
    assert reasons(sealed.replace(b"2026", b"2027", 1), ring) == [MODIFIED]


def test_another_key(plain, ring, tmp_path):
    forged = seal_pdf(plain, keys=throwaway_ring(tmp_path / "other"), at=AT, reason=REASON)
    assert reasons(forged, ring) == [STRANGER]


def test_nobody_is_trusted(sealed):
    assert check_seal(sealed, trust=[]).reasons == [STRANGER]


def test_a_signature_moved_to_another_file(plain, sealed, ring):
    other = seal_pdf(plain, keys=ring, at=AT.replace(hour=11), reason=REASON)
    container = re.compile(rb"/Contents <([0-9A-F]+)>")
    moved = other.replace(container.search(other)[1], container.search(sealed)[1])
    assert len(moved) == len(other)
    assert reasons(moved, ring) == [MODIFIED]


def test_a_forger_who_copies_our_certificate(plain, ring, tmp_path):
    """The certificate is public: what counts is the key."""
    (ours,), (theirs,) = ring.of("pdf"), throwaway_ring(tmp_path / "other").of("pdf")
    theirs.path.with_suffix(".pem").write_bytes(ours.path.with_suffix(".pem").read_bytes())
    forged = seal_pdf(plain, keys=KeyRing.load(tmp_path / "other"), at=AT, reason=REASON)
    assert reasons(forged, ring) == [MODIFIED]


def test_a_certificate_that_vouches_for_another(plain, ring, tmp_path):
    """A key that we believe seals; it makes no other key believed."""
    (ours,), (theirs,) = ring.of("pdf"), throwaway_ring(tmp_path / "other").of("pdf")
    signed = (
        x509.CertificateBuilder()
        .subject_name(theirs.certificate.subject)
        .issuer_name(ours.certificate.subject)
        .public_key(theirs.public.public_key)
        .serial_number(1)
        .not_valid_before(AT - timedelta(days=1))
        .not_valid_after(AT + timedelta(days=1))
        .sign(ours.private.private_key, hashes.SHA256())
    )
    theirs.path.with_suffix(".pem").write_bytes(signed.public_bytes(Encoding.PEM))
    forged = seal_pdf(plain, keys=KeyRing.load(tmp_path / "other"), at=AT, reason=REASON)
    assert reasons(forged, ring) == [STRANGER]


def test_nothing_is_logged_of_a_stranger_s_file(sealed, ring, caplog):
    caplog.set_level(logging.DEBUG)
    for position in range(9000, len(sealed), 97):
        check_seal(flipped(sealed, position, 0), trust=ring.trusted("pdf"))
    assert [record for record in caplog.records if record.name.startswith("pyhanko")] == []


def test_hostile_ranges(sealed, ring):
    written = re.search(rb"/ByteRange \[[^]]*\] *", sealed)[0]
    for ranges in (b"0 0 0 0", b"0 10 5 99999", b"5 10 20 30", b"0 1 2 3", b"9999999999 1 1 1", b"0 99999 99999 0"):
        hostile = sealed.replace(written, (b"/ByteRange [" + ranges + b"]").ljust(len(written)))
        assert len(hostile) == len(sealed)
        assert reasons(hostile, ring)[0] in (MODIFIED, APPENDED, MALFORMED)


def test_a_retired_key_still_proves_and_a_compromised_one_does_not(plain, tmp_path):
    ring = throwaway_ring(tmp_path / "keys")
    before = seal_pdf(plain, keys=ring, at=AT, reason=REASON)
    late = seal_pdf(plain, keys=ring, at=datetime(2027, 1, 2, tzinfo=UTC), reason=REASON)
    retired = declare(ring.of("pdf")[0], retired_on=date(2027, 1, 1))
    assert check_seal(before, trust=retired.trusted("pdf")).ok
    assert "avait été retirée le 1er\u00a0janvier\u00a02027" in reasons(late, retired)[0]
    compromised = declare(ring.of("pdf")[0], compromised_on=date(2027, 2, 1))
    assert "déclarée compromise" in reasons(before, compromised)[0]


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
    root = load_cert_from_pemder(str(ring.of("pdf")[0].path.with_suffix(".pem")))
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


def hole(pdf):
    """Find what no signature covers, brackets included."""
    _, start, end, _ = map(int, re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)", pdf).groups())
    return start, end


def sign_as_anybody_does(pdf, ring, *, field):
    """Sign with the key of a ring, with pyHanko's own habits."""
    key = next(ring.folder.glob("pdf-*.key"))
    signer = SimpleSigner.load(str(key), str(key.with_suffix(".pem")))
    meta = PdfSignatureMetadata(field_name=field, md_algorithm="sha256", reason="Essai")
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    return sign_pdf(writer, meta, signer=signer).getvalue()
