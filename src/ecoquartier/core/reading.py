"""One page asks the same question in several places; inside `reading()` the database answers it once.

Only reads of one object are concerned, and only where a page asks for it: an act always reads afresh.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from inspect import unwrap
from typing import Any, TypeVar

T = TypeVar("T")

_answers: ContextVar[dict[Any, Any] | None] = ContextVar("answers", default=None)


@contextmanager
def reading() -> Iterator[None]:
    """Remember, until the end of the block, what the functions marked `read_once` answer."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def read_once(function: Callable[..., T]) -> Callable[..., T]:
    """Mark a read `function(obj, *args, **kwargs)` whose answer does not change while a page is made."""

    @wraps(function)
    def ask(obj: Any, *args: Any, **kwargs: Any) -> T:
        answers = _answers.get()
        if answers is None:
            return function(obj, *args, **kwargs)
        key = _key(function, obj, *args, **kwargs)
        if key not in answers:
            answers[key] = function(obj, *args, **kwargs)
        answer: T = answers[key]
        return answer

    return ask


def known(function: Callable[..., T], obj: Any, answer: T) -> None:
    """Give the answer of a `read_once` that came with the object, in the very query that brought it."""
    answers = _answers.get()
    if answers is not None:
        answers[_key(unwrap(function), obj)] = answer


def _key(function: Callable[..., Any], obj: Any, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
    return function, type(obj), obj.pk, args, tuple(sorted(kwargs.items()))
