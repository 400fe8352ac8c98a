"""From the bytes of a file to its rows: encoding, separator, headings, then each row's facts."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ecoquartier.core.text import sort_key
from ecoquartier.operations.domain.legacy import cells as limits
from ecoquartier.operations.domain.legacy.cells import Cells, quoted, tidy
from ecoquartier.operations.domain.legacy.facts import (
    LegacyFileError,
    LegacyRow,
    Progress,
    Result,
    RowProblem,
)

# Field → the headings it is known under; the first is how the sheet of 2016 writes it.
HEADINGS = {
    "region": ("Région", "Nouvelle région"),
    "former_region": ("Ancienne région",),
    "county": ("N° Dept", "N° département", "Dept", "Code département"),
    "county_name": ("Nom Dept", "Département", "Nom département"),
    "insee": ("CODE INSEE", "INSEE", "Code commune", "N° INSEE"),
    "commune": ("Ville", "Commune", "Nom commune"),
    "name": ("Nom EcoQuartier", "Nom de l’ÉcoQuartier", "Nom du projet", "Nom de l’opération"),
    "population": ("Population", "Population communale"),
    "urban_kind": ("Commune rurale ou urbaine",),
    "territorial_situation": ("Situation territoriale",),
    "site_situation": ("Situation du quartier",),
    "operation_types": ("Type d’opération",),
    "inhabitants": ("Nombre d’habitants dans le quartier", "Nombre d’habitants"),
    "dwellings": ("Nombre de logements",),
    "social_dwellings": ("Nombre de logements sociaux",),
    "area_ha": ("Superficie du quartier (ha)", "Superficie du quartier", "Superficie (ha)", "Superficie"),
    "planner": ("EPA",),
    "is_anru": ("ANRU",),
    "is_pnr": ("PNR",),
    "joined_call_2009": ("AAP 2009",),
    "joined_call_2011": ("AAP 2011",),
    "charter": ("Charte",),
    "evaluation_grant": ("Dotation Evaluation",),
    "progress": ("Avancement dans la démarche", "Avancement"),
}
REQUIRED = ("commune", "name")
# A sheet of another kind may well have a "Commune" and a "Population"; this one has many more of our headings.
FEWEST_HEADINGS = 5
HEADINGS_WITHIN = 15
# No cell of the sheet holds that many lines: a quote was opened and never closed.
MOST_LINES_IN_A_CELL = 10

_CAMPAIGN = re.compile(r"^(candidat|resultat)(?:s|ure|ures)?(20\d\d)$")
_SEPARATORS = {",": "la virgule", ";": "le point-virgule", "\t": "la tabulation", "|": "la barre"}
_OLD_ENCODINGS = {"cp1252": "Windows-1252", "mac_roman": "Mac Roman", "latin-1": "Latin-1"}
_OTHER_FORMATS = {
    b"PK\x03\x04": "un classeur ou une archive (xlsx, ods, zip)",
    b"\xd0\xcf\x11\xe0": "un classeur Excel (xls)",
    b"%PDF": "un document PDF",
    b"\x1f\x8b": "une archive compressée (gz)",
}


def heading_key(text: str) -> str:
    """Return a heading as it is compared: letters and digits only."""
    return re.sub(r"[^a-z0-9]", "", sort_key(text))


_FIELD_OF = {heading_key(label): field for field, labels in HEADINGS.items() for label in labels}


@dataclass(frozen=True)
class LegacyFile:
    """A file recognised as the tracking sheet."""

    text: str
    separator: str
    header_line: int
    columns: Mapping[int, str]
    """Position → field."""
    headings: Mapping[str, str]
    """Field → heading as the file writes it."""
    notes: tuple[str, ...]
    """French sentences on the file as a whole: encoding, columns absent, columns left out."""

    def rows(self) -> Iterator[LegacyRow | RowProblem]:
        """Yield each line that says something, in order."""
        years = sorted(
            {int(field[-4:]) for field in self.columns.values() if field.startswith(("candidate_", "result_"))}
        )
        for line, record in enumerate(_records(self.text, self.separator), start=1):
            if line <= self.header_line or not any(cell.strip() for cell in record):
                continue
            if any(cell.count("\n") > MOST_LINES_IN_A_CELL for cell in record):
                yield RowProblem(
                    line, "Guillemet ouvert et jamais refermé\u00a0: les lignes suivantes sont illisibles."
                )
                continue
            values = {field: record[place] for place, field in self.columns.items() if place < len(record)}
            yield _row(line, Cells(values, self.headings), record, years)


def read_rows(data: bytes) -> Iterator[LegacyRow | RowProblem]:
    """Yield the rows of the tracking sheet; raise `LegacyFileError` at once when the file is something else."""
    return open_file(data).rows()


def open_file(data: bytes) -> LegacyFile:
    """Recognise the tracking sheet, whatever its encoding and separator, or raise `LegacyFileError`."""
    text, encoding = _decoded(data)
    separator, header_line, header = _header(text)
    columns: dict[int, str] = {}
    headings: dict[str, str] = {}
    ignored = []
    for place, label in enumerate(header):
        field = _field(label)
        if field and field not in headings:
            columns[place] = field
            headings[field] = tidy(label)
        elif label.strip():
            ignored.append(tidy(label))
    absent = [labels[0] for field, labels in HEADINGS.items() if field not in headings]
    if len(headings) < FEWEST_HEADINGS or any(field not in headings for field in REQUIRED):
        raise _not_the_sheet(
            [labels[0] for field, labels in HEADINGS.items() if field in REQUIRED and field not in headings]
        )
    notes = [f"Fichier lu en {encoding}."] if encoding else []
    if absent:
        notes.append(f"Colonnes absentes du fichier\u00a0: {', '.join(absent)}.")
    if ignored:
        notes.append(f"Colonnes non reprises\u00a0: {', '.join(ignored)}.")
    return LegacyFile(text, separator, header_line, columns, headings, tuple(notes))


def _not_the_sheet(missing: list[str]) -> LegacyFileError:
    """The refusal of a file whose headings are not those of the sheet."""
    shown = " et ".join(quoted(label) for label in missing)
    detail = f"il manque {shown}" if missing else "presque aucune de ses colonnes n’est reconnue"
    return LegacyFileError(
        f"Ce fichier n’est pas le tableau de suivi des ÉcoQuartiers\u00a0: {detail}.", "not_the_sheet"
    )


def _field(label: str) -> str | None:
    """The field that a heading announces."""
    key = heading_key(label)
    if campaign := _CAMPAIGN.match(key):
        return f"{'candidate' if campaign[1] == 'candidat' else 'result'}_{campaign[2]}"
    return _FIELD_OF.get(key)


def _decoded(data: bytes) -> tuple[str, str]:
    """The text of the file, and the name of its encoding when it is not UTF-8."""
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise LegacyFileError("Le fichier est vide.", "empty_file")
    for signature, name in _OTHER_FORMATS.items():
        if data.startswith(signature):
            raise LegacyFileError(
                f"Ce fichier est {name}, pas un CSV\u00a0: enregistrez le tableau au format CSV (UTF-8).", "not_a_csv"
            )
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16"), "UTF-16"
        if b"\0" in data:
            raise LegacyFileError("Ce fichier n’est pas du texte\u00a0: un CSV est attendu.", "not_a_csv")
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return _decoded_from_old_encoding(data)


def _decoded_from_old_encoding(data: bytes) -> tuple[str, str]:
    """The text in the encoding under which most headings are recognised."""
    best: tuple[int, str, str] = (0, "", "")
    for codec, name in _OLD_ENCODINGS.items():
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        score = max(_score(record) for separator in _SEPARATORS for record in _first_records(text, separator))
        if score > best[0]:
            best = (score, text, name)
    if best[0] < FEWEST_HEADINGS:
        raise LegacyFileError(
            "Ce fichier n’est ni de l’UTF-8 ni un tableau reconnu\u00a0: enregistrez-le au format CSV (UTF-8).",
            "not_a_csv",
        )
    return best[1], best[2]


def _header(text: str) -> tuple[str, int, list[str]]:
    """The separator, the line of the headings (titles may stand above them), and the headings."""
    best: tuple[int, str, int, list[str]] = (0, ",", 1, [])
    for separator in _SEPARATORS:
        for line, record in enumerate(_first_records(text, separator), start=1):
            score = _score(record)
            if score > best[0]:
                best = (score, separator, line, record)
    if not best[0]:
        raise _not_the_sheet([HEADINGS[field][0] for field in REQUIRED])
    return best[1], best[2], best[3]


def _score(record: list[str]) -> int:
    """How many different headings of ours a record holds."""
    return len({field for label in record if (field := _field(label))})


def _first_records(text: str, separator: str) -> list[list[str]]:
    """The records among which the headings must be."""
    records = []
    for record in _records(text[:50_000], separator):
        records.append(record)
        if len(records) == HEADINGS_WITHIN:
            break
    return records or [[]]


def _records(text: str, separator: str) -> Iterator[list[str]]:
    """Yield the records of the CSV, or raise `LegacyFileError` when they cannot be cut."""
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    except csv.Error as error:
        raise LegacyFileError(
            "Ce fichier n’est pas un CSV lisible\u00a0: un guillemet y est sans doute ouvert et jamais refermé.",
            "not_a_csv",
        ) from error


def _row(line: int, cells: Cells, record: list[str], years: list[int]) -> LegacyRow | RowProblem:
    """The facts of one line, or why it is no operation."""
    commune, other_names = cells.communes("commune")
    name = cells.operation_name("name")
    insee = cells.insee("insee")
    said = sort_key(f"{commune} {name}")
    # A count under the column "Ville" is a total too: a line is an operation by its code or by words.
    if said.startswith("total") or not (insee or re.search(r"[a-z]", said)):
        return _problem(line, record)
    types, type_note = cells.operation_types("operation_types")
    candidacies = (cells.candidacy(year, f"candidate_{year}", f"result_{year}") for year in years)
    row = LegacyRow(
        line=line,
        region=cells.text("region"),
        former_region=cells.text("former_region"),
        county=cells.county("county"),
        county_name=cells.text("county_name"),
        insee=insee,
        commune=commune,
        other_names=other_names,
        name=name,
        population=cells.whole("population", limits.LARGEST_COMMUNE),
        urban_kind=cells.text("urban_kind").lower(),
        territorial_situation=cells.text("territorial_situation"),
        site_situation=cells.text("site_situation").lower(),
        operation_types=types,
        operation_type_note=type_note,
        inhabitants=cells.whole("inhabitants", limits.MOST_PEOPLE),
        dwellings=cells.whole("dwellings", limits.MOST_DWELLINGS),
        social_dwellings=cells.whole("social_dwellings", limits.MOST_DWELLINGS),
        area_ha=cells.hectares("area_ha"),
        planner=cells.text("planner"),
        is_anru=cells.flag("is_anru"),
        is_pnr=cells.flag("is_pnr"),
        joined_call_2009=cells.flag("joined_call_2009"),
        joined_call_2011=cells.flag("joined_call_2011"),
        charter=cells.charter("charter"),
        candidacies=tuple(candidacy for candidacy in candidacies if candidacy),
        evaluation_grant=cells.whole("evaluation_grant", limits.LARGEST_GRANT),
        progress=cells.progress("progress"),
    )
    return _checked(row, cells)


def _problem(line: int, record: list[str]) -> RowProblem:
    """A line without commune, operation nor code: totals when it holds numbers, a title otherwise."""
    excerpt = tidy(" · ".join(cell for cell in record if cell.strip()))
    is_total = any(re.fullmatch(r"[\d\s.,]+", cell) for cell in record if cell.strip())
    what = "Ligne de totaux" if is_total else "Ligne de titre ou de commentaire"
    return RowProblem(line, f"{what}\u00a0: ni commune ni opération.", excerpt[:200])


def _checked(row: LegacyRow, cells: Cells) -> LegacyRow:
    """The row with its warnings, its facts compared with one another."""
    social = row.social_dwellings
    if social is not None and row.dwellings is not None and social > row.dwellings:
        cells.drop("social_dwellings", f"dépasse le nombre de logements ({row.dwellings}), valeur ignorée")
        social = None
    results = {candidacy.result for candidacy in row.candidacies}
    unsupported = {
        Progress.LABEL: Result.LABELLED not in results,
        Progress.ENGAGED: Result.ENGAGED not in results,
        Progress.CHARTER_ONLY: row.charter is None,
    }
    if row.progress and unsupported.get(row.progress):
        cells.drop("progress", "n’est appuyé par aucune colonne du tableau, fait non repris")
    return replace(row, social_dwellings=social, warnings=tuple(cells.warnings))
