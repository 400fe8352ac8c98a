"""The draft of a provisional holder: written apart, then merged into the sheet, field by field (rule 19)."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ecoquartier.operations.domain.drafts import EMPTY, DraftLine, taken
from ecoquartier.operations.enums import ClaimState
from ecoquartier.operations.models import SHEET_FIELDS, Claim, Operation
from ecoquartier.operations.queries import draft_lines, drafted, read_fact, sheet_of
from ecoquartier.operations.services.sheet import SOURCE_OF_FIGURES, columns_of, keep_changes, write_sheet
from ecoquartier.workflow.engine import Effect, act


def is_provisional(claim: Claim) -> str | None:
    """Nobody has answered yet."""
    if claim.state == ClaimState.PROVISIONAL:
        return None
    return _("Cette demande est déjà %(state)s.") % {"state": claim.get_state_display()}


@act("claim.drafted", permission="operations.write_draft", guards=(is_provisional,))
def write_draft(claim: Claim, *, actor, **values: Any) -> Effect:
    """Change the given fields of the draft among `SHEET_FIELDS`; the journal knows their names only.

    The name of an operation to create is that of the claim. A field emptied leaves the draft: it takes nothing away
    from the register.

    Raises:
        ValidationError: a value is impossible; nothing is saved.
        ValueError: a field is not editable.
    """
    sheet = drafted(claim)
    changed = list(write_sheet(sheet, values))
    if claim.operation is None:
        claim.name = sheet.name
    said = {field: sheet.as_json(field) for field in SHEET_FIELDS}
    claim.draft = {
        field: value for field, value in said.items() if value not in EMPTY and (field, value) != ("name", claim.title)
    }
    return Effect(fields=["draft", "name"], data={"fields": changed})


def merge_draft(claim: Claim, operation: Operation, choices: Mapping[str, bool]) -> tuple[list[str], list[str]]:
    """Write the draft on the sheet, not saved yet, and its history in the name of the claimant.

    Returns:
        The fields that changed, and the columns to save.

    Raises:
        ValidationError: what the draft says has become impossible.
    """
    lines = draft_lines(claim)
    # A source or a date that the draft repeats, or that somebody chose to keep, is that of the figures written.
    said_again = {
        line.field: line.register
        for line in lines
        if line.field in SOURCE_OF_FIGURES and (line.is_same or choices.get(line.field) is False)
    }
    values = {field: read_fact(field, said) for field, said in (said_again | taken(lines, choices)).items()}
    before = write_sheet(operation, values)
    keep_changes(operation, before, author=claim.user)
    return list(before), columns_of(before)


def faults_of(claim: Claim) -> dict[str, list[str]]:
    """Field of the draft → why the register cannot take it, whatever is chosen where they differ."""
    lines = draft_lines(claim)
    conflicts = [line.field for line in lines if line.is_conflict]
    return _faults(claim, lines, dict.fromkeys(conflicts, True)) | _faults(
        claim, lines, dict.fromkeys(conflicts, False)
    )


def _faults(claim: Claim, lines: list[DraftLine], choices: Mapping[str, bool]) -> dict[str, list[str]]:
    """The faults of one set of choices."""
    values = {field: read_fact(field, said) for field, said in taken(lines, choices).items()}
    return refused_by(sheet_of(claim), values)


def refused_by(sheet: Operation, values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Field → why a sheet cannot take it; one fault may hide others, so that what is refused is left out and tried
    again. The sheet is not touched."""
    found: dict[str, list[str]] = {}
    while values:
        try:
            write_sheet(copy.deepcopy(sheet), values)
        except ValidationError as error:
            refused = {field: said for field, said in error.message_dict.items() if field in values}
            if not refused:
                return found
            found |= refused
            values = {field: value for field, value in values.items() if field not in refused}
        else:
            return found
    return found
