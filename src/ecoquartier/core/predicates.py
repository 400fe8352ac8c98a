"""Facts about a person and an object, combined with `|`, `&` and `~` (django-rules)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import rules


def predicate(fact: Callable[..., bool]) -> rules.predicates.Predicate:
    """Make a fact combinable; one that answers anything but a bool raises (with `rules` alone, None grants)."""

    @wraps(fact)
    def checked(user: Any, obj: Any = None) -> bool:
        answer = fact(user, obj)
        if not isinstance(answer, bool):
            raise TypeError(f"{fact.__name__} answered {answer!r}, not a bool.")
        return answer

    return rules.predicate(checked)
