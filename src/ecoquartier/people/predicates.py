"""Facts about a person alone."""

from __future__ import annotations

from ecoquartier.core.predicates import predicate
from ecoquartier.people.enums import Role


@predicate
def is_bureau(user, obj=None) -> bool:
    """Belongs to the national bureau."""
    return Role.BUREAU in user.rights.roles


@predicate
def is_support(user, obj=None) -> bool:
    """Gives technical help."""
    return Role.SUPPORT in user.rights.roles


@predicate
def is_expert(user, obj=None) -> bool:
    """Is a qualified expert."""
    return Role.EXPERT in user.rights.roles


@predicate
def is_correspondent(user, obj=None) -> bool:
    """Is the State's correspondent of some county."""
    return Role.CORRESPONDENT in user.rights.roles


@predicate
def is_coordinator(user, obj=None) -> bool:
    """Coordinates some region."""
    return Role.COORDINATOR in user.rights.roles


@predicate
def is_seen_through(user, obj=None) -> bool:
    """Is a person through whom somebody else sees the platform, in the support mode."""
    return user.seen_by is not None


@predicate
def is_member(user, obj=None) -> bool:
    """Has an account."""
    return user.is_authenticated
