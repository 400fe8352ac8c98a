"""From the bytes of a file to its rows: separator, headings, then each row's facts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, pairwise, zip_longest

from ecoquartier.core.text import french_list, french_number, sort_key
from ecoquartier.operations.domain.legacy import cells as limits
from ecoquartier.operations.domain.legacy.cells import Cells
from ecoquartier.operations.domain.legacy.facts import (
    Candidacy,
    LegacyFileError,
    LegacyRow,
    Progress,
    Result,
    RowProblem,
)
from ecoquartier.operations.domain.legacy.headings import HEADINGS, field_of, heading_key, is_telling, is_yearly
from ecoquartier.operations.domain.legacy.texts import SEPARATORS, decoded, records
from ecoquartier.operations.domain.legacy.words import YEAR, quoted, tidy

# The sheet of 2016 counts 500 rows.
MOST_ROWS = 5_000
FEWEST_HEADINGS = 4
HEADINGS_WITHIN = 15


@dataclass(frozen=True)
class LegacyFile:
    """A file recognised as the tracking sheet."""

    text: str
    separator: str
    header_line: int
    year: int | None
    """The latest that its headings and the lines above them name."""
    width: int
    """How many cells the headings have."""
    columns: Mapping[int, str]
    """Position → field; of two columns with one heading, the first that is filled counts."""
    headings: Mapping[str, str]
    """Field → heading as the file writes it."""
    notes: tuple[str, ...]
    """French sentences on the file as a whole: encoding, columns absent, columns left out."""

    def rows(self) -> Iterator[LegacyRow | RowProblem]:
        """Yield each line that says something, in order.

        Raises:
            LegacyFileError: the file counts more than `MOST_ROWS` of them.
        """
        years = sorted(
            {int(field[-4:]) for field in self.columns.values() if field.startswith(("candidate_", "result_"))}
        )
        count = 0
        for line, record in enumerate(records(self.text, self.separator, self.width), start=1):
            if line <= self.header_line or not any(cell.strip() for cell in record):
                continue
            count += 1
            if count > MOST_ROWS:
                raise LegacyFileError(
                    f"Ce fichier compte plus de {french_number(MOST_ROWS)} lignes\u00a0: coupez-le en plusieurs.",
                    "too_many_rows",
                )
            if isinstance(record, str):
                yield RowProblem(line, record)
                continue
            values = self._values(record)
            if sum(tidy(value) == self.headings[field] for field, value in values.items()) >= FEWEST_HEADINGS:
                yield RowProblem(line, "Ligne d’en-têtes, répétée.")
                continue
            yield _row(line, Cells(values, self.headings), years, self.year)

    def _values(self, record: list[str]) -> dict[str, str]:
        """The cells of a record by field."""
        values: dict[str, str] = {}
        for place, field in self.columns.items():
            if place < len(record) and not values.get(field, "").strip():
                values[field] = record[place]
        return values


def read_rows(data: bytes) -> Iterator[LegacyRow | RowProblem]:
    """Yield the rows of the tracking sheet; raise `LegacyFileError` at once when the file is something else."""
    return open_file(data).rows()


def open_file(data: bytes) -> LegacyFile:
    """Recognise the tracking sheet, whatever its encoding and separator, or raise `LegacyFileError`."""
    text, how = decoded(data)
    separator, header_line, header = _header(text)
    columns: dict[int, str] = {}
    headings: dict[str, str] = {}
    ignored = []
    for place, label in enumerate(header):
        field = field_of(label)
        # Another heading may announce the same field: only the very same one announces the same thing.
        if field and heading_key(headings.setdefault(field, tidy(label))) == heading_key(label):
            columns[place] = field
        elif label.strip():
            ignored.append(tidy(label))
    missing = [] if headings.keys() & {"commune", "insee"} else [HEADINGS["commune"][0]]
    missing += [] if "name" in headings else [HEADINGS["name"][0]]
    is_ours = any(is_telling(field, label) for field, label in headings.items())
    if missing or not is_ours or len(headings) < FEWEST_HEADINGS:
        raise _not_the_sheet(missing)
    absent = [labels[0] for field, labels in HEADINGS.items() if field in _EXPECTED and field not in headings]
    notes = [how] if how else []
    if absent:
        notes.append(f"Colonnes absentes du fichier\u00a0: {french_list(absent)}.")
    if ignored:
        notes.append(f"Colonnes inconnues, non reprises\u00a0: {french_list([quoted(label) for label in ignored])}.")
    above = islice(records(text, separator), header_line)
    years = [int(year) for record in above for cell in record for year in YEAR.findall(cell)]
    year = max(years, default=None)
    return LegacyFile(text, separator, header_line, year, len(header), columns, headings, tuple(notes))


# The columns of the sheet of 2016, whose absence is said; the other headings are those of its sisters.
_EXPECTED = HEADINGS.keys() - {"calls", "charter_date", "engaged_in", "labelled_in"}


def _not_the_sheet(missing: list[str]) -> LegacyFileError:
    """The refusal of a file whose headings are not those of the sheet."""
    shown = " et ".join(quoted(label) for label in missing)
    detail = f"il manque {shown}" if missing else "presque aucune de ses colonnes n’est reconnue"
    return LegacyFileError(
        f"Ce fichier n’est pas le tableau de suivi des ÉcoQuartiers\u00a0: {detail}.", "not_the_sheet"
    )


def _header(text: str) -> tuple[str, int, list[str]]:
    """The separator, the line of the headings (titles may stand above them), and the headings."""
    best: tuple[int, str, int, list[str]] = (0, ",", 1, [])
    for separator in SEPARATORS:
        first = [[], *_first_records(text, separator)]
        for line, (above, record) in enumerate(pairwise(first), start=1):
            for header in (record, _on_two_lines(above, record)):
                score = _score(header)
                if score > best[0]:
                    best = (score, separator, line, header)
    if not best[0]:
        raise _not_the_sheet([HEADINGS[field][0] for field in ("commune", "name")])
    return best[1], best[2], best[3]


def _on_two_lines(above: list[str], below: list[str]) -> list[str]:
    """Headings on two lines as one: « 2013 », its cell merged over two, above « Candidat » and « Résultat »."""
    header, year = [], ""
    for upper, lower in zip_longest(above, below, fillvalue=""):
        if upper.strip():
            found = re.search(r"_(20\d\d)$", field_of(upper) or "")
            year = found[1] if found else ""
        header.append(f"{lower} {year}" if year and is_yearly(lower) else lower if lower.strip() else upper)
    return header


def _score(record: list[str]) -> int:
    """How many different headings of ours a record holds."""
    return len({field for label in record if len(label) < 100 and (field := field_of(label))})


def _first_records(text: str, separator: str) -> list[list[str]]:
    """The records among which the headings must be."""
    first = islice(records(text[:50_000], separator), HEADINGS_WITHIN)
    return [[] if isinstance(record, str) else record for record in first]


def _row(line: int, cells: Cells, years: list[int], sheet_year: int | None) -> LegacyRow | RowProblem:
    """The facts of one line, or why it is no operation."""
    county = cells.county("county") or cells.county("county_name")
    commune, other_names = cells.communes("commune")
    name = cells.operation_name("name")
    guessed = cells.insee_of_county("insee", county)
    insee, *other_insees = [guessed] if guessed else cells.insee("insee") or [None]
    said = sort_key(f"{commune} {name}")
    # A count under the column "Ville" is a total too: a line is an operation by its code or by words.
    is_coded = insee is not None and guessed is None
    if said.startswith("total") or not (is_coded or re.search(r"[a-z]", said)):
        return _problem(line, cells)
    types, type_note = cells.operation_types("operation_types")
    calls = cells.years("calls")
    row = LegacyRow(
        line=line,
        sheet_year=sheet_year,
        region=cells.text("region"),
        former_region=cells.text("former_region"),
        county=county,
        county_name=cells.text("county_name"),
        county_aside=cells.county_aside("commune"),
        insee=insee,
        other_insees=tuple(other_insees),
        is_insee_guessed=guessed is not None,
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
        planner=cells.name_or_nothing("planner"),
        is_anru=cells.flag("is_anru"),
        is_pnr=cells.flag("is_pnr"),
        joined_call_2009=cells.joined("joined_call_2009") or 2009 in calls,
        joined_call_2011=cells.joined("joined_call_2011") or 2011 in calls,
        charter=cells.charter("charter", "charter_date"),
        candidacies=_candidacies(cells, years),
        evaluation_grant=cells.whole("evaluation_grant", limits.LARGEST_GRANT),
        progress=cells.progress("progress"),
    )
    return _checked(row, cells)


def _candidacies(cells: Cells, years: list[int]) -> tuple[Candidacy, ...]:
    """Each campaign, from its own columns, else from those that only give the year of a result."""
    found = {year: cells.candidacy(year, f"candidate_{year}", f"result_{year}") for year in years}
    dated = {Result.ENGAGED: cells.years("engaged_in"), Result.LABELLED: cells.years("labelled_in")}
    for result, in_years in dated.items():
        for year in in_years:
            known = found.get(year)
            if known is None or known.result == Result.UNKNOWN:
                found[year] = Candidacy(year, result, known.stage if known else None)
                cells.check_stage("engaged_in" if result == Result.ENGAGED else "labelled_in", found[year])
    return tuple(candidacy for _year, candidacy in sorted(found.items()) if candidacy)


def _problem(line: int, cells: Cells) -> RowProblem:
    """A line without commune, operation nor code: totals when it holds numbers, a title otherwise."""
    said = [value for value in cells.known() if value.strip()]
    is_total = any(re.fullmatch(r"[\d\s.,]+", value) for value in said)
    what = "Ligne de totaux" if is_total else "Ligne de titre ou de commentaire"
    return RowProblem(line, f"{what}\u00a0: ni commune ni opération.", tidy(" · ".join(said))[:200])


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
