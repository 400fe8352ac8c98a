"""Dates of the cases of a test, counted when it runs: the suite may be collected before midnight."""

from datetime import timedelta
from typing import Any

from ecoquartier.core import clock


def dated(values: dict[str, Any]) -> dict[str, Any]:
    """The same values, with each duration counted from now: a day for `…_on`, an instant for `…_at`."""
    return {
        name: (clock.today() if name.endswith("_on") else clock.now()) + value
        if isinstance(value, timedelta)
        else value
        for name, value in values.items()
    }
