"""Deposits as plain data: how one is composed, compared and hashed. Pure functions."""

from __future__ import annotations

from collections.abc import Collection
from copy import deepcopy
from typing import Any

from ecoquartier.core.canonical import canonical_json, sha256_hex

Snapshot = dict[str, Any]
"""{"operation": {field: value}, "answers": {number: text}, …}; a field's path is "operation.dwellings", "answers.4"."""


def compose(previous: Snapshot | None, current: Snapshot, opened: Collection[str] | None) -> Snapshot:
    """The content of a new deposit (rule 3).

    Without a previous deposit, or when nothing was asked (`opened` is None), it is the current content; else the
    opened fields come from the current content and everything else from the previous deposit.
    """
    if previous is None or opened is None:
        return deepcopy(current)
    result = deepcopy(previous)
    for path in opened:
        section, _, key = path.partition(".")
        if section in current and key in current[section]:
            result.setdefault(section, {})[key] = deepcopy(current[section][key])
    return result


def content_hash(snapshot: Snapshot) -> str:
    """SHA-256 (hex) of the canonical JSON of a snapshot."""
    return sha256_hex(canonical_json(snapshot))


def differences(before: Snapshot, after: Snapshot) -> list[tuple[str, Any, Any]]:
    """(path, before, after) of each field that differs, in order of path."""
    paths = {
        f"{section}.{key}"
        for snapshot in (before, after)
        for section, fields in snapshot.items()
        if isinstance(fields, dict)
        for key in fields
    }
    found = []
    for path in sorted(paths):
        section, _, key = path.partition(".")
        old, new = before.get(section, {}).get(key), after.get(section, {}).get(key)
        if old != new:
            found.append((path, old, new))
    return found
