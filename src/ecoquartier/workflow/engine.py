"""How every official act happens.

An act opens a transaction, locks its rows in a fixed order, asks the permission, asks the guards, runs the effect,
saves, rebuilds projections, puts messages in the outbox, and writes the journal last. A transition is an act that
also changes a state, from a table that is data. Nothing leaves before the commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar, cast

from django.db import models, transaction
from django.db.models import TextChoices
from django.utils.translation import gettext as _

from ecoquartier.core import clock
from ecoquartier.core.errors import PermissionRefused, TransitionRefused
from ecoquartier.core.registry import projections
from ecoquartier.journal import services as journal
from ecoquartier.journal.enums import Release
from ecoquartier.notifications import services as outbox
from ecoquartier.notifications.domain import Notice

M = TypeVar("M", bound=models.Model)

Guard = Callable[..., str | None]
REGISTERED = "registered"
"""Marks a transition whose guards are supplied by the higher app that performs it."""


@dataclass(frozen=True)
class Job:
    """An actor that is not a person: the system, or a named job."""

    name: str

    @property
    def pk(self) -> str:
        """Its name in the journal."""
        return f"system:{self.name}"

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        """A job acts only through consequences, where no permission is asked."""
        return False


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


@dataclass
class _Unit:
    """What the outermost act has collected so far."""

    drafts: list[journal.Draft] = field(default_factory=list)
    rebuilds: dict[str, set] = field(default_factory=dict)


_unit: ContextVar[_Unit | None] = ContextVar("unit_of_work", default=None)


class _UnitOfWork:
    """The outermost act's transaction; an act inside an act joins it."""

    def __enter__(self) -> _Unit:
        self._token = None
        unit = _unit.get()
        self._atomic = transaction.atomic()
        self._atomic.__enter__()
        if unit is None:
            unit = _Unit()
            self._token = _unit.set(unit)
        self._current = unit
        return unit

    def __exit__(self, kind, error, trace) -> None:
        try:
            if self._token is not None:
                _unit.reset(self._token)
                if kind is None:
                    for name, ids in self._current.rebuilds.items():
                        rebuild = projections.get(name)
                        if rebuild is None:
                            raise LookupError(f"No projection is registered for {name}.")
                        rebuild(ids)
                    journal.append(self._current.drafts)
        except BaseException as failure:
            self._atomic.__exit__(type(failure), failure, failure.__traceback__)
            raise
        self._atomic.__exit__(kind, error, trace)


def lock(obj: M) -> M:
    """Lock a row after those of its aggregate, in a fixed order (rank of the model, then id); return it fresh."""
    rows: list[models.Model] = [*parents_of(obj), obj]
    for row in sorted(rows, key=lambda r: (getattr(r, "LOCK_RANK", 50), r._meta.label_lower, str(r.pk))):
        fresh = type(row)._base_manager.select_for_update(of=("self",)).get(pk=row.pk)
        if row is obj:
            obj = cast(M, fresh)
    return obj


def parents_of(obj: models.Model) -> list[models.Model]:
    """The rows to lock before `obj` (its aggregate), as its `lock_parents()` says."""
    parents = getattr(obj, "lock_parents", None)
    return list(parents()) if parents else []


def about(obj: models.Model) -> str:
    """The id under which the act is read: the object's `journal_about()`, or its own id."""
    of = getattr(obj, "journal_about", None)
    return str(of() if of else obj.pk)


def require(actor, permission: str, obj: models.Model | None = None) -> None:
    """Raise unless the actor may."""
    if not actor.has_perm(permission, obj):
        raise PermissionRefused(_("Vous n’avez pas le droit de faire cela."), code=permission)


def check(guards: Iterable[Guard], obj: models.Model, **kwargs) -> None:
    """Raise the first guard's sentence as a refusal. Guards take (obj) or (obj, **kwargs of the act)."""
    for guard in guards:
        reason = guard(obj, **kwargs) if getattr(guard, "takes_arguments", False) else guard(obj)
        if reason:
            raise TransitionRefused(reason, code=guard.__name__)


def with_arguments(guard: Guard) -> Guard:
    """Mark a guard that needs the arguments of the act; such a guard is not asked when steps are offered."""
    guard.takes_arguments = True  # type: ignore[attr-defined]
    return guard


def _write(unit: _Unit, slot: int, obj, effect: Effect, *, event, actor, release, notices, cause="") -> None:
    """Collect the entry of an act at `slot`, before those of its consequences, and post its messages."""
    target = effect.result if isinstance(effect.result, models.Model) else obj
    data = {**effect.data, **({"cause": cause} if cause else {})}
    unit.drafts.insert(
        slot,
        journal.Draft(
            event=event,
            obj=target,
            about_id=about(target),
            actor=str(actor.pk),
            occurred_at=clock.now(),
            release=release,
            data=data,
            detail=effect.detail,
        ),
    )
    for kind, ids in effect.projections:
        unit.rebuilds.setdefault(kind, set()).update(ids)
    for notice in notices:
        outbox.post(notice, target)
    if effect.then:
        effect.then()


def act(
    event: str,
    *,
    permission: str,
    guards: Sequence[Guard] = (),
    notices: Sequence[Notice] = (),
    release: str = Release.NOW,
):
    """Turn `service(obj, *, actor, **kwargs) -> Effect` into an act on `obj` that changes no state of a table.

    The decorated service returns `effect.result`, or the fresh object.

    Raises:
        PermissionRefused: the actor may not.
        TransitionRefused: a guard says why not now.
    """

    def decorate(service):
        @wraps(service)
        def act_on(obj, *, actor, **kwargs):
            with _UnitOfWork() as unit:
                fresh = lock(obj)
                if not isinstance(actor, Job):
                    require(actor, permission, fresh)
                check(guards, fresh, actor=actor, **kwargs)
                slot = len(unit.drafts)
                effect = service(fresh, actor=actor, **kwargs) or Effect()
                if effect.fields:
                    fresh.save(update_fields=list(effect.fields))
                _write(unit, slot, fresh, effect, event=event, actor=actor, release=release, notices=notices)
            return fresh if effect.result is None else effect.result

        ACTS[event] = Act(event, permission, tuple(guards), release)
        return act_on

    return decorate


def record(event: str, obj: models.Model, *, actor, effect: Effect | None = None) -> None:
    """Journal an act whose object did not exist before (creation, import), in the transaction that created it."""
    with _UnitOfWork() as unit:
        _write(
            unit,
            len(unit.drafts),
            obj,
            effect or Effect(),
            event=event,
            actor=actor,
            release=Release.NOW,
            notices=(),
        )


@dataclass(frozen=True)
class Act:
    """What the reference page and the tests read of an act that changes no state."""

    event: str
    permission: str
    guards: tuple[Guard, ...]
    release: str


ACTS: dict[str, Act] = {}
"""Every act declared, by journal event: read by the reference page and the tests."""


@dataclass(frozen=True)
class Transition:
    """One line of a table: a named step between states.

    Args:
        name: the step, a member of the app’s TextChoices of verbs.
        sources: states from which it starts.
        target: state it leads to.
        permission: who may, by name in the matrix; empty for a step that only follows another act.
        event: journal event, `object.past`.
        guards: facts asked of the object, each None or a French sentence; or REGISTERED.
        notices: messages put in the outbox.
        release: from when the entry may be read by those concerned.
    """

    name: TextChoices
    sources: tuple[str, ...]
    target: str
    permission: str
    event: str
    guards: tuple[Guard, ...] | str = ()
    notices: tuple[Notice, ...] = ()
    release: str = Release.NOW

    @property
    def label(self) -> str:
        """French verb, as on the button."""
        return str(self.name.label)


@dataclass(frozen=True)
class Offer:
    """A step that a person may take on an object, or the reason why not now."""

    name: str
    label: str
    reason: str = ""

    @property
    def is_open(self) -> bool:
        """True when nothing blocks the step."""
        return not self.reason


class Workflow:
    """A table of transitions of one model, and the services that perform them.

    Args:
        name: title in the reference pages.
        states: the TextChoices of the state column.
        transitions: the table.
        initial: the state in which an object is created.
        state_label: function (object, actor) → the state in words this actor may read.
    """

    registry: dict[str, Workflow] = {}

    def __init__(
        self,
        name: str,
        *,
        states,
        transitions: Sequence[Transition],
        initial: str,
        state_label: Callable[[Any, Any], str] | None = None,
    ) -> None:
        self.name, self.states, self.initial = name, states, initial
        self.state_label = state_label or (lambda obj, actor: obj.get_state_display())
        self.transitions: dict[str, Transition] = {t.name: t for t in transitions}
        self.performers: dict[str, Callable] = {}
        self.guards: dict[str, tuple[Guard, ...]] = {
            t.name: () if isinstance(t.guards, str) else t.guards for t in transitions
        }
        Workflow.registry[name] = self

    def performs(self, name: str, guards: Sequence[Guard] = ()):
        """Decorate the service that performs the step `name`: `service(obj, *, actor, **kwargs) -> Effect | None`."""
        transition = self.transitions[name]
        if name in self.performers:
            raise RuntimeError(f"{self.name}: {name} has two performers.")
        if guards and transition.guards != REGISTERED:
            raise RuntimeError(f"{self.name}: the guards of {name} belong to the table.")
        if transition.guards == REGISTERED:
            self.guards[name] = tuple(guards)

        def decorate(service):
            @wraps(service)
            def perform(obj, *, actor, **kwargs):
                return self._run(transition, service, obj, actor=actor, cause=None, **kwargs)

            self.performers[name] = service
            return perform

        return decorate

    def follow(self, name: str, obj: models.Model, *, cause: str, actor, **kwargs):
        """Take the step `name` as the consequence of an act (`cause` is its event): guards yes, permission no."""
        return self._run(self.transitions[name], self.performers[name], obj, actor=actor, cause=cause, **kwargs)

    def offers(self, obj: Any, actor) -> list[Offer]:
        """Steps that start from the object's state and that `actor` may take, with the reasons that block them."""
        found = []
        for transition in self.transitions.values():
            if obj.state not in transition.sources or not transition.permission:
                continue
            if actor.has_perm(transition.permission, obj):
                found.append(Offer(transition.name, transition.label, self._first_reason(transition, obj)))
        return found

    def why_not(self, name: str, obj: Any, actor) -> str:
        """The sentence that blocks a step now: its state, else its guards; empty when nothing does. Rights aside."""
        transition = self.transitions[name]
        if obj.state not in transition.sources:
            return self._not_from_here(transition, obj, actor)
        return self._first_reason(transition, obj)

    def _first_reason(self, transition: Transition, obj: Any) -> str:
        reasons = (g(obj) for g in self.guards[transition.name] if not getattr(g, "takes_arguments", False))
        return str(next(filter(None, reasons), "") or "")

    def offer(self, name: str, obj: models.Model, actor) -> Offer | None:
        """The offer of one step, or None when it does not start from here or the person may not."""
        return next((offer for offer in self.offers(obj, actor) if offer.name == name), None)

    def _run(self, transition: Transition, service, obj, *, actor, cause, **kwargs):
        with _UnitOfWork() as unit:
            fresh = lock(obj)
            if cause is None:
                allowed = bool(transition.permission) and actor.has_perm(transition.permission, fresh)
                if not allowed and not isinstance(actor, Job):
                    raise PermissionRefused(
                        _("Vous n’avez pas le droit de faire cela\u00a0: «\u00a0%(step)s\u00a0».")
                        % {"step": transition.label},
                        code=transition.permission,
                    )
            if fresh.state not in transition.sources:
                raise TransitionRefused(self._not_from_here(transition, fresh, actor), code="wrong_state")
            check(self.guards[transition.name], fresh, actor=actor, **kwargs)
            slot = len(unit.drafts)
            effect = service(fresh, actor=actor, **kwargs) or Effect()
            source, fresh.state = fresh.state, transition.target
            fresh.save(update_fields=["state", *effect.fields])
            effect.data = {"from": source, "to": transition.target, **effect.data}
            _write(
                unit,
                slot,
                fresh,
                effect,
                event=transition.event,
                actor=actor,
                release=transition.release,
                notices=transition.notices,
                cause=cause or "",
            )
        return fresh if effect.result is None else effect.result

    def _not_from_here(self, transition: Transition, obj, actor) -> str:
        label = self.state_label(obj, actor)
        if obj.state == transition.target:
            return _("C’est déjà fait\u00a0: l’état est «\u00a0%(state)s\u00a0».") % {"state": label}
        return _("«\u00a0%(step)s\u00a0» n’est pas possible maintenant\u00a0: l’état est «\u00a0%(state)s\u00a0».") % {
            "step": transition.label,
            "state": label,
        }
