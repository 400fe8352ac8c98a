"""A version as an ODS workbook: one sheet for each kind of element, French headings, plain texts.

Every cell is typed: a text is a text, never a formula. One that begins like a formula takes an apostrophe before it,
for the day when somebody saves the sheet as CSV; reading takes it away.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree
from odfdo import Cell, Document, Paragraph, Row, Table

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
from ecoquartier.framework.domain.reading import ContentError, Path, read

MAX_BYTES = 20_000_000
MAX_ROWS = 5_000
MAX_COLUMNS = 30
MAX_NUMBER = 10_000_000
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "'")
SEPARATOR = ", "

TABLE, TEXT = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}", "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


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
        zlib.error,
        etree.XMLSyntaxError,
    ) as error:
        raise _not_a_workbook() from error
    if root.getroottree().docinfo.internalDTD is not None:  # a true one declares nothing
        raise _not_a_workbook()
    return {str(table.get(f"{TABLE}name")): table for table in root.iter(f"{TABLE}table")}


def _not_a_workbook() -> ContentError:
    return ContentError((), _("ce fichier n’est pas un classeur ODS"))


def _lines(table: etree._Element) -> Iterator[tuple[int, list[str]]]:
    """Lines that hold something: their number as the spreadsheet shows it, and the texts of their cells."""
    number = 1
    for row in table.iter(f"{TABLE}table-row"):
        cells: list[str] = []
        for cell in row.iter(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            repeated = _count(cell, f"{TABLE}number-columns-repeated", MAX_COLUMNS)
            cells += [_text_of(cell)] * repeated
        if any(cells):
            if number > MAX_ROWS:
                raise ContentError((), _("la feuille a plus de %(limit)s lignes") % {"limit": MAX_ROWS})
            yield number, cells[:MAX_COLUMNS]
        number += _count(row, f"{TABLE}number-rows-repeated", MAX_NUMBER)


def _text_of(cell: etree._Element) -> str:
    """What a cell shows, or its exact number."""
    if cell.get(f"{OFFICE}value-type") == "float":
        number = cell.get(f"{OFFICE}value", "")
        return number.removesuffix(".0")
    text = "\n".join("".join(_inline(paragraph)) for paragraph in cell.findall(f"{TEXT}p")).strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_SIGNS) else text


def _inline(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == f"{TEXT}s":
            yield " " * _count(child, f"{TEXT}c", 1_000)
        elif child.tag == f"{TEXT}tab":
            yield "\t"
        elif child.tag == f"{TEXT}line-break":
            yield "\n"
        else:
            yield from _inline(child)
        yield child.tail or ""


def _count(element: etree._Element, name: str, highest: int) -> int:
    """How many times an element stands for itself."""
    text = element.get(name, "1")
    return min(int(text), highest) if text.isascii() and text.isdigit() else 1


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
            if rows := self._items(sheet, required=False):
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
                raise ContentError((), _("la dimension «\u00a0%(code)s\u00a0» n’existe pas") % {"code": code}, place)
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
        for place, item in self._items(QUESTIONS, required=False):
            if item["notion"] not in notions:
                raise ContentError(
                    (), _("la notion «\u00a0%(code)s\u00a0» n’existe pas") % {"code": item["notion"]}, place
                )
            notions[item["notion"]].append(item["question"])

    def _items(self, sheet: Sheet, *, required: bool = True) -> list[tuple[str, dict[str, Any]]]:
        """The lines of a sheet as (place, values by column)."""
        table = self.tables.get(sheet.title)
        lines = list(_lines(table)) if table is not None else []
        if not lines:
            if not required:
                return []
            raise ContentError((), _("la feuille manque, ou est vide"), _place(sheet))
        headings = lines[0][1]
        for column in sheet.columns:
            if column.heading not in headings:
                raise ContentError(
                    (), _("la colonne «\u00a0%(name)s\u00a0» manque") % {"name": column.heading}, _place(sheet)
                )
        found = []
        for number, cells in lines[1:]:
            texts = dict(zip(headings, cells + [""] * len(headings), strict=False))
            found.append((_place(sheet, number), self._values(sheet, number, texts)))
        return found

    def _values(self, sheet: Sheet, number: int, texts: dict[str, str]) -> dict[str, Any]:
        values = {}
        for column in sheet.columns:
            text = texts[column.heading]
            if text or not column.optional:
                place = f"{_place(sheet, number)}, {column.heading}"
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
        values = {str(label): value for value, label in column.labels.choices}
        if text not in values:
            raise ContentError((), _("sont connus %(known)s") % {"known": ", ".join(values)}, place)
        return values[text]
    return text


def _place(sheet: Sheet, number: int | None = None) -> str:
    if number is None:
        return _("Feuille «\u00a0%(sheet)s\u00a0»") % {"sheet": sheet.title}
    return _("Feuille «\u00a0%(sheet)s\u00a0», ligne %(line)s") % {"sheet": sheet.title, "line": number}
