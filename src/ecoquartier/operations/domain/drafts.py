"""What a draft brings to the sheet: two sets of facts compared, as JSON. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ecoquartier.core.canonical import canonical_json, sha256_hex

EMPTY: tuple[Any, ...] = (None, "", [], {})
"""What says nothing; zero says something."""


@dataclass(frozen=True)
class DraftLine:
    """One field that the draft fills.

    Args:
        field: its name.
        register: what the sheet says now, as JSON.
        draft: what the draft says.
    """

    field: str
    register: Any
    draft: Any

    @property
    def is_same(self) -> bool:
        """Both say the same: there is nothing to do."""
        return self.register == self.draft

    @property
    def is_conflict(self) -> bool:
        """Both say something, and not the same: somebody chooses."""
        return self.register not in EMPTY and not self.is_same


def taken(lines: Iterable[DraftLine], choices: Mapping[str, bool]) -> dict[str, Any]:
    """The fields to write from the draft, as JSON.

    Args:
        choices: field → whether the draft is taken; where nothing was chosen, it is when the sheet says nothing.
    """
    return {
        line.field: line.draft for line in lines if not line.is_same and choices.get(line.field, not line.is_conflict)
    }


def mark_of(lines: Iterable[DraftLine], about: str) -> str:
    """A short word that changes with what is compared.

    Args:
        about: the operation of the register, if any.
    """
    return sha256_hex(canonical_json([about, *([line.field, line.register, line.draft] for line in lines)]))[:16]
