"""One transaction for an act and its consequences: rows locked in one order, the journal written last."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from django.db import models, transaction

from ecoquartier.core.registry import projections
from ecoquartier.journal import services as journal

M = TypeVar("M", bound=models.Model)

DEFAULT_RANK = 50
"""Rank of the models that declare no `LOCK_RANK`: they are locked last, by name of model."""


class LockOrderWarning(RuntimeWarning):
    """A row was locked after one that comes later in the order: two such acts at once may wait for each other."""


@dataclass
class Unit:
    """What the outermost act has collected so far."""

    drafts: list[journal.Draft] = field(default_factory=list)
    rebuilds: dict[str, set[Any]] = field(default_factory=dict)
    held: set[tuple[int, str, Any]] = field(default_factory=set)

    def copy(self) -> Unit:
        """The same, to come back to."""
        return Unit(list(self.drafts), {kind: set(ids) for kind, ids in self.rebuilds.items()}, set(self.held))

    def come_back_to(self, before: Unit) -> None:
        """Forget what was collected since: the database forgets it too."""
        self.drafts, self.rebuilds, self.held = before.drafts, before.rebuilds, before.held

    def finish(self) -> None:
        """Rebuild the projections, then write the journal: its lock is taken once, last."""
        for kind, ids in self.rebuilds.items():
            rebuild = projections.get(kind)
            if rebuild is None:
                raise LookupError(f"No projection is registered for {kind}.")
            rebuild(ids)
        if self.drafts:
            journal.append(self.drafts)


_current: ContextVar[Unit | None] = ContextVar("unit_of_work", default=None)


@contextmanager
def unit_of_work() -> Iterator[Unit]:
    """The outermost act's transaction; an act inside an act joins it, and leaves nothing in it when it fails."""
    unit = _current.get()
    if unit is not None:
        before = unit.copy()
        try:
            with transaction.atomic():
                yield unit
        except BaseException:
            unit.come_back_to(before)
            raise
        return
    unit = Unit()
    token = _current.set(unit)
    try:
        with transaction.atomic():
            yield unit
            unit.finish()
    finally:
        _current.reset(token)


def lock(obj: M) -> M:
    """Lock a row after those of its aggregate, and return it fresh. See `lock_together`."""
    return cast(M, lock_together([obj])[0])


def lock_together(objects: Sequence[models.Model]) -> list[models.Model]:
    """Lock rows and those of their aggregates in the one order of the platform, and return the former fresh.

    The order is the rank of the model (`LOCK_RANK`), then its name, then the id. An act that touches several objects
    locks them all at its start (`locks=`): whatever order people choose, two such acts never wait for each other.

    Raises:
        ObjectDoesNotExist: a row is gone.
    """
    wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
    for obj in objects:
        for row in (*parents_of(obj), obj):
            wanted[type(row)].add(row.pk)
    _remember((*_order(model), pk) for model, ids in wanted.items() for pk in ids)
    fresh: dict[type[models.Model], dict[Any, models.Model]] = {}
    for model in sorted(wanted, key=_order):
        # No key changes: a row of another table that points here may be written meanwhile.
        rows = model._base_manager.select_for_update(of=("self",), no_key=True).filter(pk__in=wanted[model])
        fresh[model] = {row.pk: row for row in rows.order_by("pk")}
        if gone := wanted[model] - set(fresh[model]):
            raise cast(Any, model).DoesNotExist(f"{model._meta.label} {', '.join(map(str, gone))} is gone.")
    return [fresh[type(obj)][obj.pk] for obj in objects]


def parents_of(obj: models.Model) -> list[models.Model]:
    """The rows to lock before `obj` (its aggregate), as its `lock_parents()` says."""
    parents = getattr(obj, "lock_parents", None)
    return list(parents()) if parents else []


def _order(model: type[models.Model]) -> tuple[int, str]:
    return getattr(model, "LOCK_RANK", DEFAULT_RANK), model._meta.label_lower


def _remember(rows: Iterable[tuple[int, str, Any]]) -> None:
    """Note what the unit holds, and warn of a lock that comes too late: a test fails, production says it in its log."""
    unit = _current.get()
    if unit is None:
        return
    new = set(rows) - unit.held
    if new and unit.held and min(new) < max(unit.held):
        warnings.warn(f"{min(new)} is locked after {max(unit.held)}.", LockOrderWarning, stacklevel=4)
    unit.held |= new
