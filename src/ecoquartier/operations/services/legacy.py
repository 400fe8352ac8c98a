"""What a file of older operations tells, read against the register and written in it (`domain.md` §6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from ecoquartier.campaigns.queries import all_schemes
from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError
from ecoquartier.core.text import french_list
from ecoquartier.operations.domain import legacy
from ecoquartier.operations.domain.legacy.facts import OperationType
from ecoquartier.operations.domain.legacy.report import ReportLine, told, where
from ecoquartier.operations.enums import CharterState, FactKind, ImportOutcome
from ecoquartier.operations.models import CharterSignature, LegacyFact, Operation
from ecoquartier.operations.services import add_operation, record_stage
from ecoquartier.territories.models import Commune
from ecoquartier.territories.queries import commune_index
from ecoquartier.workflow.engine import Effect, lock, record

SOURCE = "reprise 2016"
# What a sheet says without a year was so when it was last written: in that year when no heading of it tells.
SHEET_YEAR = 2016
FIRST_LABEL, FOUR_STAGES = "premier-label-2013", "quatre-etapes"
ENGAGED, LABELLED = 2, 3  # equivalences on the common scale of the two titles of the first label

FIGURES = ("area_ha", "dwellings", "social_dwellings", "inhabitants")

# What a candidacy leaves when it gives no stage.
FACTS = {legacy.Result.ADJOURNED: FactKind.ADJOURNED, legacy.Result.LABELLED: FactKind.LABEL}

StageWords = Mapping[tuple[str, int], tuple[str, str]]
"""(code of the scheme, level) → (name of the stage, title of the scheme)."""


@dataclass(frozen=True)
class Reading:
    """A file read against the register of now: what it asks to write, and what is known already."""

    plan: legacy.ImportPlan
    notes: tuple[str, ...]
    known: Mapping[tuple[str, str], UUID]
    """Key of a planned operation → the operation of the register that it is."""
    completed: frozenset[tuple[str, str]]
    """Keys of those that the file completes."""
    words: StageWords

    def lines(self) -> list[ReportLine]:
        """What becomes of each line of the file, in its order."""
        return sorted([*self._placed(), *self._merged(), *self._skipped()], key=lambda said: said.line)

    def _placed(self) -> Iterator[ReportLine]:
        for planned in self.plan.operations:
            yield ReportLine(planned.lines[0], self._outcome(planned.key).value, where(planned), told(planned))
            for line, doubt in planned.doubts:
                yield ReportLine(line, ImportOutcome.DOUBT.value, doubt, planned.name)

    def _outcome(self, key: tuple[str, str]) -> ImportOutcome:
        if key not in self.known:
            return ImportOutcome.IMPORTED
        return ImportOutcome.COMPLETED if key in self.completed else ImportOutcome.KNOWN

    def _merged(self) -> Iterator[ReportLine]:
        names = {planned.key: planned.name for planned in self.plan.operations}
        for row in self.plan.merged:
            said = _("Même opération qu’à la ligne %(line)s.") % {"line": row.into_line}
            yield ReportLine(row.line, ImportOutcome.MERGED.value, said, names[row.key])

    def _skipped(self) -> Iterator[ReportLine]:
        for row in self.plan.skipped:
            yield ReportLine(row.line, ImportOutcome.SKIPPED.value, row.reason, row.excerpt)


def read(data: bytes) -> Reading:
    """Read a file, without writing anything.

    Raises:
        LegacyFileError: it is not such a sheet.
        DomainError: the schemes are not loaded.
    """
    words = stage_words()
    file = legacy.open_file(data)
    plan = legacy.plan(file.rows(), commune_index())
    known = _known(plan)
    return Reading(plan, file.notes, known, _completed(plan, known, words), words)


def _known(plan: legacy.ImportPlan) -> dict[tuple[str, str], UUID]:
    """The operations of the register that the file speaks of: by the key of an earlier import, else by their name."""
    sought = Q(source_key__in=[planned.source_key for planned in plan.operations])
    sought |= Q(lead_commune__in={planned.insee for planned in plan.operations})
    stays = Coalesce("merged_into", "pk")  # one that was merged is the one that took it
    rows = list(Operation.objects.filter(sought).values_list(stays, "source_key", "lead_commune", "name"))
    by_source = {source_key: pk for pk, source_key, _commune, _name in rows if source_key}
    by_name = {(commune, legacy.operation_key(name)): pk for pk, _key, commune, name in rows}
    found = {p.key: by_source.get(p.source_key) or by_name.get((p.insee, p.key[1])) for p in plan.operations}
    return {key: pk for key, pk in found.items() if pk}


def _completed(
    plan: legacy.ImportPlan, known: Mapping[tuple[str, str], UUID], words: StageWords
) -> frozenset[tuple[str, str]]:
    """Keys of the operations of the register to which the file would add something, as `complete` does."""
    rows = Operation.objects.prefetch_related("stages", "legacy_facts", "charter_signatures").in_bulk(known.values())
    return frozenset(
        planned.key
        for planned in plan.operations
        if (operation := rows.get(known.get(planned.key)))
        and (_lacking(operation, planned, words) or _fill(operation, planned))
    )


def stage_words() -> StageWords:
    """How the stages that the sheet tells of are named.

    Raises:
        DomainError: the schemes are not loaded.
    """
    words = {
        (scheme.code, stage.level): (stage.name, scheme.title)
        for scheme in all_schemes()
        for stage in scheme.stages.all()
    }
    if not {(FIRST_LABEL, ENGAGED), (FIRST_LABEL, LABELLED)} <= words.keys():
        raise DomainError(
            _("Chargez d’abord les données de référence\u00a0: manage.py load_reference."), "no_reference"
        )
    return words


@transaction.atomic
def add(planned: legacy.PlannedOperation, *, words: StageWords, actor, about: UUID) -> Operation:
    """Put an operation of the file in the register, with its facts.

    Args:
        about: the import, for the journal.

    Raises:
        ValidationError, DatabaseError: the register refuses it; nothing is written.
    """
    facts = planned.facts
    figures = {name: getattr(facts, name) for name in FIGURES}
    has_figures = any(value is not None for value in figures.values())
    operation = add_operation(
        name=planned.name,
        lead_commune=Commune.objects.get(pk=planned.insee),
        types=_types(facts),
        source=SOURCE,
        source_key=planned.source_key,
        figures_source=_figures_source(facts) if has_figures else "",
        **figures,
    )
    _add_facts(operation, planned, words)
    _record(operation, planned, actor, about, [])
    return operation


@transaction.atomic
def complete(pk: UUID, planned: legacy.PlannedOperation, *, words: StageWords, actor, about: UUID) -> bool:
    """Add what the file tells and the register does not know yet; True when there was something.

    What a holder may have written is never changed: only dated facts are added to an operation that has one.
    """
    operation = lock(Operation(pk=pk))
    changed = _add_facts(operation, planned, words)
    filled = _fill(operation, planned)
    if filled:
        operation.full_clean(exclude=["holder", "source_key"])
        operation.save(update_fields={"figures" if name in FIGURES else name for name in filled})
    if changed or filled:
        _record(operation, planned, actor, about, [*changed, *filled])
    return bool(changed or filled)


def _record(operation: Operation, planned, actor, about: UUID, added: list[str]) -> None:
    data: dict[str, Any] = {"lines": list(planned.lines), "import": str(about)}
    effect = Effect(data=data | ({"added": added} if added else {}), projections=[("operation", {operation.pk})])
    record("operation.imported", operation, actor=actor, effect=effect)


def _types(facts: legacy.LegacyRow) -> list[str]:
    """The choices of the list: that of the ANRU says renewal already."""
    if facts.is_anru:
        return [*(str(kind) for kind in facts.operation_types if kind != OperationType.RENEWAL), "anru"]
    return [str(kind) for kind in facts.operation_types]


def _figures_source(facts: legacy.LegacyRow) -> str:
    """Who gives the figures, on the sheet: nobody of the operation did."""
    if facts.sheet_year is None:
        return _("Tableau de suivi du ministère")
    return _("Tableau de suivi du ministère, %(year)s") % {"year": facts.sheet_year}


def _fill(operation: Operation, planned: legacy.PlannedOperation) -> list[str]:
    """Fill what identifies it at the next import, and the figures of an operation that nobody holds; the names of what
    was filled. Nothing is saved.
    """
    filled = [] if operation.holder_id else _fill_figures(operation, planned.facts)
    if operation.source_key is None:
        operation.source_key = planned.source_key
        filled.append("source_key")
    return filled


def _fill_figures(operation: Operation, facts: legacy.LegacyRow) -> list[str]:
    """Fill the figures that nobody has given, with their source when there were none; the names of what was filled."""
    is_first = not operation.figures
    values = {name: getattr(facts, name) for name in FIGURES} | {"types": _types(facts)}
    empty = [name for name, value in values.items() if value and getattr(operation, name) in (None, [])]
    for name in empty:
        setattr(operation, name, values[name])
    social, dwellings = operation.social_dwellings, operation.dwellings
    if social is not None and dwellings is not None and social > dwellings:
        # Half of this comes from elsewhere: the two figures do not speak of the same programme.
        for name in {"social_dwellings", "dwellings"} & set(empty):
            setattr(operation, name, None)
            empty.remove(name)
    if is_first and operation.figures and not operation.figures_source:
        operation.figures_source = _figures_source(facts)
        empty.append("figures_source")
    return empty


@dataclass(frozen=True)
class Lacking:
    """The dated facts that a file tells and an operation does not have."""

    charter: legacy.Charter | None
    stages: tuple[tuple[tuple[str, int], int], ...]
    """((scheme, level), year) of each."""
    facts: tuple[tuple[FactKind, int, str], ...]

    def __bool__(self) -> bool:
        return bool(self.charter or self.stages or self.facts)


def _lacking(operation: Operation, planned: legacy.PlannedOperation, words: StageWords) -> Lacking:
    """What the operation does not have yet; no charter is added to one that has a signature."""
    held = {(row.rank, row.year, row.source) for row in operation.stages.all()}
    has = {(fact.kind, fact.year) for fact in operation.legacy_facts.all()}
    obtained = [(_stage_of(candidacy, words), candidacy.year) for candidacy in planned.facts.candidacies]
    charter = planned.facts.charter
    is_signed = charter is not None and charter.state == legacy.CharterState.SIGNED
    return Lacking(
        charter if is_signed and not operation.charter_signatures.all() else None,
        # A stage held by a real award, or in that year already, is not obtained twice.
        tuple(
            (stage, obtained_in)
            for stage, obtained_in in obtained
            if stage
            and not any(rank == stage[1] and (year == obtained_in or source != SOURCE) for rank, year, source in held)
        ),
        tuple(fact for fact in _undated(planned) + _dated(planned.facts, words) if (fact[0].value, fact[1]) not in has),
    )


def _add_facts(operation: Operation, planned: legacy.PlannedOperation, words: StageWords) -> list[str]:
    """Write the dated facts that the operation does not have yet; what was written."""
    lacking, added = _lacking(operation, planned, words), []
    if charter := lacking.charter:
        CharterSignature.objects.create(
            operation=operation,
            year=charter.year,
            signed_on=charter.signed_on,
            state=CharterState.TO_CONFIRM,
            source=SOURCE,
        )
        added.append("charter")
    for stage, year in lacking.stages:
        name, title = words[stage]
        record_stage(
            operation,
            rank=stage[1],
            name=name,
            scheme_title=title,
            year=year,
            source=SOURCE,
            published_at=min(datetime(year, 12, 31, 12, tzinfo=UTC), clock.now()),
        )
        added.append(f"stage {stage[1]} {year}")
    for kind, year, detail in lacking.facts:
        LegacyFact.objects.create(operation=operation, kind=kind, year=year, detail=detail[:300], source=SOURCE)
        added.append(f"{kind.value} {year}")
    return added


def _stage_of(candidacy: legacy.Candidacy, words: StageWords) -> tuple[str, int] | None:
    """(scheme, level) of the stage that a candidacy obtained, or None when it obtained none that is known."""
    titles = {legacy.Result.ENGAGED: ENGAGED, legacy.Result.LABELLED: LABELLED}
    if candidacy.result not in titles:
        return None
    if candidacy.year < legacy.FIRST_YEAR_OF_STAGES:
        return FIRST_LABEL, titles[candidacy.result]
    level = ENGAGED if candidacy.result == legacy.Result.ENGAGED else candidacy.stage or 0
    return (FOUR_STAGES, level) if (FOUR_STAGES, level) in words else None


def _dated(facts: legacy.LegacyRow, words: StageWords) -> list[tuple[FactKind, int, str]]:
    """What has its own year, and is no stage held."""
    calls = ((2009, facts.joined_call_2009), (2011, facts.joined_call_2011))
    found = [(FactKind.CALL, year, "") for year, joined in calls if joined]
    for candidacy in facts.candidacies:
        if _stage_of(candidacy, words):
            continue
        detail = _("étape %(n)s") % {"n": candidacy.stage} if candidacy.stage else ""
        found.append((FACTS.get(candidacy.result, FactKind.CANDIDATE), candidacy.year, detail))
    return found


def _undated(planned: legacy.PlannedOperation) -> list[tuple[FactKind, int, str]]:
    """What the sheet says of its own time."""
    facts = planned.facts
    situation = [said for said in (facts.urban_kind, facts.territorial_situation, facts.site_situation) if said]
    in_progress = facts.charter is not None and facts.charter.state == legacy.CharterState.IN_PROGRESS
    others = Commune.objects.filter(pk__in=planned.other_insees).values_list("name", flat=True)
    places = [*others, *planned.other_names] if planned.other_insees else list(planned.other_names)
    said = (
        (FactKind.CHARTER_STARTED, in_progress, ""),
        (FactKind.PLANNER, facts.planner, facts.planner),
        (FactKind.PARK, facts.is_pnr, ""),
        (FactKind.SITUATION, situation, ", ".join(situation)),
        (FactKind.PLACES, places, french_list(places)),
        (FactKind.TYPE, facts.operation_type_note, facts.operation_type_note),
        (FactKind.GRANT, facts.evaluation_grant, str(facts.evaluation_grant or "")),
    )
    return [(kind, facts.sheet_year or SHEET_YEAR, detail) for kind, is_said, detail in said if is_said]
