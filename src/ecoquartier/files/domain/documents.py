"""PDF and office documents: kept as they are, unless what they hold could hurt whoever opens them.

Run as a program, it opens the document of its standard input, confined: whatever a file does to it ends with it.
"""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from ecoquartier.core.confined import serve
from ecoquartier.files.domain import Refused
from ecoquartier.files.domain.formats import FORMATS, Format
from ecoquartier.files.enums import Family

MOST_UNZIPPED = 100 * 1024 * 1024
MOST_MEMBERS = 10_000
_END_OF_ZIP = b"PK\x05\x06"
_END_SIZE = 22
_MACROS = ("vbaproject.bin", "basic/", "scripts/")
_ACTS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm"}
_PROBE = 4_000_000
"""How much of a manifest is read."""


def check_pdf(data: bytes) -> None:
    """Refuse a PDF that is damaged, encrypted, that runs something when it opens, or that is also an archive.

    Raises:
        Refused: with its code.
    """
    if b"%%EOF" not in data[-1024:]:
        raise Refused("unreadable")
    if zipfile.is_zipfile(BytesIO(data)):
        raise Refused("two_formats")
    try:
        reader = PdfFileReader(BytesIO(data), strict=False)
        if reader.encrypted:
            raise Refused("encrypted")
        root = reader.root
        names = root.get("/Names", {})
        opening = root.get("/OpenAction", {})
        pages = int(root["/Pages"]["/Count"])
    except (PdfError, KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise Refused("unreadable") from error
    if "/AA" in root or "/JavaScript" in names:
        raise Refused("program")
    if isinstance(opening, DictionaryObject) and opening.get("/S") in _ACTS:
        raise Refused("program")
    if pages < 1:
        raise Refused("unreadable")


def check_office(data: bytes, known: Format) -> None:
    """Refuse an office document that is damaged, encrypted, that holds macros, or that is not what its name says.

    Raises:
        Refused: with its code.
    """
    try:
        with ZipFile(BytesIO(data)) as archive:
            _check_members(archive)
            names = {member.filename for member in archive.infolist()}
            if known.marker not in names:
                raise Refused("another_kind")
            if known.marker == "mimetype" and _start(archive, "mimetype").strip() != known.media_type.encode():
                raise Refused("another_kind")
            if "META-INF/manifest.xml" in names and b"encryption-data" in _start(archive, "META-INF/manifest.xml"):
                raise Refused("encrypted")
            comment = archive.comment
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise Refused("unreadable") from error
    if data.rfind(_END_OF_ZIP) + _END_SIZE + len(comment) != len(data):
        raise Refused("two_formats")


def _check_members(archive: ZipFile) -> None:
    members = archive.infolist()
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNZIPPED:
        raise Refused("bomb")
    if any(member.flag_bits & 1 for member in members):
        raise Refused("encrypted")
    if any(
        member.filename.lower().startswith(_MACROS) or "vbaproject" in member.filename.lower() for member in members
    ):
        raise Refused("program")


def _start(archive: ZipFile, name: str) -> bytes:
    with archive.open(name) as member:
        return member.read(_PROBE)


def answer(question: dict[str, Any], data: bytes) -> dict[str, Any]:
    """Nothing when a document of this `extension` may be kept; a refusal is an answer: its code in `refused`."""
    known = next(known for known in FORMATS if known.extension == question["extension"])
    try:
        if known.family == Family.PDF:
            check_pdf(data)
        else:
            check_office(data, known)
    except Refused as refusal:
        return {"refused": refusal.code}
    except MemoryError:
        return {"refused": "bomb"}
    return {}


if __name__ == "__main__":
    serve(answer)
