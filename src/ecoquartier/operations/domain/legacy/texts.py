"""From the bytes of a file to its records: what it is, its encoding, its lines whatever their faults."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Iterator
from itertools import islice

from ecoquartier.operations.domain.legacy.facts import LegacyFileError

# The sheet of 2016 weighs 70 kB.
MOST_BYTES = 5 * 1024 * 1024
# No cell of the sheet holds that many lines: a quote was opened and never closed.
MOST_LINES_IN_A_CELL = 10

SEPARATORS = (",", ";", "\t", "|")
_OLD_ENCODINGS = {"cp1252": "Windows-1252", "mac_roman": "Mac Roman", "latin-1": "Latin-1"}
_OTHER_FORMATS = {
    b"PK\x03\x04": "un classeur ou une archive (xlsx, ods, zip)",
    b"\xd0\xcf\x11\xe0": "un classeur Excel (xls)",
    b"%PDF": "un document PDF",
    b"\x1f\x8b": "une archive compressée (gz)",
    b"{\\rtf": "un document de traitement de texte (rtf)",
    b"<": "une page web ou un document XML",
}
# What spreadsheets and browsers leave in a cell, that nobody sees and no name holds.
_UNSEEN = dict.fromkeys(map(ord, "\ufeff\u200b\u200e\u200f\u2060\u00ad"))


def decoded(data: bytes, score: Callable[[str], int], enough: int) -> tuple[str, str]:
    """The text of a file, and how it was read when that is worth saying (French), or nothing.

    Args:
        score: how many headings of the sheet a text holds, to choose among old encodings.
        enough: how many of them make a sheet.

    Raises:
        LegacyFileError: it is no text, is empty or far too long.
    """
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise LegacyFileError("Le fichier est vide.", "empty_file")
    for signature, name in _OTHER_FORMATS.items():
        if start.startswith(signature):
            raise LegacyFileError(
                f"Ce fichier est {name}, pas un CSV\u00a0: ouvrez le tableau dans un tableur, puis «\u00a0Enregistrer "
                "sous\u00a0» au format CSV (UTF-8).",
                "not_a_csv",
            )
    if len(data) > MOST_BYTES:
        raise LegacyFileError(
            f"Ce fichier dépasse {MOST_BYTES // 1024**2}\u00a0Mo\u00a0: ce n’est pas le tableau de suivi.", "too_large"
        )
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return _tidied(data.decode("utf-16")), "Fichier lu en UTF-16."
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text, name = _from_old_encoding(data, score, enough)
        return text, f"Fichier lu en {name}."
    if mended := _mended(text):
        return _tidied(mended), "Accents abîmés par un enregistrement précédent, rétablis."
    return _tidied(text), ""


def _tidied(text: str) -> str:
    """The text in composed letters, without what nobody sees; refused when it holds what no text does."""
    if "\0" in text:
        raise LegacyFileError("Ce fichier n’est pas du texte\u00a0: un CSV est attendu.", "not_a_csv")
    return unicodedata.normalize("NFC", text.translate(_UNSEEN))


def _mended(text: str) -> str:
    """The text of a UTF-8 file that was opened as Windows-1252, then saved (« RÃ©gion »); empty when it was not."""
    if "Ã" not in text:
        return ""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return ""


def _from_old_encoding(data: bytes, score: Callable[[str], int], enough: int) -> tuple[str, str]:
    """The text in the encoding under which most headings are recognised, and the name of that encoding."""
    best: tuple[int, str, str] = (0, "", "")
    for codec, name in _OLD_ENCODINGS.items():
        try:
            text = _tidied(data.decode(codec))
        except UnicodeDecodeError:
            continue
        found = score(text)
        if found > best[0]:
            best = (found, text, name)
    if best[0] < enough:
        raise LegacyFileError(
            "Ce fichier n’est ni de l’UTF-8 ni un tableau reconnu\u00a0: enregistrez-le au format CSV (UTF-8).",
            "not_a_csv",
        )
    return best[1], best[2]


def records(text: str, separator: str) -> Iterator[list[str] | str]:
    """Yield the records of the CSV; in place of a line that cannot be cut, why (French), and the next ones follow."""
    lines = list(io.StringIO(text, newline=""))
    start = 0
    while start < len(lines):
        reader = csv.reader(islice(lines, start, None), delimiter=separator)
        read = 0
        try:
            for record in reader:
                if reader.line_num - read > MOST_LINES_IN_A_CELL and any(
                    cell.count("\n") + cell.count("\r") > MOST_LINES_IN_A_CELL for cell in record
                ):
                    broken = "Guillemet ouvert et jamais refermé\u00a0: ligne illisible."
                    break
                read = reader.line_num
                yield record
            else:
                return
        except csv.Error:
            broken = "Cellule bien trop longue, ou guillemet jamais refermé\u00a0: ligne illisible."
        # The faulty line alone is lost: the reading starts again at the one below.
        yield broken
        start += read + 1
