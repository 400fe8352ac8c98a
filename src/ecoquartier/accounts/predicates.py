"""Facts about a person and an account."""

from __future__ import annotations

from ecoquartier.core.predicates import predicate
from ecoquartier.people.models import User


@predicate
def is_oneself(user, obj=None) -> bool:
    """Is the person whose account it is."""
    return isinstance(obj, User) and obj.pk == user.pk
