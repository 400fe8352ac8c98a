"""What a person's roles and memberships add up to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Rights:
    """The roles of a person in force today: codes of roles and territories, ids of organisations."""

    roles: frozenset[str]
    counties: frozenset[str]
    regions: frozenset[str]
    organisations: frozenset[Any]
    represents: frozenset[Any]
