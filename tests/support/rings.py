"""Throwaway signing keys, for the tests that seal or sign."""

import json
from datetime import date
from pathlib import Path

from ecoquartier.core.keys import KeyRing, SigningKey, create_keys

OWNER = "label.example.fr"


def throwaway_ring(folder: Path, *, not_before: date = date(2020, 1, 1)) -> KeyRing:
    """Make keys of each purpose in a folder of the test."""
    return create_keys(folder, owner=OWNER, not_before=not_before)


def declare(key: SigningKey, **dates: date) -> KeyRing:
    """Write `retired_on` or `compromised_on` in the record of a key, as an operator does, and load the ring again."""
    path = key.path.with_suffix(".json")
    record = json.loads(path.read_text()) | dates
    path.write_text(json.dumps(record, default=str))
    return KeyRing.load(path.parent)
