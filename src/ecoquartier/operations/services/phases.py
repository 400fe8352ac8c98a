"""The phases of an operation: added, dated, put in order, removed while nothing rests on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import PROTECT, F
from django.utils.translation import gettext as _

from ecoquartier.core.text import sort_key
from ecoquartier.operations.models import PHASE_DATES, Operation, Phase
from ecoquartier.operations.queries import why_not_kept
from ecoquartier.operations.services.sheet import keep_changes, write_row
from ecoquartier.workflow.engine import Effect, act

MAX_PHASES = 50


def has_room_for_phases(operation: Operation) -> str | None:
    """Fewer phases than a page lists well."""
    if operation.phases.count() >= MAX_PHASES:
        return _("Cette opération a déjà %(most)s tranches, le plus possible.") % {"most": MAX_PHASES}
    return None


def is_not_alone(phase: Phase) -> str | None:
    """Every operation has at least one phase."""
    if phase.operation.phases.exclude(pk=phase.pk).exists():
        return None
    return _("C’est la seule tranche de l’opération\u00a0: renommez-la, ou ajoutez-en une autre avant.")


def bears_nothing(phase: Phase) -> str | None:
    """Nothing rests on the phase: no stage held, no row that protects it, such as the scope of a candidature.

    One sentence for both: a stage decided and not yet told would otherwise be guessed (rule 15).
    """
    protected = (relation for relation in Phase._meta.related_objects if relation.on_delete is PROTECT)
    if phase.stages.exists() or any(
        relation.related_model._default_manager.filter(**{relation.field.name: phase}).exists()
        for relation in protected
    ):
        return _("Une candidature ou une étape porte sur cette tranche\u00a0: elle reste à la fiche.")
    return None


@act("phase.added", permission="operations.write", guards=(why_not_kept, has_room_for_phases))
def add_phase(
    operation: Operation, *, actor, name: str, studies: str = "", works: str = "", delivery: str = ""
) -> Effect:
    """Add a phase after the others.

    Args:
        studies, works, delivery: dates as `domain.dates` keeps them; empty when not known.

    Raises:
        ValidationError: another phase has this name, a date is impossible, or comes before what it follows.
    """
    before = operation.as_json("phases")
    phase = Phase(operation=operation, rank=operation.phases.count() + 1)
    phase.name, phase.studies, phase.works, phase.delivery = name, studies, works, delivery
    _save(phase)
    return _done(operation, before, actor, result=phase)


@act("phase.changed", permission="operations.write", guards=(why_not_kept,))
def change_phase(phase: Phase, *, actor, seen: Mapping[str, str] | None = None, **said: str) -> Effect:
    """Rename a phase, change its dates: the given ones among `name` and `PHASE_DATES`, the others stay.

    Args:
        seen: what these fields said when the author was shown them; None from code that shows nothing.

    Raises:
        TransitionRefused: one of them says something else meanwhile.
        ValidationError: another phase has this name, a date is impossible, or comes before what it follows.
        ValueError: a field is not one of a phase.
    """
    before = phase.operation.as_json("phases")
    write_row(phase, said, among=("name", *PHASE_DATES), seen=seen)
    _save(phase)
    return _done(phase.operation, before, actor)


@act("phase.moved", permission="operations.write", guards=(why_not_kept,))
def move_phase(phase: Phase, *, actor, is_up: bool) -> Effect:
    """Let a phase and the one before it, or after it, change places; at an end, nothing moves."""
    before = phase.operation.as_json("phases")
    other = phase.operation.phases.filter(rank=phase.rank + (-1 if is_up else 1)).first()
    if other is None:
        return Effect()
    phase.rank, other.rank = other.rank, phase.rank
    other.save(update_fields=["rank"])
    phase.save(update_fields=["rank"])
    return _done(phase.operation, before, actor)


@act("phase.removed", permission="operations.write", guards=(why_not_kept, is_not_alone, bears_nothing))
def remove_phase(phase: Phase, *, actor) -> Effect:
    """Take a phase away; those that follow come one place nearer."""
    operation = phase.operation
    before = operation.as_json("phases")
    # By the rows, so that the object keeps the id which the journal writes.
    Phase.objects.filter(pk=phase.pk).delete()
    operation.phases.filter(rank__gt=phase.rank).update(rank=F("rank") - 1)
    return _done(operation, before, actor)


def _save(phase: Phase) -> None:
    """Check what is said, then save."""
    others = phase.operation.phases.exclude(pk=phase.pk).values_list("name", flat=True)
    if sort_key(phase.name) in map(sort_key, others):
        raise ValidationError({"name": _("Une autre tranche de l’opération porte déjà ce nom.")})
    phase.full_clean(exclude=["operation", "rank"])
    phase.save()


def _done(operation: Operation, before: Any, actor, *, result: Phase | None = None) -> Effect:
    """Keep what the phases said before, and renew what the public reads."""
    if operation.as_json("phases") != before:
        keep_changes(operation, {"phases": before}, author=actor)
    return Effect(result=result, projections=[("operation", {operation.pk})])
