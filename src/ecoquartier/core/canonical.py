"""One byte representation for each value, so that a hash written today is found again in ten years.

The journal, the deposits and the published lists hash what this module returns: changing it breaks every
chain already written. The rules are few on purpose: UTF-8, sorted keys, no spaces, dates in ISO 8601 (instants
in UTC), UUIDs and decimals as strings, no NaN.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from django.utils.functional import Promise


def canonical_json(obj: Any) -> bytes:
    """Return the canonical UTF-8 JSON of `obj`; raise TypeError or ValueError for what has no stable form."""
    text = json.dumps(_plain(obj), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of `data` in lowercase hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _plain(value: Any) -> Any:
    """Reduce a value to what JSON knows."""
    if isinstance(value, Enum):
        return _plain(value.value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, UUID | Promise):
        return str(value)
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((_plain(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    raise TypeError(f"No canonical form for {type(value).__name__}.")


def _instant(value: datetime) -> str:
    """Write an instant in UTC: the database gives back another offset than the one it was given."""
    if value.tzinfo is None:
        raise ValueError("A naive datetime has no canonical form.")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _decimal(value: Decimal) -> str:
    """Write a decimal without trailing zeros: 1.5 assigned and 1.50 read back are the same value."""
    if not value.is_finite():
        raise ValueError("A decimal that is not finite has no canonical form.")
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    """Turn keys into strings, and refuse two keys that would become one."""
    plain: dict[str, Any] = {}
    for key, item in value.items():
        name = _plain(key)
        if isinstance(name, bool) or not isinstance(name, str | int):
            raise TypeError(f"No canonical form for a key of type {type(key).__name__}.")
        if str(name) in plain:
            raise ValueError(f"Two keys would both be written {name}.")
        plain[str(name)] = _plain(item)
    return plain
