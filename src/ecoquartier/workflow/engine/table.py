"""Tables of transitions: named steps between the states of one model, each performed by one service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any

from django.db import models
from django.db.models import TextChoices
from django.utils.translation import gettext as _

from ecoquartier.core.errors import TransitionRefused
from ecoquartier.journal.enums import Release
from ecoquartier.notifications.domain import Notice
from ecoquartier.workflow.engine.acts import Act, Guard, Locks, check, needs_arguments, require, run, start
from ecoquartier.workflow.engine.unit import unit_of_work

REGISTERED = "registered"
"""Marks a transition whose guards are supplied by the higher app that performs it."""


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

    def performs(self, name: str, guards: Sequence[Guard] = (), locks: Locks | None = None):
        """Decorate the service that performs the step `name`: `service(obj, *, actor, **kwargs) -> Effect | None`.

        Args:
            guards: those of a REGISTERED step, at least one.
            locks: the other objects that the step changes.

        Raises:
            KeyError: the table has no such step.
            RuntimeError: it has a performer already, or its guards are missing or belong to the table.
        """
        transition = self.transitions[name]
        if name in self.performers:
            raise RuntimeError(f"{self.name}: {name} has two performers.")
        if (transition.guards == REGISTERED) != bool(guards):
            wrong = "belong to the table" if guards else "are to be given by its performer"
            raise RuntimeError(f"{self.name}: the guards of {name} {wrong}.")
        if guards:
            self.guards[name] = tuple(guards)
        declared = Act(
            transition.event,
            transition.permission,
            self.guards[name],
            transition.notices,
            transition.release,
            locks,
        )

        def decorate(service):
            take = partial(self._take, transition, declared, service)

            @wraps(service)
            def perform(obj, *, actor, **arguments):
                return take(obj, actor, arguments)

            self.performers[name] = take
            return perform

        return decorate

    def follow(self, name: str, obj: models.Model, *, cause: str, actor, **arguments):
        """Take the step `name` as the consequence of an act (`cause` is its event): guards yes, permission no."""
        return self.performers[name](obj, actor, arguments, cause=cause)

    def offers(self, obj: Any, actor) -> list[Offer]:
        """Steps that start from the object's state and that `actor` may take, with the reasons that block them."""
        return [
            Offer(transition.name, transition.label, self._first_reason(transition, obj))
            for transition in self.transitions.values()
            if obj.state in transition.sources and transition.permission and actor.has_perm(transition.permission, obj)
        ]

    def offer(self, name: str, obj: models.Model, actor) -> Offer | None:
        """The offer of one step, or None when it does not start from here or the person may not."""
        return next((offer for offer in self.offers(obj, actor) if offer.name == name), None)

    def why_not(self, name: str, obj: Any, actor) -> str:
        """The sentence that blocks a step now: its state, else its guards; empty when nothing does. Rights aside."""
        transition = self.transitions[name]
        if obj.state not in transition.sources:
            return self._not_from_here(transition, obj, actor)
        return self._first_reason(transition, obj)

    def _first_reason(self, transition: Transition, obj: Any) -> str:
        reasons = (guard(obj) for guard in self.guards[transition.name] if not needs_arguments(guard))
        return str(next(filter(None, reasons), ""))

    def _take(self, transition: Transition, declared: Act, service, obj, actor, arguments, *, cause: str = ""):
        with unit_of_work() as unit:
            fresh = start(declared, obj, actor, arguments)
            if not cause:
                sentence = _("Vous n’avez pas le droit de faire cela\u00a0: «\u00a0%(step)s\u00a0».")
                require(actor, transition.permission, fresh, sentence % {"step": transition.label})
            if fresh.state not in transition.sources:
                raise TransitionRefused(self._not_from_here(transition, fresh, actor), code="wrong_state")
            check(declared.guards, fresh, actor=actor, **arguments)
            state = (fresh.state, transition.target)
            effect = run(unit, declared, service, fresh, actor, arguments, state=state, cause=cause)
        return fresh if effect.result is None else effect.result

    def _not_from_here(self, transition: Transition, obj, actor) -> str:
        label = self.state_label(obj, actor)
        if obj.state == transition.target:
            return _("C’est déjà fait\u00a0: l’état est «\u00a0%(state)s\u00a0».") % {"state": label}
        return _("«\u00a0%(step)s\u00a0» n’est pas possible maintenant\u00a0: l’état est «\u00a0%(state)s\u00a0».") % {
            "step": transition.label,
            "state": label,
        }
