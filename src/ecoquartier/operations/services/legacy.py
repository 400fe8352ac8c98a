"""Import of the ministry's tracking sheet of 2009–2016 (`domain.md` §6)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from ecoquartier.operations.domain import legacy
from ecoquartier.operations.enums import CharterState, FactKind
from ecoquartier.operations.models import CharterSignature, LegacyFact, Operation, StageHistory
from ecoquartier.operations.services import add_operation, record_stage
from ecoquartier.territories.models import Commune
from ecoquartier.territories.queries import commune_index
from ecoquartier.workflow.engine import Effect, Job, record, require

SOURCE = "reprise 2016"
SCHEME = "Premier label (2013)"

# Equivalences of the end of 2016 (domain-facts §3.2): « Engagé » became stage 2, « Label » stage 3.
STAGE_OF = {legacy.Result.ENGAGED: (2, "engagé"), legacy.Result.LABELLED: (3, "label")}


@dataclass(frozen=True)
class ImportReport:
    """What an import did: operations written, already there, and rows that could not be placed."""

    imported: int
    merged: int
    unchanged: int
    skipped: tuple[legacy.SkippedRow, ...]
    warnings: tuple[tuple[int, str], ...]


def plan_import(data: bytes) -> legacy.ImportPlan:
    """What the file asks to write, without writing it.

    Raises:
        LegacyFileError: the file is not such a sheet.
    """
    return legacy.plan(legacy.read_rows(data), commune_index())


def import_operations(
    data: bytes, *, actor=None, progress: Callable[[int, int], None] = lambda done, total: None, dry_run: bool = False
) -> ImportReport:
    """Import the sheet; each operation in its own transaction, so one bad row never stops the others.

    Args:
        actor: somebody of the bureau; the command line when None.
        progress: called with (done, total).

    Raises:
        LegacyFileError: the file is not such a sheet; nothing is written.
        PermissionRefused: the actor may not import.
    """
    actor = actor or Job("import")
    if not isinstance(actor, Job):
        require(actor, "operations.import")
    plan = plan_import(data)
    known = _known_keys()
    for done, planned in enumerate(plan.operations, start=1):
        if planned.source_key not in known and not dry_run:
            _write(planned, actor)
        progress(done, len(plan.operations))
    return _report(plan, known)


def preview(data: bytes) -> tuple[legacy.ImportPlan, ImportReport]:
    """What the file asks to write, and what an import would do of it now; nothing is written.

    Raises:
        LegacyFileError: the file is not such a sheet.
    """
    plan = plan_import(data)
    return plan, _report(plan, _known_keys())


def _known_keys() -> set[str | None]:
    """What makes an operation of the register the same as one of the sheet."""
    return set(Operation.objects.filter(source_key__isnull=False).values_list("source_key", flat=True))


def _report(plan: legacy.ImportPlan, known: Collection[str | None]) -> ImportReport:
    unchanged = sum(planned.source_key in known for planned in plan.operations)
    return ImportReport(
        imported=len(plan.operations) - unchanged,
        merged=len(plan.merged),
        unchanged=unchanged,
        skipped=plan.skipped,
        warnings=tuple((planned.lines[0], text) for planned in plan.operations for text in planned.warnings),
    )


@transaction.atomic
def _write(planned: legacy.PlannedOperation, actor) -> Operation:
    facts = planned.facts
    operation = add_operation(
        name=planned.name,
        lead_commune=Commune.objects.get(pk=planned.insee),
        types=[str(kind) for kind in facts.operation_types] + (["anru"] if facts.is_anru else []),
        area_ha=facts.area_ha,
        dwellings=facts.dwellings,
        social_dwellings=facts.social_dwellings,
        inhabitants=facts.inhabitants,
        source=SOURCE,
        source_key=planned.source_key,
    )
    if facts.charter and facts.charter.state == legacy.CharterState.SIGNED:
        CharterSignature.objects.create(
            operation=operation,
            year=facts.charter.year,
            signed_on=facts.charter.signed_on,
            state=CharterState.TO_CONFIRM,
            source=SOURCE,
        )
    for year, joined in ((2009, facts.joined_call_2009), (2011, facts.joined_call_2011)):
        if joined:
            LegacyFact.objects.create(operation=operation, kind=FactKind.CALL, year=year, source=SOURCE)
    for candidacy in facts.candidacies:
        _write_candidacy(operation, candidacy)
    record(
        "operation.imported",
        operation,
        actor=actor,
        effect=Effect(data={"lines": list(planned.lines)}, projections=[("operation", {operation.pk})]),
    )
    return operation


def _write_candidacy(operation: Operation, candidacy: legacy.Candidacy) -> LegacyFact | StageHistory:
    if candidacy.result in STAGE_OF:
        rank, name = STAGE_OF[candidacy.result]
        return record_stage(
            operation,
            rank=rank,
            name=name,
            scheme_title=SCHEME,
            year=candidacy.year,
            source=SOURCE,
            published_at=datetime(candidacy.year, 12, 31, 12, tzinfo=UTC),
        )
    kind = FactKind.ADJOURNED if candidacy.result == legacy.Result.ADJOURNED else FactKind.CANDIDATE
    return LegacyFact.objects.create(operation=operation, kind=kind, year=candidacy.year, source=SOURCE)
