"""An act: who may, why not now, what it does, what it writes in the journal and whom it tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from ecoquartier.core import clock
from ecoquartier.core.errors import PermissionRefused, TransitionRefused
from ecoquartier.journal import services as journal
from ecoquartier.journal.enums import Release
from ecoquartier.notifications import services as outbox
from ecoquartier.notifications.domain import Notice
from ecoquartier.workflow.engine.unit import Unit, lock_together, unit_of_work

Guard = Callable[..., str | None]
Locks = Callable[..., Iterable[models.Model]]
"""function(obj, **arguments of the act) → the other objects that it changes, to lock at its start."""


@dataclass(frozen=True)
class Job:
    """An actor that is not a person: the system, or a named job. Code starts it, so no permission is asked."""

    name: str

    @property
    def pk(self) -> str:
        """Its name in the journal."""
        return f"system:{self.name}"


@dataclass
class Effect:
    """What an act did, beyond its change of state.

    Args:
        fields: names of the changed fields to save on the object.
        data: ids and codes for the journal (hashed in clear; never a name or a text).
        detail: words for the journal (erasable).
        result: what the service returns; the object itself by default.
        projections: (kind, ids) to rebuild before the commit.
        then: consequences, run once the object is saved.
    """

    fields: Sequence[str] = ()
    data: dict[str, Any] = field(default_factory=dict)
    detail: dict[str, Any] = field(default_factory=dict)
    result: Any = None
    projections: Sequence[tuple[str, set]] = ()
    then: Callable[[], Any] | None = None


@dataclass(frozen=True)
class Act:
    """What an act is: its entry in the journal, who may, what may stop it, whom it tells.

    Args:
        event: journal event, `object.past`.
        permission: who may, by name in the matrix; empty for a consequence of another act.
        guards: facts asked of the object, each None or a French sentence.
        notices: messages put in the outbox.
        release: from when the entry may be read by those concerned.
        locks: the other objects that the act changes.
    """

    event: str
    permission: str
    guards: tuple[Guard, ...] = ()
    notices: tuple[Notice, ...] = ()
    release: str = Release.NOW
    locks: Locks | None = None


ACTS: dict[str, Act] = {}
"""Every act that changes no state of a table, by journal event: read by the reference page and the tests."""

_ACT_OF: dict[Callable[..., Any], Act] = {}
_WITH_ARGUMENTS: set[Guard] = set()


def require(actor, permission: str, obj: models.Model | None = None, sentence: str = "") -> None:
    """Raise PermissionRefused unless the actor may; a step without permission is nobody's to take."""
    if isinstance(actor, Job) or (permission and actor.has_perm(permission, obj)):
        return
    raise PermissionRefused(sentence or _("Vous n’avez pas le droit de faire cela."), code=permission)


def check(guards: Iterable[Guard], obj: models.Model, **kwargs) -> None:
    """Raise the first guard's sentence as a TransitionRefused. Guards take (obj) or (obj, **arguments of the act)."""
    for guard in guards:
        reason = guard(obj, **kwargs) if needs_arguments(guard) else guard(obj)
        if reason:
            raise TransitionRefused(reason, code=guard.__name__)


def with_arguments(guard: Guard) -> Guard:
    """Mark a guard that needs the arguments of the act; such a guard is not asked when steps are offered."""
    _WITH_ARGUMENTS.add(guard)
    return guard


def needs_arguments(guard: Guard) -> bool:
    """Whether the guard was marked `with_arguments`."""
    return guard in _WITH_ARGUMENTS


def obstacles(service: Callable[..., Any], obj: models.Model) -> list[str]:
    """Why the act of a service is not possible on `obj` now, one sentence per guard that needs no argument."""
    guards = (guard for guard in _ACT_OF[service].guards if not needs_arguments(guard))
    return list(filter(None, (guard(obj) for guard in guards)))


def act(
    event: str,
    *,
    permission: str,
    guards: Sequence[Guard] = (),
    notices: Sequence[Notice] = (),
    release: str = Release.NOW,
    locks: Locks | None = None,
):
    """Turn `service(obj, *, actor, **kwargs) -> Effect` into an act on `obj` that changes no state of a table.

    The decorated service returns `effect.result`, or the fresh object.

    Raises:
        PermissionRefused: the actor may not.
        TransitionRefused: a guard says why not now.
    """
    declared = ACTS[event] = Act(event, permission, tuple(guards), tuple(notices), release, locks)

    def decorate(service):
        @wraps(service)
        def act_on(obj, *, actor, **arguments):
            with unit_of_work() as unit:
                fresh = start(declared, obj, actor, arguments)
                require(actor, permission, fresh)
                check(declared.guards, fresh, actor=actor, **arguments)
                effect = run(unit, declared, service, fresh, actor, arguments)
            return fresh if effect.result is None else effect.result

        _ACT_OF[act_on] = declared
        return act_on

    return decorate


def record(event: str, obj: models.Model, *, actor, effect: Effect | None = None) -> None:
    """Journal an act whose object did not exist before (creation, import), in the transaction that created it."""
    with unit_of_work() as unit:
        _write(unit, len(unit.drafts), Act(event, ""), obj, effect or Effect(), actor)


def start(declared: Act, obj, actor, arguments: dict[str, Any]):
    """Lock the object and those that the act changes with it, all at once; return the object fresh.

    The arguments that were locked are fresh too: a guard never judges what somebody changed in the meantime.
    """
    others = declared.locks(obj, actor=actor, **arguments) if declared.locks else ()
    fresh, *locked = lock_together([obj, *others])
    # Two instances of one row are equal.
    known = {row: row for row in locked}
    for name, value in arguments.items():
        if isinstance(value, models.Model) and value.pk and value in known:
            arguments[name] = known[value]
    return fresh


def run(
    unit: Unit,
    declared: Act,
    service,
    fresh,
    actor,
    arguments: dict[str, Any],
    *,
    state: tuple[str, str] | None = None,
    cause: str = "",
) -> Effect:
    """Run the service, save what it changed, and write its entry before those of its consequences.

    Args:
        state: (from, to) for a transition, saved with the rest.
        cause: event of the act that this one follows.
    """
    slot = len(unit.drafts)
    effect: Effect = service(fresh, actor=actor, **arguments) or Effect()
    changed = list(effect.fields)
    if state:
        fresh.state = state[1]
        changed.append("state")
        effect.data = {"from": state[0], "to": state[1], **effect.data}
    if cause:
        effect.data = {**effect.data, "cause": cause}
    if changed:
        fresh.save(update_fields=changed)
    _write(unit, slot, declared, fresh, effect, actor)
    return effect


def _write(unit: Unit, slot: int, declared: Act, obj, effect: Effect, actor) -> None:
    target = effect.result if isinstance(effect.result, models.Model) else obj
    entry = journal.Draft(
        event=declared.event,
        obj=target,
        about_id=about(target),
        actor=str(actor.pk),
        occurred_at=clock.now(),
        release=declared.release,
        data=effect.data,
        detail=effect.detail,
    )
    unit.drafts.insert(slot, entry)
    for kind, ids in effect.projections:
        unit.rebuilds.setdefault(kind, set()).update(ids)
    for notice in declared.notices:
        outbox.post(notice, target)
    if effect.then:
        effect.then()


def about(obj: models.Model) -> str:
    """The id under which the act is read: the object's `journal_about()`, or its own id."""
    of = getattr(obj, "journal_about", None)
    return str(of() if of else obj.pk)
