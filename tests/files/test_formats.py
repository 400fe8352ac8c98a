"""What a file is said to be, and the name it keeps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecoquartier.files.domain.formats import LONGEST_NAME, format_of, safe_name
from ecoquartier.files.enums import Family
from tests.support.uploads import by_name, office, pdf, picture


@pytest.mark.parametrize(
    ("name", "data", "family"),
    [
        ("a.jpg", picture(), Family.IMAGE),
        ("a.JPEG", picture(), Family.IMAGE),
        ("a.png", picture("PNG"), Family.IMAGE),
        ("a.webp", picture("WEBP"), Family.IMAGE),
        ("renamed.png", picture(), Family.IMAGE),
        ("a.pdf", pdf(), Family.PDF),
        ("a.odt", office("odt"), Family.OFFICE),
        ("a.xlsx", office("xlsx"), Family.OFFICE),
    ],
    ids=by_name,
)
def test_a_format_is_said_by_the_name_and_the_bytes(name, data, family):
    assert format_of(name, data).family == family


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.html", b"<html></html>"),
        ("a.jpg", b"<html></html>"),
        ("a.jpg", pdf()),
        ("a.pdf", picture()),
        ("a.pdf", b" " + pdf()),
        ("a.docx", pdf()),
        ("a.exe", b"MZ"),
        ("jpg", picture()),
        ("", picture()),
        ("a.pdf.exe", pdf()),
    ],
    ids=by_name,
)
def test_what_is_not_of_a_known_format_is_none(name, data):
    assert format_of(name, data) is None


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Plan masse.pdf", "Plan masse.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Mes documents\\plan.PDF", "plan.pdf"),
        ("E\u0301te\u0301.pdf", "Été.pdf"),
        ("a\u202efdp.exe.pdf", "a fdp.exe.pdf"),
        ("a\r\nb\x00c.pdf", "a b c.pdf"),
        ('a<b>"c":d|e?f*.pdf', "a b c d e f.pdf"),
        ("...pdf", "fichier.pdf"),
        (".pdf", "pdf.pdf"),
        ("", "fichier.pdf"),
        ("x" * 500 + ".pdf", "x" * LONGEST_NAME + ".pdf"),
    ],
)
def test_a_name_keeps_what_people_read(name, kept):
    assert safe_name(name, ".pdf") == kept


@given(st.text())
def test_no_name_escapes_its_folder(name):
    kept = safe_name(name, ".jpg")
    assert kept.endswith(".jpg")
    assert kept.isprintable()
    assert not set(kept) & set('/\\<>:"|?*')
    assert not kept.startswith((".", " "))
    assert len(kept) <= LONGEST_NAME + len(".jpg")
