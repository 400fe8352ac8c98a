"""PDF and office documents: accepted when they only hold what is read, refused with the reason otherwise."""

from io import BytesIO

import pytest
from pyhanko.pdf_utils import generic

from ecoquartier.files.domain import documents
from ecoquartier.files.domain.documents import answer
from tests.support.uploads import office, pdf, picture

OPENINGS = {
    "javascript": {"/S": generic.pdf_name("/JavaScript"), "/JS": generic.pdf_string("app.alert(1)")},
    "launch": {"/S": generic.pdf_name("/Launch"), "/F": generic.pdf_string("calc.exe")},
}


def said(extension: str, data: bytes) -> str:
    """The code of the refusal; an empty text when the document is accepted."""
    return answer({"extension": f".{extension}"}, data).get("refused", "")


@pytest.mark.parametrize("extension", ["odt", "ods", "odp", "docx", "xlsx", "pptx"])
def test_an_office_document_is_accepted(extension):
    assert said(extension, office(extension)) == ""


def test_a_pdf_is_accepted():
    assert said("pdf", pdf()) == ""
    assert said("pdf", pdf() + b"\n\n") == ""


def test_a_pdf_that_opens_on_a_page_is_accepted():
    assert said("pdf", pdf(opening={"/S": generic.pdf_name("/GoTo"), "/D": generic.ArrayObject()})) == ""


@pytest.mark.parametrize("opening", OPENINGS.values(), ids=OPENINGS)
def test_a_pdf_that_runs_something_is_refused(opening):
    assert said("pdf", pdf(opening=opening)) == "program"


def test_a_pdf_with_a_password_is_refused():
    assert said("pdf", pdf(password="secret")) == "encrypted"


def test_a_pdf_that_is_also_an_archive_is_refused():
    assert said("pdf", pdf() + office() + b"%%EOF") == "two_formats"


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.7\n", b"%PDF-1.7\nhello\n%%EOF", pdf()[:-50], pdf()[:60] + b"%%EOF", pdf() + bytes(2000)],
    ids=["begun", "text", "truncated", "cut", "followed"],
)
def test_a_damaged_pdf_is_refused(data):
    assert said("pdf", data) == "unreadable"


@pytest.mark.parametrize(
    ("extension", "member", "code"),
    [
        ("docx", ("word/vbaProject.bin", b"x"), "program"),
        ("xlsx", ("xl/VBAPROJECT.BIN", b"x"), "program"),
        ("odt", ("Basic/Standard/Module1.xml", b"x"), "program"),
        ("odt", ("Scripts/python/run.py", b"x"), "program"),
        ("odt", ("META-INF/manifest.xml", b"<manifest:encryption-data/>"), "encrypted"),
        ("odt", ("META-INF/manifest.xml", b"<manifest/>"), ""),
    ],
)
def test_what_an_office_document_may_hold(extension, member, code):
    assert said(extension, office(extension, member)) == code


def test_an_office_document_is_what_its_name_says():
    assert said("docx", office("xlsx")) == "another_kind"
    assert said("odt", office("ods")) == "another_kind"
    assert said("odt", office("docx")) == "another_kind"


def test_an_archive_bomb_is_refused(monkeypatch):
    monkeypatch.setattr(documents, "MOST_UNZIPPED", 1000)
    assert said("odt", office("odt", ("Pictures/1.bmp", bytes(2000)))) == "bomb"


def test_an_archive_of_too_many_members_is_refused(monkeypatch):
    monkeypatch.setattr(documents, "MOST_MEMBERS", 2)
    assert said("odt", office("odt", ("a", b""))) == "bomb"


def test_an_office_document_followed_by_something_is_refused():
    assert said("odt", office() + picture()) == "two_formats"


@pytest.mark.parametrize("data", [b"PK\x03\x04", office()[:-30], office()[:200]], ids=["begun", "truncated", "cut"])
def test_a_damaged_office_document_is_refused(data):
    assert said("odt", data) == "unreadable"


def test_a_member_with_a_password_is_refused():
    sent = bytearray(office())
    end = sent.rfind(b"PK\x01\x02")
    sent[end + 8] |= 1
    assert said("odt", bytes(sent)) == "encrypted"


def test_memory_that_is_missing_is_a_refusal(monkeypatch):
    def no_memory(data: BytesIO) -> None:
        raise MemoryError

    monkeypatch.setattr(documents, "check_pdf", no_memory)
    assert said("pdf", pdf()) == "bomb"
