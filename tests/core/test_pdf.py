"""From plain data to an archivable PDF."""

import io
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader

from ecoquartier.core import text
from ecoquartier.core.pdf import compile_pdf

AT = datetime(2026, 12, 10, 9, tzinfo=UTC)
TEMPLATE = """
#import "base.typ": *
#show: body => french("Essai", body)
= Essai
#data.text
#strong(data.text) #emph(data.text) #strong(emph(data.text)) #text(weight: 600, data.text)
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("typst") / "essai.typ"
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


def test_same_arguments_same_bytes(template):
    assert compile_pdf(template, {"text": "Été"}, at=AT) == compile_pdf(template, {"text": "Été"}, at=AT)


def test_data_is_never_source(template):
    hostile = '#panic() $x$ *gras* [x] <a> @b "c" \\ // fin #read("/etc/passwd")'
    assert compile_pdf(template, {"text": hostile}, at=AT).startswith(b"%PDF-1.7")


def test_it_declares_pdf_a_and_pdf_ua(template):
    root = PdfFileReader(io.BytesIO(compile_pdf(template, {"text": "Été"}, at=AT))).root
    xmp = root["/Metadata"].data.decode()
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "fr-FR"
    assert "/StructTreeRoot" in root


def test_every_character_called_drawn_is_drawn(template):
    """One compilation for the whole table: PDF/A refuses a single missing glyph, in regular, bold and italic."""
    points = (point for first, last in text._DRAWN for point in range(first, last + 1))
    known = [chr(point) for point in points if unicodedata.category(chr(point)) != "Cn"]
    assert len(known) > 3000
    # Each alone: side by side, letters of several scripts would be shaped together.
    compile_pdf(template, {"text": " ".join(known)}, at=AT)
    assert [char for char in known if printable_changes(char)] == []


def test_what_replaces_a_character_is_drawn():
    assert [found for found, sign in text._REPLACED.items() if not all(map(text._is_drawn, sign))] == []


def printable_changes(char: str) -> bool:
    """Tell whether a drawn character is replaced, apart from those that NFC writes otherwise."""
    return text.printable(char) != unicodedata.normalize("NFC", char)


@pytest.mark.parametrize(
    "sample",
    [
        "emoji 😀👩\u200d🚀🇫🇷1\ufe0f\u20e3",
        "漢字かな한글",
        "\uf0b7\uf0a7\uf0d8",
        "עברית العربية हिन्दी",
        "\x00\x07\u2028\ufffe\U0010ffff",
    ],
)
def test_no_class_of_glyph_breaks_a_document(template, sample):
    compile_pdf(template, {"text": sample}, at=AT)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(), max_size=60))
def test_no_text_breaks_a_document(template, sample):
    compile_pdf(template, {"text": sample}, at=AT)


def test_files_are_read_by_name(tmp_path):
    path = tmp_path / "image.typ"
    path.write_text('#import "base.typ": *\n#show: b => french("t", b)\n= t\n#image("a.svg", alt: "un carré")', "utf-8")
    square = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1"/></svg>'
    assert compile_pdf(path, {}, at=AT, files={"a.svg": square}).startswith(b"%PDF-")
