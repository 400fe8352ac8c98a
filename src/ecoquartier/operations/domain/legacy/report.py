"""What becomes of each line of a file, as the bureau reads it and as a spreadsheet opens it."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import NamedTuple, TextIO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecoquartier.core.text import french_number
from ecoquartier.operations.domain.legacy.facts import CharterState, Result
from ecoquartier.operations.domain.legacy.placement import PlannedOperation
from ecoquartier.operations.enums import ImportOutcome

# What begins so is a formula for a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class ReportLine(NamedTuple):
    """One line of the file: what becomes of it, why, and what it holds."""

    line: int
    outcome: str
    text: str
    excerpt: str = ""


def where(planned: PlannedOperation) -> str:
    """The operation and its commune of today."""
    return f"{planned.name}, {planned.commune} ({planned.county})"


def told(planned: PlannedOperation) -> str:
    """What the file tells of one operation beyond its identity, in a line."""
    facts, parts = planned.facts, []
    results = {
        Result.LABELLED: _("label"),
        Result.ENGAGED: _("engagé"),
        Result.ADJOURNED: _("ajourné"),
        Result.UNKNOWN: _("résultat inconnu"),
    }
    if facts.charter and facts.charter.state == CharterState.SIGNED:
        parts.append(_("charte %(year)s") % {"year": facts.charter.year} if facts.charter.year else _("charte signée"))
    for candidacy in facts.candidacies:
        said = f"{results[candidacy.result]} {candidacy.year}"
        if candidacy.stage:
            said = _("%(result)s (étape %(n)s)") % {"result": said, "n": candidacy.stage}
        elif candidacy.lacks_stage:
            said = _("%(result)s (étape à préciser)") % {"result": said}
        parts.append(said)
    parts += [
        _("appel à projets %(year)s") % {"year": year}
        for year, joined in ((2009, facts.joined_call_2009), (2011, facts.joined_call_2011))
        if joined
    ]
    if facts.dwellings:
        said = ngettext("%(n)s logement", "%(n)s logements", facts.dwellings)
        parts.append(said % {"n": french_number(facts.dwellings)})
    return ", ".join(parts)


def write_report(target: TextIO, lines: Iterable[ReportLine], notes: Iterable[str]) -> None:
    """Write the report as a CSV for a spreadsheet: the notes on the file, then each line; no cell is a formula."""
    # The mark tells spreadsheets that it is UTF-8.
    target.write("\ufeff")
    writer = csv.writer(target, delimiter=";")
    writer.writerow([_("ligne"), _("nature"), _("explication"), _("contenu")])
    writer.writerows(["", _("fichier"), plain(note), ""] for note in notes)
    labels = dict(ImportOutcome.choices)
    writer.writerows([line, labels[outcome], plain(text), plain(excerpt)] for line, outcome, text, excerpt in lines)


def plain(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" \u00a0").startswith(FORMULA) or text.startswith(FORMULA) else text
