"""Facts about a person and an object, combined with `|`, `&` and `~` (django-rules)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from rules.predicates import Predicate
from rules.predicates import predicate as combinable


def predicate(fact: Callable[..., bool]) -> Predicate:
    """Make a fact combinable; one that answers anything but a bool raises (with `rules` alone, None grants)."""

    @wraps(fact)
    def checked(user: Any, obj: Any = None) -> bool:
        answer = fact(user, obj)
        if not isinstance(answer, bool):
            raise TypeError(f"{fact.__name__} answered {answer!r}, not a bool.")
        return answer

    return combinable(checked)
