"""Named reads of notebooks."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, TextField
from django.db.models.functions import Cast, JSONObject
from django.utils.translation import gettext as _

from ecoquartier.campaigns.domain import StageFacts
from ecoquartier.campaigns.enums import Section
from ecoquartier.core.reading import read_once
from ecoquartier.framework.models import Commitment, Dimension, Framework
from ecoquartier.notebooks.models import CommitmentAnswer, Notebook
from ecoquartier.operations import queries as operations
from ecoquartier.operations.enums import DocumentKind
from ecoquartier.operations.models import Operation
from ecoquartier.people.models import User

Gathered = dict[str, Any]
"""What an operation and its notebook hold in rows of their own: {"perimeter": its quote, "files": {"photos": […],
"documents": […]}, "answers": [{"number", "text"}, …], "is_advised": whether something was recommended, "unanswered":
[{"id", "text"}, …]}."""


def gathered_quote(path: str) -> JSONObject:
    """The answer of `gathered_for` for the operation at `path`, for rows that bring it in their own query."""
    answers = CommitmentAnswer.objects.filter(notebook__operation=OuterRef(path)).order_by("commitment__number")
    waiting = operations.unanswered_recommendations(OuterRef(path))
    return JSONObject(
        perimeter=operations.perimeter_quote(path),
        files=operations.files_quote(path),
        is_advised=Exists(operations.told_recommendations().filter(operation=OuterRef(path))),
        answers=ArraySubquery(answers.values_list(JSONObject(number="commitment__number", text="text"))),
        unanswered=ArraySubquery(waiting.values_list(JSONObject(id=Cast("pk", TextField()), text="text"))),
    )


@read_once
def gathered_for(operation: Operation) -> Gathered:
    """What a candidature gathers beside the sheet, in one query."""
    return Operation.objects.values_list(gathered_quote("pk"), flat=True).get(pk=operation.pk)


def answers_in(gathered: Gathered) -> dict[int, str]:
    """Texts of the commitments answered, by number."""
    return {row["number"]: row["text"] for row in gathered["answers"] if row["text"].strip()}


@read_once
def answers_of(operation: Operation) -> dict[int, CommitmentAnswer]:
    """Answers that hold a text, by number of the commitment."""
    answers = CommitmentAnswer.objects.filter(notebook__operation=operation).select_related("commitment", "updated_by")
    return {answer.commitment.number: answer for answer in answers if answer.text.strip()}


@read_once
def commitment_names(framework: Framework) -> tuple[tuple[int, str], ...]:
    """Number and short title of each commitment of a version, in order."""
    return tuple(framework.commitments.values_list("number", "short"))


def notebook_of(operation: Operation) -> Notebook | None:
    """The notebook of the operation, or None before the first word."""
    return Notebook.objects.filter(operation=operation).select_related("framework").first()


def rows_of(operation: Operation) -> dict[int, CommitmentAnswer]:
    """Every answer ever saved, also those emptied since, by number of the commitment."""
    rows = CommitmentAnswer.objects.filter(notebook__operation=operation).select_related("commitment", "updated_by")
    return {row.commitment.number: row for row in rows}


@dataclass(frozen=True)
class SectionState:
    """A section of the notebook and how far it is.

    Args:
        missing: French names of what is still empty.
        commitments: those of the section, in order; none in a section of the register.
    """

    code: str
    title: str
    done: int
    total: int
    missing: tuple[str, ...] = ()
    commitments: tuple[Commitment, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Nothing is missing."""
        return self.done == self.total


@dataclass(frozen=True)
class Outline:
    """The sections of a notebook, in order."""

    sections: tuple[SectionState, ...]

    @property
    def done(self) -> int:
        """Elements there."""
        return sum(section.done for section in self.sections)

    @property
    def total(self) -> int:
        """Elements that a complete notebook holds."""
        return sum(section.total for section in self.sections)


def outline(operation: Operation, dimensions: Iterable[Dimension], answered: Collection[int]) -> Outline:
    """How far the notebook is: the register's sections, then one per dimension (with its commitments loaded)."""
    return Outline(
        (
            _register_section(operation, "identity", _("Identité"), operations.IDENTITY),
            _register_section(
                operation, "programme", _("Contexte et programme"), operations.CONTEXT + operations.PROGRAMME
            ),
            *(_answers_section(dimension, answered) for dimension in dimensions),
        )
    )


def _register_section(operation: Operation, code: str, title: str, names: tuple[str, ...]) -> SectionState:
    missing_names = operations.empty_fields(operation, names)
    return SectionState(code, title, len(names) - len(missing_names), len(names), missing_names)


def _answers_section(dimension: Dimension, answered: Collection[int]) -> SectionState:
    commitments = tuple(dimension.commitments.all())
    lacking = tuple(str(commitment) for commitment in commitments if commitment.number not in answered)
    total = len(commitments)
    return SectionState(dimension.code, dimension.title, total - len(lacking), total, lacking, commitments)


def stage_facts(
    operation: Operation, *, framework: Framework, known_to: User | None, on: date | None = None
) -> StageFacts:
    """What the operation and its notebook hold, as `known_to` may know it (None: the holder’s side, whoever asks)."""
    held = operations.stages_known_to(operation, known_to) if known_to else operations.stages_told(operation)
    gathered = gathered_for(operation)
    return StageFacts(
        held=frozenset(held.values_list("rank", flat=True)),
        has_meeting=operation.met_on is not None or operation.meeting_waived_on is not None,
        meeting_asked_on=operation.meeting_asked_on,
        has_charter=operations.has_charter(operation),
        charter_told=operations.charter_told(operation),
        answered=frozenset(answers_in(gathered)),
        commitments=commitment_names(framework),
        empty={
            Section.IDENTITY: operations.empty_fields(operation, operations.IDENTITY),
            Section.PROGRAMME: operations.empty_fields(operation, operations.PROGRAMME),
            Section.CONTEXT: operations.empty_fields(operation, operations.CONTEXT),
        },
        unanswered={row["id"]: row["text"] for row in gathered["unanswered"]},
        absent=frozenset(section for section, given in _given(gathered) if not given),
        works=operations.works_of(operation),
        delivery=operation.delivery,
        on=on or date.max,
    )


def _given(gathered: Gathered) -> list[tuple[Section, object]]:
    """What was given of each section that holds one thing, or several of a kind."""
    return [
        (Section.PERIMETER, gathered["perimeter"]),
        (Section.PLANS, [row for row in gathered["files"]["documents"] if row["kind"] == DocumentKind.PLAN]),
        (Section.PHOTOS, gathered["files"]["photos"]),
    ]


def notebook_kept(kept: models.Model, duplicate: models.Model) -> str | None:
    """Why an operation whose notebook is written is not merged into another: no word of its team is lost."""
    if not isinstance(kept, Operation) or not _is_written(duplicate):
        return None
    if _is_written(kept):
        return _("Les deux fiches ont un carnet rempli\u00a0: elles ne peuvent pas se confondre.")
    return _("Le carnet de «\u00a0%(operation)s\u00a0» est rempli\u00a0: c’est sa fiche qu’il faut garder.") % {
        "operation": duplicate
    }


def _is_written(operation: models.Model) -> bool:
    return CommitmentAnswer.objects.filter(notebook__operation=operation.pk).exclude(text="").exists()


def version_breaches() -> list[str]:
    """Invariant: a notebook answers the commitments of its own version of the référentiel."""
    rows = CommitmentAnswer.objects.exclude(commitment__framework=F("notebook__framework"))
    return [f"réponse {pk}\u00a0: d’une autre version" for pk in rows.values_list("pk", flat=True)]


def answers_by_commitment(framework: Framework) -> dict[int, int]:
    """How many answers hold a text, by number of the commitment, in all the notebooks of a version."""
    rows = CommitmentAnswer.objects.filter(notebook__framework=framework, commitment__framework=framework)
    counted = rows.exclude(text="").order_by().values("commitment__number").annotate(n=Count("pk"))
    return dict(counted.values_list("commitment__number", "n"))
