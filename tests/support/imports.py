"""Sheets of one or two rows, imported."""

from __future__ import annotations

from ecoquartier.operations.models import LegacyImport
from ecoquartier.operations.services.imports import import_file
from tests.support.legacy import Row, as_csv


def row(insee: str = "53130", town: str = "Laval", name: str = "Le Clos inventé", **cells: str) -> Row:
    """A sound row, but for these cells."""
    return {"N° Dept": insee[:2], "CODE INSEE": insee, "Ville": town, "Nom EcoQuartier": name, **cells}


def bring(*rows: Row) -> LegacyImport:
    """Import a sheet with these rows."""
    return import_file("suivi.csv", as_csv(rows))


def counts(made: LegacyImport) -> tuple[int, int, int]:
    """Lines written, lines of an operation known or told before, lines placed nowhere."""
    return made.imported, made.merged, made.skipped


def said(made: LegacyImport, outcome: str) -> list[tuple[int, str]]:
    """(line, text) of the report for one outcome."""
    return [(line[0], line[2]) for line in made.report if line[1] == outcome]
