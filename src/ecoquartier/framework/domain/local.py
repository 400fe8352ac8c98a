"""The indicators that a territory adds, as values."""

from __future__ import annotations

from typing import Any

from ecoquartier.framework.domain.contents import LONG, PARAGRAPH, UNIT
from ecoquartier.framework.domain.reading import Node
from ecoquartier.framework.enums import Direction, IndicatorKind


def read_local_indicators(source: Any) -> list[dict[str, str]]:
    """Check the indicators of a supplement: title, unit, kind, direction, and a method if there is one.

    Raises:
        ContentError: which one is wrong, and why.
    """
    found = []
    for item in Node(source).items():
        field = item.fields(("title", "unit", "kind", "direction"), ("method",))
        found.append(
            {
                "title": field["title"].text(LONG),
                "unit": field["unit"].text(UNIT, empty=True),
                "kind": field["kind"].choice(IndicatorKind.values),
                "direction": field["direction"].choice(Direction.values),
                "method": field["method"].text(PARAGRAPH, empty=True) if "method" in field else "",
            }
        )
    return found
