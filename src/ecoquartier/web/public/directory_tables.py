"""How the operations of the directory are written in a table or on a map to take away.

Every writer is a generator of pieces: nothing is kept of a row once it is written.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ecoquartier.core import clock
from ecoquartier.core.text import long_date
from ecoquartier.directory import queries as directory
from ecoquartier.directory.domain.facets import life_of
from ecoquartier.directory.models import DirectoryRow
from ecoquartier.framework.domain.vocabulary import figures
from ecoquartier.operations.domain.figures import read_figure
from ecoquartier.operations.domain.legacy.report import plain
from ecoquartier.operations.enums import PerimeterSource, TermKind
from ecoquartier.web.public.choices import Choices
from ecoquartier.web.public.directory_forms import life_labels

# Words of the lists hold commas.
_BETWEEN = " ; "

Value = str | int | float | Decimal | date | None


class Columns:
    """What the files say of an operation: French headings with their units, and the value of each.

    Args:
        words: those of the lists of the sheet.
    """

    licence = "Licence Ouverte 2.0"
    licence_url = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"

    def __init__(self, words: Choices) -> None:
        self.today, self.lives = clock.today(), life_labels()
        self.positions = {
            directory.PERIMETER: _("périmètre"),
            directory.COMMUNE: _("commune"),
            directory.NEARBY: _("approximative"),
            "": "",
        }
        self.values: dict[str, Callable[[DirectoryRow], Value]] = {
            _("Opération"): lambda row: row.name,
            _("Commune"): lambda row: row.commune,
            _("Code INSEE"): lambda row: row.commune_code,
            _("Autres communes"): lambda row: _BETWEEN.join(row.sheet["other_communes"]),
            _("Département"): lambda row: row.county_name,
            _("Code du département"): lambda row: row.county,
            _("Région"): lambda row: row.region_name,
            _("Code de la région"): lambda row: row.region,
            _("Étape détenue"): lambda row: row.stage,
            _("Nom de l’étape"): lambda row: row.stage_name,
            _("Millésime"): lambda row: row.year,
            _("Tranches de cette étape"): lambda row: _BETWEEN.join(row.stage_phases) or self.whole(row),
            _("Toutes les étapes"): lambda row: _BETWEEN.join(map(_stage, row.stages)),
            _("Année de la charte"): lambda row: row.charter_year,
            _("Avancement"): lambda row: self.lives[life_of(row.state, row.delivered_on, self.today)],
            _("Types d’opération"): lambda row: _BETWEEN.join(words.of(row, TermKind.TYPES)),
            _("Vocations"): lambda row: _BETWEEN.join(words.of(row, TermKind.VOCATIONS)),
            _("Points forts"): lambda row: _BETWEEN.join(words.of(row, TermKind.STRONG_POINTS)),
            **{_heading(figure): _figure(code) for code, figure in figures().items()},
            _("Chiffres au"): lambda row: _day(row.sheet["figures_as_of"]),
            _("Source des chiffres"): lambda row: row.figures_source,
            _("Latitude (WGS 84)"): lambda row: row.latitude,
            _("Longitude (WGS 84)"): lambda row: row.longitude,
            _("Position"): self.position,
            _("Fiche"): lambda row: f"{settings.BASE_URL}{reverse('public:operation', args=[row.slug])}",
            _("Fiche modifiée le"): lambda row: row.updated_at.date(),
            _("Licence"): lambda row: self.licence,
        }

    @property
    def heads(self) -> list[str]:
        """The headings, in order."""
        return list(self.values)

    def of(self, row: DirectoryRow) -> list[Value]:
        """The values of a row, in order."""
        return [value(row) for value in self.values.values()]

    def position(self, row: DirectoryRow) -> str:
        """Where the position comes from; a point beside which an area was declared is not a perimeter."""
        if row.is_declared_point:
            return str(PerimeterSource.POINT.label)
        return self.positions[row.sheet["position"]]

    def whole(self, row: DirectoryRow) -> str:
        """That the stage held is that of the whole operation; nothing when none is held."""
        return _("toute l’opération") if row.stage else ""

    def about(self) -> str:
        """Whose data these are, of which day, under which licence."""
        return _("Source\u00a0: annuaire public des ÉcoQuartiers, %(site)s, le %(day)s. %(licence)s.") % {
            "site": settings.BASE_URL,
            "day": long_date(self.today),
            "licence": self.licence,
        }


def _stage(stage: dict[str, Any]) -> str:
    """« 2 chantier 2022 (Nord / Sud) »."""
    phases = f" ({' / '.join(stage['phases'])})" if stage["phases"] else ""
    return f"{stage['rank']} {stage['name']} {stage['year']}{phases}"


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _heading(figure: Any) -> str:
    return capfirst(figure.title) if figure.unit in figure.title else f"{capfirst(figure.title)} ({figure.unit})"


def _figure(code: str) -> Callable[[DirectoryRow], Value]:
    return lambda row: read_figure(row.sheet["figures"], code)


def as_csv(rows: Iterable[DirectoryRow], columns: Columns) -> Iterator[bytes]:
    """UTF-8 with its mark, semicolons, decimal commas: what a French spreadsheet opens without a question."""
    line = io.StringIO()
    writer = csv.writer(line, delimiter=";")

    def written(values: list[Any]) -> bytes:
        line.seek(0)
        line.truncate()
        writer.writerow(values)
        return line.getvalue().encode()

    yield "\ufeff".encode()
    yield written(columns.heads)
    for row in rows:
        yield written([_csv_cell(value) for value in columns.of(row)])


def _csv_cell(value: Value) -> str:
    if value is None:
        return ""
    return plain(value) if isinstance(value, str) else str(value).replace(".", ",")


def as_geojson(rows: Iterable[DirectoryRow], columns: Columns) -> Iterator[bytes]:
    """A collection of points (RFC 7946); one that has no place has no geometry."""
    head = {"type": "FeatureCollection", "source": columns.about(), "licence": columns.licence_url}
    yield f'{json.dumps(head, ensure_ascii=False)[:-1]}, "features": ['.encode()
    before = "\n"
    for row in rows:
        point = None if row.latitude is None else {"type": "Point", "coordinates": [row.longitude, row.latitude]}
        values = dict(zip(columns.heads, map(_json_value, columns.of(row)), strict=True))
        feature = {"type": "Feature", "id": row.slug, "geometry": point, "properties": values}
        yield f"{before}{json.dumps(feature, ensure_ascii=False)}".encode()
        before = ",\n"
    yield b"\n]}\n"


def _json_value(value: Value) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


# --- ODS: a workbook is an archive whose one long part is written row by row ----------------------------------------

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
_NAMES = (
    f'xmlns:office="{_OFFICE}office:1.0" xmlns:table="{_OFFICE}table:1.0" xmlns:text="{_OFFICE}text:1.0" '
    f'xmlns:style="{_OFFICE}style:1.0" xmlns:number="{_OFFICE}datastyle:1.0" office:version="1.3"'
)
_DAY = (
    '<office:automatic-styles><number:date-style style:name="jour"><number:day number:style="long"/>'
    '<number:text>/</number:text><number:month number:style="long"/><number:text>/</number:text>'
    '<number:year number:style="long"/></number:date-style>'
    '<style:style style:name="date" style:family="table-cell" style:data-style-name="jour"/></office:automatic-styles>'
)
_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
    f'xmlns:manifest="{_OFFICE}manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


class _Pipe(io.RawIOBase):
    """Takes what an archive writes, and gives it away at once."""

    def __init__(self) -> None:
        self.held: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.held.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """What was written since the last time."""
        held, self.held = b"".join(self.held), []
        return held


def as_ods(rows: Iterable[DirectoryRow], columns: Columns) -> Iterator[bytes]:
    """A workbook: the operations, then a sheet about the file. Texts are typed as texts: no cell is a formula."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), _TYPE)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        with archive.open("content.xml", "w") as content:
            for text in _ods_content(rows, columns):
                content.write(text.encode())
                yield pipe.taken()
    yield pipe.taken()


def _ods_content(rows: Iterable[DirectoryRow], columns: Columns) -> Iterator[str]:
    yield (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMES}>{_DAY}'
        "<office:body><office:spreadsheet>"
        f'<table:table table:name="{_("Opérations")}">'
    )
    yield _ods_row(columns.heads)
    for row in rows:
        yield _ods_row(columns.of(row))
    yield f'</table:table><table:table table:name="{_("À propos")}">'
    yield _ods_row([columns.about()])
    yield _ods_row([columns.licence_url])
    yield "</table:table></office:spreadsheet></office:body></office:document-content>"


def _ods_row(values: Iterable[Value]) -> str:
    return f"<table:table-row>{''.join(map(_ods_cell, values))}</table:table-row>"


def _ods_cell(value: Value) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
    if isinstance(value, date):
        day = f'table:style-name="date" office:value-type="date" office:date-value="{value.isoformat()}"'
        return f"<table:table-cell {day}><text:p>{value:%d/%m/%Y}</text:p></table:table-cell>"
    number = f'office:value-type="float" office:value="{value}"'
    return f"<table:table-cell {number}><text:p>{value}</text:p></table:table-cell>"
