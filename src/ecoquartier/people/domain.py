"""What a person's roles and memberships add up to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ERASED_DOMAIN = "@effacee.invalid"
"""End of the address of an erased person: no mail ever goes there."""


@dataclass(frozen=True)
class Rights:
    """The roles of a person in force today: codes of roles and territories, ids of organisations."""

    roles: frozenset[str]
    counties: frozenset[str]
    regions: frozenset[str]
    organisations: frozenset[Any]
    represents: frozenset[Any]
