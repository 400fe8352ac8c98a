"""The seams: where generic code below reaches what higher apps know.

Each registry is filled in `AppConfig.ready()` and read by generic code only; nothing else ever calls up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Task:
    """Something that waits for a person: what, where, until when."""

    title: str
    path: str
    note: str = ""
    due_on: date | None = None


class Registry(Generic[T]):
    """A named set of entries, each registered once, closed to changes after start-up.

    Args:
        name: shown in error messages and in the generated reference.
        purpose: one sentence for the reference page.
    """

    def __init__(self, name: str, purpose: str) -> None:
        self.name = name
        self.purpose = purpose
        self._entries: dict[str, T] = {}
        self._frozen = False

    def register(self, key: str, entry: T) -> T:
        """Add `entry` under `key`; raises RuntimeError when frozen or already taken by another entry."""
        if self._frozen:
            raise RuntimeError(f"The registry {self.name} is frozen; register {key} in an AppConfig.ready().")
        if self._entries.get(key, entry) is not entry:
            raise RuntimeError(f"{key} is already registered in {self.name}.")
        self._entries[key] = entry
        return entry

    def freeze(self) -> None:
        """Refuse any later registration."""
        self._frozen = True

    def get(self, key: str) -> T | None:
        """The entry under `key`, or None."""
        return self._entries.get(key)

    def items(self) -> Iterator[tuple[str, T]]:
        """All (key, entry) pairs in order of registration."""
        return iter(self._entries.items())


projections: Registry[Callable[[set], None]] = Registry(
    "projections", "kind of object → rebuild(ids), run by the engine in the transaction of the act"
)
pending: Registry[Callable[[Any], list[Task]]] = Registry(
    "pending", "what waits for a person: function(user) → list of tasks"
)
audiences: Registry[Callable] = Registry("audiences", "name of a group → function(object) → recipients")
personal_data: Registry[Callable] = Registry("personal_data", "export and erasure of a person's data, by app")
invariants: Registry[Callable[[], list[str]]] = Registry(
    "invariants", "a fact that must hold between the tables: function() → list of breaches"
)
scopes: Registry[Callable] = Registry("scopes", "kind of object → function(user) → queryset of visible rows")

SEAMS = (projections, pending, audiences, personal_data, invariants, scopes)
