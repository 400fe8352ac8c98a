"""The formats that are accepted: the end of the name, the first bytes, the type that browsers are told."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from ecoquartier.files.enums import Family

LONGEST_NAME = 100

# What no name of file may hold, here or on the computer that downloads it.
_RESERVED = re.compile(r'[<>:"/\\|?*]')


@dataclass(frozen=True)
class Format:
    """A format of file.

    Args:
        extension: end of the name, with its dot.
        media_type: what browsers are told.
        starts: how its bytes may begin.
        marker: for a ZIP, the member that only this format has.
    """

    family: Family
    extension: str
    media_type: str
    starts: tuple[bytes, ...]
    marker: str = ""


_ZIP = (b"PK\x03\x04",)
_OASIS = "application/vnd.oasis.opendocument."
_OPENXML = "application/vnd.openxmlformats-officedocument."

FORMATS = (
    Format(Family.IMAGE, ".jpg", "image/jpeg", (b"\xff\xd8\xff",)),
    Format(Family.IMAGE, ".jpeg", "image/jpeg", (b"\xff\xd8\xff",)),
    Format(Family.IMAGE, ".png", "image/png", (b"\x89PNG\r\n\x1a\n",)),
    Format(Family.IMAGE, ".webp", "image/webp", (b"RIFF",)),
    Format(Family.PDF, ".pdf", "application/pdf", (b"%PDF-",)),
    Format(Family.OFFICE, ".odt", f"{_OASIS}text", _ZIP, "mimetype"),
    Format(Family.OFFICE, ".ods", f"{_OASIS}spreadsheet", _ZIP, "mimetype"),
    Format(Family.OFFICE, ".odp", f"{_OASIS}presentation", _ZIP, "mimetype"),
    Format(Family.OFFICE, ".docx", f"{_OPENXML}wordprocessingml.document", _ZIP, "word/document.xml"),
    Format(Family.OFFICE, ".xlsx", f"{_OPENXML}spreadsheetml.sheet", _ZIP, "xl/workbook.xml"),
    Format(Family.OFFICE, ".pptx", f"{_OPENXML}presentationml.presentation", _ZIP, "ppt/presentation.xml"),
)
JPEG = FORMATS[0]


def format_of(name: str, data: bytes) -> Format | None:
    """The format that both the name and the first bytes say; None when they say none, or not the same.

    An image that another program named after another format of image is one: it is made again anyway.
    """
    extension = PurePosixPath(name.lower()).suffix
    named = next((known for known in FORMATS if known.extension == extension), None)
    if named is None or data.startswith(named.starts):
        return named
    if named.family != Family.IMAGE:
        return None
    return next((known for known in FORMATS if known.family == Family.IMAGE and data.startswith(known.starts)), None)


def safe_name(name: str, extension: str) -> str:
    """The name that a file keeps: no folder, no sign that a system or a reader would take for something else.

    Args:
        extension: that of what is kept, in place of the one that was sent.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    stem = last[: -len(suffix)] if (suffix := PurePosixPath(last).suffix) else last
    # Controls, and the marks that write a name from right to left to hide its end.
    visible = "".join(sign if unicodedata.category(sign)[0] not in "CZ" else " " for sign in stem)
    words = " ".join(_RESERVED.sub(" ", visible).split()).strip(". ")
    return f"{words[:LONGEST_NAME].strip() or 'fichier'}{extension}"
