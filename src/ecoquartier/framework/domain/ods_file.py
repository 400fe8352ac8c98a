"""A version as an ODS workbook: one sheet for each kind of element, French headings, plain texts.

Every cell is typed: a text is a text, never a formula. One that begins like a formula takes an apostrophe before it,
for the day when somebody saves the sheet as CSV; reading takes it away.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from lxml import etree
from odfdo import Cell, Document, Paragraph, Row, Table

from ecoquartier.core.text import sort_key
from ecoquartier.framework.domain.contents import Version, as_source
from ecoquartier.framework.domain.ods_layout import (
    COMMITMENTS,
    DIMENSIONS,
    INDICATORS,
    MAPPING,
    NOTIONS,
    OWN_CHALLENGES,
    QUESTIONS,
    SHEETS,
    VERSION,
    Column,
    Sheet,
)
from ecoquartier.framework.domain.reading import ContentError, Path, read, shown

MAX_BYTES = 10_000_000
MAX_ROWS = 5_000
MAX_COLUMNS = 30
MAX_NUMBER = 10_000_000
MAX_TEXT = 10_000
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "'")
SEPARATOR = ", "

TABLE, TEXT = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}", "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
PLAIN_TYPES = (None, "string", "float")
ASIDE = {f"{OFFICE}annotation", f"{TEXT}note"}
"""What people write about a text, which is not in it."""


# --- Writing ------------------------------------------------------------------------------------------------------


def to_ods(version: Version) -> bytes:
    """The workbook of a version."""
    rows = _rows_of(as_source(version))
    document = Document("spreadsheet")
    document.body.clear()
    for sheet in SHEETS:
        table = Table(sheet.title)
        table.append_row(_row([column.heading for column in sheet.columns]))
        for item in rows[sheet.name]:
            table.append_row(_row([_written(column, item.get(column.name, "")) for column in sheet.columns]))
        document.body.append(table)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _rows_of(source: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The structure of a version as flat rows."""
    dimension_of = {number: d["code"] for d in source["dimensions"] for number in d["commitments"]}
    notions = [{**n, "commitment": c["number"]} for c in source["commitments"] for n in c["notions"]]
    return {
        "version": [source],
        "challenges": source.get("challenges", []),
        "dimensions": source["dimensions"],
        "commitments": [{**c, "dimension": dimension_of[c["number"]]} for c in source["commitments"]],
        "notions": notions,
        "questions": [{"notion": n["code"], "question": q} for n in notions for q in n["questions"]],
        "indicators": source["indicators"],
        "mapping": source.get("mapping", []),
    }


def _written(column: Column, value: Any) -> str | int:
    if column.several:
        return SEPARATOR.join(map(str, value))
    if column.labels and value:
        return str(column.labels(value).label)
    return value


def _row(values: list[str | int]) -> Row:
    row = Row()
    for value in values:
        row.append_cell(Cell(value) if isinstance(value, int) else _text_cell(value))
    return row


def _text_cell(text: str) -> Cell:
    cell = Cell()
    cell.type = "string"
    safe = f"'{text}" if text.startswith(FORMULA_SIGNS) else text
    for line in safe.split("\n"):
        cell.append(Paragraph(line))
    return cell


# --- Reading ------------------------------------------------------------------------------------------------------


def from_ods(data: bytes) -> Version:
    """Read a workbook.

    Raises:
        ContentError: one sentence, with the sheet, the line and the column.
    """
    reader = _Reader(_tables(data))
    source = reader.source()
    try:
        return read(source)
    except ContentError as error:
        raise ContentError((), error.why, reader.place_of(error.path)) from error


def _tables(data: bytes) -> dict[str, etree._Element]:
    """The sheets of a workbook by name."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_BYTES:
                raise ContentError((), _("ce classeur est trop gros"))
            content = archive.read("content.xml")
        # No entity is replaced and nothing is fetched.
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        root = etree.fromstring(content, parser)
    except (
        zipfile.BadZipFile,
        KeyError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
        struct.error,
        zlib.error,
        lzma.LZMAError,
        etree.XMLSyntaxError,
    ) as error:
        raise _not_a_workbook() from error
    if root.getroottree().docinfo.internalDTD is not None:  # a true one declares nothing
        raise _not_a_workbook()
    tables: dict[str, etree._Element] = {}
    for table in root.iter(f"{TABLE}table"):
        name = str(table.get(f"{TABLE}name"))
        if name in tables:
            raise ContentError((), _("la feuille «\u00a0%(name)s\u00a0» est là deux fois") % {"name": shown(name)})
        tables[name] = table
    return tables


def _not_a_workbook() -> ContentError:
    return ContentError((), _("ce fichier n’est pas un classeur ODS"))


class _Cell(NamedTuple):
    """The text of a cell, or why it is none."""

    text: str
    fault: str = ""


def _lines(table: etree._Element, sheet: Sheet) -> Iterator[tuple[int, list[_Cell]]]:
    """Lines that hold something: their number as the spreadsheet shows it, and their cells."""
    number = 1
    for row in table.iter(f"{TABLE}table-row"):
        cells: list[_Cell] = []
        for cell in row.iter(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            cells += [_read(cell)] * _count(cell, f"{TABLE}number-columns-repeated", MAX_COLUMNS)
            if len(cells) >= MAX_COLUMNS:
                break
        repeated = _count(row, f"{TABLE}number-rows-repeated", MAX_NUMBER)
        if not any(cell.text or cell.fault for cell in cells):
            number += repeated
            continue
        for _repetition in range(repeated):
            if number > MAX_ROWS:
                why = _("la feuille a plus de %(limit)s lignes") % {"limit": MAX_ROWS}
                raise ContentError((), why, _place(sheet))
            yield number, cells
            number += 1


def _read(cell: etree._Element) -> _Cell:
    """What a cell shows, or its exact number; what a spreadsheet made of it by itself is not a text."""
    if cell.tag == f"{TABLE}covered-table-cell":
        return _Cell("", _("cette cellule est fusionnée avec sa voisine\u00a0; séparez-les"))
    if cell.get(f"{TABLE}formula") is not None:
        return _Cell("", _("une formule n’est pas lue\u00a0; écrivez ce qu’elle donne"))
    kind = cell.get(f"{OFFICE}value-type")
    if kind not in PLAIN_TYPES:
        return _Cell("", _("la cellule n’est pas un texte\u00a0; donnez-lui le format «\u00a0Texte\u00a0»"))
    if kind == "float":
        return _Cell(cell.get(f"{OFFICE}value", "").removesuffix(".0"))
    pieces, length = [], 0
    for piece in _pieces(cell):
        pieces.append(piece)
        length += len(piece)
        if length > MAX_TEXT:
            return _Cell("", _("la cellule a plus de %(limit)s signes") % {"limit": MAX_TEXT})
    text = "".join(pieces).strip()
    return _Cell(text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_SIGNS) else text)


def _pieces(cell: etree._Element) -> Iterator[str]:
    for rank, paragraph in enumerate(cell.findall(f"{TEXT}p")):
        if rank:
            yield "\n"
        yield from _inline(paragraph)


def _inline(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == f"{TEXT}s":
            yield " " * _count(child, f"{TEXT}c", 1_000)
        elif child.tag == f"{TEXT}tab":
            yield "\t"
        elif child.tag == f"{TEXT}line-break":
            yield "\n"
        elif isinstance(child.tag, str) and child.tag not in ASIDE:  # a comment of the file has no name
            yield from _inline(child)
        yield child.tail or ""


def _count(element: etree._Element, name: str, highest: int) -> int:
    """How many times an element stands for itself."""
    text = element.get(name, "1")
    return min(int(text), highest) if text.isascii() and text.isdigit() and len(text) < 10 else 1


class _Reader:
    """Rebuilds the structure of a version, remembering where each part was."""

    def __init__(self, tables: dict[str, etree._Element]) -> None:
        self.tables = tables
        self.places: dict[Path, str] = {}
        self.columns: dict[str, str] = {c.name: c.heading for sheet in SHEETS for c in sheet.columns}

    def source(self) -> dict[str, Any]:
        """What the file of a version would hold.

        Raises:
            ContentError: a sheet or a column is missing, or a cell is not what its column holds.
        """
        versions = self._items(VERSION)
        if len(versions) != 1:
            raise ContentError((), _("une ligne, et une seule, est attendue"), _place(VERSION))
        source = dict(versions[0][1])
        self.places[()] = versions[0][0]
        for sheet in (OWN_CHALLENGES, MAPPING):
            if rows := self._items(sheet):
                source[sheet.name] = self._placed(sheet, rows)
        source["dimensions"] = self._placed(DIMENSIONS, self._items(DIMENSIONS))
        source["commitments"] = self._placed(COMMITMENTS, self._items(COMMITMENTS))
        source["indicators"] = self._placed(INDICATORS, self._items(INDICATORS))
        self._put_commitments(source)
        self._put_notions(source)
        return source

    def place_of(self, path: Path) -> str:
        """Sheet, line and column of what is wrong."""
        start = path
        while start and start not in self.places:
            start = start[:-1]
        rest = path[len(start) :]
        heading = self.columns.get(str(rest[0])) if rest else None
        place = self.places.get(start, "")
        return (
            _("%(place)s, colonne «\u00a0%(column)s\u00a0»") % {"place": place, "column": heading} if heading else place
        )

    def _placed(self, sheet: Sheet, rows: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
        for rank, (place, _item) in enumerate(rows):
            self.places[sheet.name, rank] = place
        self.places.setdefault((sheet.name,), _place(sheet))
        return [item for _place_of_row, item in rows]

    def _put_commitments(self, source: dict[str, Any]) -> None:
        """Each dimension lists its commitments; here each commitment names its dimension."""
        held: dict[str, list[int]] = {}
        for item in source["dimensions"]:
            held[item["code"]] = item["commitments"] = []
        for rank, item in enumerate(source["commitments"]):
            item["notions"] = []
            code = item.pop("dimension")
            if code not in held:
                place = self.place_of(("commitments", rank, "dimension"))
                raise ContentError(
                    (), _("la dimension «\u00a0%(code)s\u00a0» n’existe pas") % {"code": shown(code)}, place
                )
            held[code].append(item["number"])

    def _put_notions(self, source: dict[str, Any]) -> None:
        commitments = {item["number"]: rank for rank, item in reversed(list(enumerate(source["commitments"])))}
        notions: dict[str, list[str]] = {}
        for place, item in self._items(NOTIONS):
            number = item.pop("commitment")
            if number not in commitments:
                raise ContentError((), _("l’engagement %(number)s n’existe pas") % {"number": number}, place)
            rank = commitments[number]
            siblings = source["commitments"][rank]["notions"]
            self.places["commitments", rank, "notions", len(siblings)] = place
            item["questions"] = notions[item["code"]] = []
            siblings.append(item)
        for place, item in self._items(QUESTIONS):
            if item["notion"] not in notions:
                why = _("la notion «\u00a0%(code)s\u00a0» n’existe pas") % {"code": shown(item["notion"])}
                raise ContentError((), why, place)
            notions[item["notion"]].append(item["question"])

    def _items(self, sheet: Sheet) -> list[tuple[str, dict[str, Any]]]:
        """The lines of a sheet as (place, values by column)."""
        table = self.tables.get(sheet.title)
        lines = _lines(table, sheet) if table is not None else iter(())
        headings = [sort_key(cell.text) for _number, cells in islice(lines, 1) for cell in cells]
        if not headings:
            raise ContentError((), _("la feuille manque, ou est vide"), _place(sheet))
        ranks = [self._rank(sheet, column, headings) for column in sheet.columns]
        found = []
        for number, cells in lines:
            held = [cells[rank] if rank < len(cells) else _Cell("") for rank in ranks]
            if any(cell.text or cell.fault for cell in held):
                found.append((_place(sheet, number), self._values(sheet, number, held)))
        return found

    def _rank(self, sheet: Sheet, column: Column, headings: list[str]) -> int:
        count = headings.count(sort_key(column.heading))
        if count != 1:
            sentence = (
                _("la colonne «\u00a0%(name)s\u00a0» est là deux fois")
                if count
                else _("la colonne «\u00a0%(name)s\u00a0» manque")
            )
            raise ContentError((), sentence % {"name": column.heading}, _place(sheet))
        return headings.index(sort_key(column.heading))

    def _values(self, sheet: Sheet, number: int, cells: list[_Cell]) -> dict[str, Any]:
        values = {}
        for column, (text, fault) in zip(sheet.columns, cells, strict=True):
            place = _("%(place)s, colonne «\u00a0%(column)s\u00a0»") % {
                "place": _place(sheet, number),
                "column": column.heading,
            }
            if fault:
                raise ContentError((), fault, place)
            if text or not column.optional:
                if column.several:
                    parts = [part.strip() for part in text.split(",") if part.strip()]
                    values[column.name] = [_value(column, part, place) for part in parts]
                else:
                    values[column.name] = _value(column, text, place)
        return values


def _value(column: Column, text: str, place: str) -> Any:
    if column.is_number:
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise ContentError((), _("un nombre entier est attendu"), place)
        return int(text)
    if column.labels:
        values = {sort_key(str(label)): value for value, label in column.labels.choices}
        if sort_key(text) not in values:
            known = ", ".join(str(label) for _value, label in column.labels.choices)
            raise ContentError((), _("sont connus %(known)s") % {"known": known}, place)
        return values[sort_key(text)]
    return text


def _place(sheet: Sheet, number: int | None = None) -> str:
    if number is None:
        return _("Feuille «\u00a0%(sheet)s\u00a0»") % {"sheet": sheet.title}
    return _("Feuille «\u00a0%(sheet)s\u00a0», ligne %(line)s") % {"sheet": sheet.title, "line": number}
