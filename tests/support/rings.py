"""Throwaway signing keys, for the tests that seal or sign."""

from datetime import date
from pathlib import Path

from ecoquartier.core.keys import KeyRing, create_keys

OWNER = "label.example.fr"


def throwaway_ring(folder: Path, *, not_before: date = date(2020, 1, 1)) -> KeyRing:
    """Make keys of each purpose in a folder of the test."""
    return create_keys(folder, owner=OWNER, not_before=not_before)
