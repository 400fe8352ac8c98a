"""The only clock that rules read; the campaign simulator moves it across years."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta

from django.utils import timezone

_shift: ContextVar[timedelta] = ContextVar("clock_shift", default=timedelta())


def now() -> datetime:
    """The present instant (aware, UTC), moved by the innermost `travel`."""
    return timezone.now() + _shift.get()


def today() -> date:
    """The present day in Paris."""
    return timezone.localdate(now())


@contextmanager
def travel(to: datetime) -> Iterator[None]:
    """Make `now()` start at `to` (aware) inside the block; time goes on from there."""
    token = _shift.set(to - timezone.now())
    try:
        yield
    finally:
        _shift.reset(token)
