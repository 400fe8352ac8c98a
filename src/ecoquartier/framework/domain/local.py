"""What a territory adds, as values: its indicators, and where it goes in a later version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ecoquartier.framework.domain.contents import LONG, PARAGRAPH, UNIT, Link
from ecoquartier.framework.domain.reading import Node
from ecoquartier.framework.enums import Change, Direction, ElementKind, IndicatorKind

MAX_INDICATORS = 10
"""How many a supplement may add."""


@dataclass(frozen=True)
class Counterpart:
    """What a commitment became in a later version.

    Args:
        numbers: the commitments that follow it, in order; several once it was split, none once it was removed.
        is_merged: it was put together with others on the way.
    """

    numbers: tuple[int, ...]
    is_merged: bool = False


def counterpart(number: int, correspondences: Iterable[Iterable[Link]]) -> Counterpart:
    """Follow a commitment through the correspondences of the versions that came after its own, the nearest first."""
    numbers, is_merged = {number}, False
    for links in correspondences:
        lines = [
            link for link in links if link.kind == ElementKind.COMMITMENT and link.old and int(link.old) in numbers
        ]
        numbers = {int(link.new) for link in lines if link.new}
        is_merged = is_merged or any(link.change == Change.MERGED for link in lines)
    return Counterpart(tuple(sorted(numbers)), is_merged)


def read_local_indicators(source: Any) -> list[dict[str, str]]:
    """Check the indicators of a supplement: title, unit, kind, direction, and a method if there is one.

    Raises:
        ContentError: which one is wrong, and why; or there are too many.
    """
    found = []
    node = Node(source)
    items = node.items()
    if len(items) > MAX_INDICATORS:
        node.refuse(_("pas plus de %(count)s indicateurs") % {"count": MAX_INDICATORS})
    for item in items:
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
