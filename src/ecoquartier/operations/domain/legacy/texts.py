"""From the bytes of a file to its records: what it is, its encoding, its lines whatever their faults."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

from ecoquartier.operations.domain.legacy.facts import LegacyFileError

# The sheet of 2016 weighs 70 kB.
MOST_BYTES = 5 * 1024 * 1024
# No cell of the sheet holds that many lines: a quote was opened and never closed.
MOST_LINES_IN_A_CELL = 10

SEPARATORS = (",", ";", "\t", "|")
# The commonest first: it is kept when another reads as well.
_OLD_ENCODINGS = {
    "cp1252": "Windows-1252",
    "iso8859_15": "Latin-9",
    "cp850": "MS-DOS (CP850)",
    "mac_roman": "Mac Roman",
}
_SMALL, _CAPITAL = "àâäæçéèêëîïôöœùûüÿñáíóúìò", "ÀÂÄÆÇÉÈÊËÎÏÔÖŒÙÛÜŸÑÁÍÓÚÌÒ"
_SIGNS = r"\xab\xbb“”…•·°²³½¼¾€§±×"
# What French does not write: other signs, a sign or a capital inside a word, a letter inside a number. A file that
# shows many of them was read in the wrong encoding: « R‚gion », « RÈgion », « 20á000 ».
_ODD = re.compile(
    rf"[^\x00-\x7f\xa0’‘–—{_SMALL}{_CAPITAL}{_SIGNS}]"
    rf"|(?<=[a-zA-Z{_SMALL}{_CAPITAL}])[{_SIGNS}](?=[a-zA-Z{_SMALL}{_CAPITAL}])"
    rf"|(?<=[a-z{_SMALL}])[{_CAPITAL}]|(?<=[A-Z{_CAPITAL}])[{_CAPITAL}](?=[a-z{_SMALL}])"
    rf"|[{_SMALL}](?=[A-Z{_CAPITAL}])|(?<=\d)[{_SMALL}{_CAPITAL}](?=\d)"
)
_NOT_PLAIN = re.compile(r"[^\x00-\x7f]")
# Beyond this share of the accented letters, no encoding reads them.
_MOST_ODD = 0.25
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


def decoded(data: bytes) -> tuple[str, str]:
    """The text of a file, and how it was read when that is worth saying (French), or nothing.

    Raises:
        LegacyFileError: it is no text, is empty or far too long, or nothing reads its accented letters.
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
        text, name = _from_old_encoding(data)
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


def _from_old_encoding(data: bytes) -> tuple[str, str]:
    """The text in the encoding under which its letters are the most plausible in French, and the encoding's name.

    Raises:
        LegacyFileError: they are plausible in none.
    """
    readings = [(_tidied(data.decode(codec, errors="replace")), name) for codec, name in _OLD_ENCODINGS.items()]
    text, name = min(readings, key=lambda reading: _count_odd(reading[0]))
    if _count_odd(text) > _MOST_ODD * len(_NOT_PLAIN.findall(text)):
        raise LegacyFileError(
            "Les lettres accentuées de ce fichier ne se lisent dans aucun codage connu\u00a0: enregistrez-le au format "
            "CSV (UTF-8).",
            "unknown_encoding",
        )
    return text, name


def _count_odd(text: str) -> int:
    """How many signs of a text French does not write where they stand."""
    return len(_ODD.findall(text))


def records(text: str, separator: str, width: int = 0) -> Iterator[list[str] | str]:
    """Yield the records of the CSV; in place of a line that cannot be cut, why (French), and the next ones follow.

    Args:
        width: how many cells the headings have, once they are known.
    """
    # A cell that a quote leaves open at the last line holds this line end.
    lines = list(io.StringIO(f"{text}\n", newline=""))
    start = 0
    while start < len(lines):
        reader = csv.reader(islice(lines, start, None), delimiter=separator)
        read = 0
        try:
            for record in reader:
                if _swallows(lines[start + read : start + reader.line_num], record, separator, width):
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


def _swallows(lines: list[str], record: list[str], separator: str, width: int) -> bool:
    """Whether the lines of a record are several rows, that a quote left open puts in one cell."""
    ends = max((cell.count("\n") + cell.count("\r") for cell in record), default=0)
    if not ends:
        return False
    cuts = sum(line.count(separator) for line in lines)
    if ends > MOST_LINES_IN_A_CELL or (width > 1 and cuts >= 2 * (width - 1)):
        return True
    try:
        # A quote that closes a cell stands at its end: what follows it tells one that closes by chance.
        list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error:
        return True
    return False
