"""Where each row goes: its commune of today, then one planned operation for each (commune, name)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Protocol

from ecoquartier.core.text import french_list, french_number, sort_key
from ecoquartier.operations.domain.legacy.facts import Candidacy, Charter, CharterState, LegacyRow, Result, RowProblem
from ecoquartier.operations.domain.legacy.headings import HEADINGS
from ecoquartier.operations.domain.legacy.words import quoted
from ecoquartier.territories.domain import CommunePlace, county_of, name_key

UNNAMED = "Opération à nommer"
"""How begins the name of an operation that its table does not name; the commune follows."""
LONGEST_NAME = 255


class CommuneIndex(Protocol):
    """What the placement asks of the territories."""

    def by_insee(self, code: str) -> CommunePlace | None:
        """The commune of today that the code designates, through its mergers."""

    def by_name_and_county(self, name: str, county: str | None) -> CommunePlace | None:
        """The only commune so named in the county, or in France when `county` is None."""


@dataclass(frozen=True)
class Placement:
    """A row's commune of today, the other communes that its cell names, and what was not understood in it."""

    commune: CommunePlace
    other_communes: tuple[CommunePlace, ...] = ()
    other_names: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlannedOperation:
    """One operation to write, with the facts of every row that tells of it."""

    key: tuple[str, str]
    """(INSEE code, normalised name): what makes two rows the same operation, here and at the next import."""
    insee: str
    commune: str
    county: str
    other_insees: tuple[str, ...]
    other_names: tuple[str, ...]
    """Groupings and names of the commune's cell that are no commune of the county."""
    lines: tuple[int, ...]
    facts: LegacyRow
    doubts: tuple[tuple[int, str], ...]
    """(line, French sentence) on what was doubtful in these rows, each sentence once."""

    @property
    def name(self) -> str:
        """The name to show: the sheet's, or one that says it is missing."""
        return self.facts.name[:LONGEST_NAME].rstrip() or f"{UNNAMED} ({self.facts.commune or self.commune})"

    @property
    def source_key(self) -> str:
        """The key in one string of at most 300 characters."""
        return "|".join(self.key)[:300]

    @property
    def warnings(self) -> tuple[str, ...]:
        """The French sentences on what was doubtful in these rows."""
        return tuple(said for _line, said in self.doubts)


@dataclass(frozen=True)
class SkippedRow:
    """A line that gives no operation, and why (French)."""

    line: int
    reason: str
    excerpt: str = ""


@dataclass(frozen=True)
class MergedRow:
    """A line whose facts went to the operation of an earlier line."""

    line: int
    into_line: int
    key: tuple[str, str]


@dataclass(frozen=True)
class ImportPlan:
    """All that a file asks to write, without writing it."""

    operations: tuple[PlannedOperation, ...]
    skipped: tuple[SkippedRow, ...]
    merged: tuple[MergedRow, ...]


def plan(rows: Iterable[LegacyRow | RowProblem], index: CommuneIndex) -> ImportPlan:
    """Place every row and merge those of the same operation; nothing is left unsaid.

    Raises:
        LegacyFileError: the file is too long.
    """
    planned: dict[tuple[str, str], PlannedOperation] = {}
    skipped: list[SkippedRow] = []
    merged: list[MergedRow] = []
    for row in rows:
        if isinstance(row, RowProblem):
            skipped.append(SkippedRow(row.line, row.reason, row.excerpt))
            continue
        placement = place(row, index)
        if isinstance(placement, str):
            excerpt = " · ".join(part for part in (row.insee, row.commune, *row.other_names, row.name) if part)
            skipped.append(SkippedRow(row.line, placement, excerpt))
            continue
        operation = _planned(row, placement)
        if known := planned.get(operation.key):
            merged.append(MergedRow(row.line, known.lines[0], operation.key))
            operation = _together(known, operation)
        planned[operation.key] = operation
    return ImportPlan(tuple(planned.values()), tuple(skipped), tuple(merged))


def operation_key(name: str) -> str:
    """Return the form under which two spellings of an operation's name meet."""
    return " ".join(re.findall(r"\w+", sort_key(name))) or name


def place(row: LegacyRow, index: CommuneIndex) -> Placement | str:
    """Find the row's commune, or say in French why it cannot be.

    The code decides when one of the names of the cell agrees with it. When they disagree, the name wins if the
    county confirms it (a wrong digit is commoner than another town's name), and the code if no name is found.
    """
    by_code = index.by_insee(row.insee) if row.insee else None
    names = tuple(_names(row))
    if by_code and row.is_insee_guessed:
        if not names:
            said = f"Code INSEE complété en {row.insee}, {by_code.name}\u00a0: aucun nom de commune ne le confirme."
            return _placed(row, by_code, names, index, (said,))
        if not any(by_code.is_known_as(name) for name in names):
            by_code = None
    if by_code and (not names or any(by_code.is_known_as(name) for name in names)):
        return _placed(row, by_code, names, index, ())
    by_name = _by_name(row, names, index)
    if by_code and by_name:
        said = (
            ()
            if by_code.insee == by_name.insee
            else (
                f"Le code INSEE {row.insee} désigne {by_code.name}\u00a0: commune retenue d’après son nom, "
                f"{by_name.name} ({by_name.insee}).",
            )
        )
        return _placed(row, by_name, names, index, said)
    if by_code:
        return _placed_by_code_alone(row, by_code, names, index)
    if by_name:
        said = (f"{_why_no_code(row)}\u00a0: commune retenue d’après son nom, {by_name.name} ({by_name.insee}).",)
        return _placed(row, by_name, names, index, said)
    return _not_found(row)


def _names(row: LegacyRow) -> Iterator[str]:
    """The names that the commune's cell may hold, the most probable first."""
    # « Villeneuve/Lot » is one commune as often as two.
    if row.other_names:
        yield f"{row.commune} sur {row.other_names[0]}"
    for name in (row.commune, *row.other_names):
        if name:
            yield name
            yield from _parts(name)


def _parts(name: str) -> list[str]:
    """The places that one name joins: « Rennes et Saint-Jacques-de-la-Lande »; none when it joins nothing."""
    parts = [part.strip() for part in re.split(r"\s(?:et|&|-|–)\s|,", name)]
    return [part for part in parts if part] if len(parts) > 1 else []


def _by_name(row: LegacyRow, names: tuple[str, ...], index: CommuneIndex) -> CommunePlace | None:
    """The commune that one of the names designates, in the row's county first, then in that of its code."""
    counties = dict.fromkeys(code for code in (row.county, row.insee and county_of(row.insee)) if code)
    # A number in brackets may be a district's: it only tells apart those of one name.
    for county in counties or dict.fromkeys((None, row.county_aside)):
        for name in names:
            if found := index.by_name_and_county(name, county):
                return found
    return None


def _placed_by_code_alone(
    row: LegacyRow, by_code: CommunePlace, names: tuple[str, ...], index: CommuneIndex
) -> Placement | str:
    """Trust a code that no name confirms, unless the county denies it too."""
    if row.county and row.county not in (by_code.county, row.insee and county_of(row.insee)):
        return (
            f"Le code INSEE {row.insee} désigne {by_code.name} ({by_code.county}), mais la ligne indique "
            f"{quoted(row.commune)} dans le département {row.county}\u00a0: commune à préciser."
        )
    said: tuple[str, ...] = ()
    if not any(name_key(name).startswith(name_key(by_code.name)) for name in names):
        said = (f"{quoted(row.commune)} lu comme {by_code.name} d’après le code INSEE {row.insee}.",)
    return _placed(row, by_code, names, index, said)


def _placed(
    row: LegacyRow, commune: CommunePlace, names: tuple[str, ...], index: CommuneIndex, said: tuple[str, ...]
) -> Placement:
    """The placement in `commune`, with the other communes that the cell names in the same county."""
    coded = [place for place in map(index.by_insee, row.other_insees) if place and place.insee != commune.insee]
    others = {place.insee: place for place in coded}
    unknown = []
    joined = {*row.other_names, *_parts(row.commune)}
    for name in names:
        if commune.is_known_as(name):
            continue
        found = index.by_name_and_county(name, commune.county)
        if found and found.insee != commune.insee:
            others[found.insee] = found
        elif not found and name in joined and not commune.is_known_as(f"{row.commune} sur {name}"):
            unknown.append(name)
    if row.county and row.county != commune.county and row.county != "20":
        said = (*said, f"Département {row.county} corrigé en {commune.county} ({commune.name}).")
    return Placement(commune, tuple(others.values()), tuple(unknown), said)


def _not_found(row: LegacyRow) -> str:
    """Why a row has no commune."""
    where = f" dans le département {row.county}" if row.county else ""
    name = (
        f"{quoted(row.commune)} ne désigne sûrement aucune commune{where}" if row.commune else "pas de nom de commune"
    )
    return f"{_why_no_code(row)}, et {name}."


def _why_no_code(row: LegacyRow) -> str:
    """Why the code of a row says no commune."""
    if row.is_insee_guessed:
        return "Code INSEE incomplet"
    return f"Le code INSEE {row.insee} n’existe pas" if row.insee else "Code INSEE absent"


def _planned(row: LegacyRow, placement: Placement) -> PlannedOperation:
    """The operation of one row."""
    name = operation_key(row.name)
    # Nameless rows of two communes merged since stay two operations: the code of the time tells them apart.
    of_then = None if row.is_insee_guessed else row.insee
    code = placement.commune.insee if name else of_then or placement.commune.insee
    warnings = (*row.warnings, *placement.warnings)
    if others := french_list([other.name for other in placement.other_communes]):
        said = f"La ligne cite aussi {others}\u00a0: gardé comme un fait, à ajouter aux autres communes s’il le faut."
        warnings = (*warnings, said)
    if len(row.name) > LONGEST_NAME:
        warnings = (*warnings, f"Nom d’opération abrégé à {LONGEST_NAME} caractères.")
    return PlannedOperation(
        key=(code, name),
        insee=placement.commune.insee,
        commune=placement.commune.name,
        county=placement.commune.county,
        other_insees=tuple(other.insee for other in placement.other_communes),
        other_names=placement.other_names,
        lines=(row.line,),
        facts=row,
        doubts=tuple((row.line, said) for said in warnings),
    )


def _together(first: PlannedOperation, second: PlannedOperation) -> PlannedOperation:
    """The operation of both."""
    facts, disagreements = _merged_facts(first.facts, second.facts)
    # A fault that both rows have is one fault.
    new = [(line, said) for line, said in second.doubts if said not in first.warnings]
    return replace(
        first,
        other_insees=tuple(dict.fromkeys(first.other_insees + second.other_insees)),
        other_names=tuple(dict.fromkeys(first.other_names + second.other_names)),
        lines=first.lines + second.lines,
        facts=facts,
        doubts=(*first.doubts, *new, *((second.lines[0], said) for said in disagreements)),
    )


_COMPARED = (
    *("urban_kind", "territorial_situation", "site_situation", "operation_type_note", "inhabitants", "dwellings"),
    *("social_dwellings", "area_ha", "planner", "evaluation_grant"),
)
"""What is kept of two rows one value only, so that a second one is told."""


def _merged_facts(first: LegacyRow, second: LegacyRow) -> tuple[LegacyRow, list[str]]:
    """The facts of both rows: what only one says is kept, and of two different values the first; and what they
    disagree on (French sentences).
    """
    warnings: list[str] = []
    rows = f"Lignes {first.line} et {second.line}"
    changes: dict[str, object] = {}
    for field in fields(LegacyRow):
        if field.name in ("line", "warnings", "candidacies", "charter"):
            continue
        one, other = getattr(first, field.name), getattr(second, field.name)
        if isinstance(one, tuple):
            changes[field.name] = tuple(dict.fromkeys(one + other))
        elif one in (None, "", False):
            changes[field.name] = other
        elif field.name in _COMPARED and other not in (None, "") and sort_key(_shown(one)) != sort_key(_shown(other)):
            column = HEADINGS[field.name][0]
            warnings.append(
                f"{rows}, {column}\u00a0: {_shown(one)} et {_shown(other)}, la première valeur est retenue."
            )
    changes["candidacies"] = _merged_candidacies(first, second, warnings)
    changes["charter"] = _earliest(first.charter, second.charter)
    years = [charter.year for charter in (first.charter, second.charter) if charter and charter.year]
    if len(set(years)) > 1:
        warnings.append(
            f"{rows}, {HEADINGS['charter'][0]}\u00a0: {years[0]} et {years[1]}, l’année la plus ancienne est retenue."
        )
    social, dwellings = (
        changes.get("social_dwellings", first.social_dwellings),
        changes.get("dwellings", first.dwellings),
    )
    if isinstance(social, int) and isinstance(dwellings, int) and social > dwellings:
        warnings.append(
            f"{social} logements sociaux pour {dwellings} logements après fusion des lignes\u00a0: valeur ignorée."
        )
        changes["social_dwellings"] = None
    return replace(first, **changes), warnings


def _shown(value: object) -> str:
    """A value as a sentence shows it."""
    return french_number(value) if isinstance(value, int | Decimal) else quoted(str(value))


def _merged_candidacies(first: LegacyRow, second: LegacyRow, warnings: list[str]) -> tuple[Candidacy, ...]:
    """The campaigns of both; a known result wins over an unknown one."""
    years = {candidacy.year: candidacy for candidacy in first.candidacies}
    for candidacy in second.candidacies:
        known = years.setdefault(candidacy.year, candidacy)
        if known.result == Result.UNKNOWN:
            years[candidacy.year] = replace(known, result=candidacy.result, stage=known.stage or candidacy.stage)
        elif candidacy.result not in (Result.UNKNOWN, known.result):
            lines = f"Lignes {first.line} et {second.line}"
            warnings.append(f"{lines}\u00a0: deux résultats en {candidacy.year}, le premier est retenu.")
    return tuple(years[year] for year in sorted(years))


def _earliest(one: Charter | None, other: Charter | None) -> Charter | None:
    """The charter to keep: signed before in progress, dated before undated, then the earliest."""
    known = [charter for charter in (one, other) if charter]
    return min(
        known,
        key=lambda charter: (charter.state != CharterState.SIGNED, charter.year is None, charter.year or 0),
        default=None,
    )
