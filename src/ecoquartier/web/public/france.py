"""The map of the home page: the outline of France, and a dot for each operation near the centre of its county.

`france.json` is made by `tools/build_france_map.py`. Communes have no coordinates: a dot says its county, no more.
"""

import json
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from ecoquartier.directory.models import DirectoryRow
from ecoquartier.web.public.stages import held_label

# Dots shown in a county, at most: the map stays readable and light.
PER_COUNTY = 12
_BLOCKS = 4
_SPACING = 11.5
# Turns between two seeds of a sunflower: any number of dots fills a disc evenly.
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


@dataclass(frozen=True)
class Dot:
    """An operation on the map; `tone` is a class of the theme."""

    x: float
    y: float
    tone: str
    label: str


@cache
def drawing() -> dict[str, Any]:
    """The outline, its frames for the overseas counties, and the centre of each county."""
    return json.loads((Path(__file__).parent / "france.json").read_text(encoding="utf-8"))


def dots(rows: Iterable[DirectoryRow], *, stages: int) -> list[Dot]:
    """Place the operations of each county around its centre, the foremost in the middle and drawn last."""
    by_county: dict[str, list[DirectoryRow]] = defaultdict(list)
    for row in rows:
        by_county[row.county].append(row)
    placed = []
    for county, found in by_county.items():
        centre = drawing()["points"].get(county)
        if centre:
            placed += [_dot(row, centre, index, stages) for index, row in enumerate(found)]
    return sorted(placed, key=lambda dot: dot.tone)


def _dot(row: DirectoryRow, centre: tuple[int, int], index: int, stages: int) -> Dot:
    distance, angle = _SPACING * math.sqrt(index), index * _GOLDEN_ANGLE
    return Dot(
        x=round(centre[0] + distance * math.cos(angle), 1),
        y=round(centre[1] + distance * math.sin(angle), 1),
        tone=tone(row.stage, stages),
        label=_("%(name)s, %(commune)s\u00a0: %(stage)s")
        % {"name": row.name, "commune": row.commune, "stage": held_label(row)},
    )


def tone(rank: int | None, stages: int) -> str:
    """Class of a dot: the greens of the mark, or an empty one when no stage is held."""
    return f"stage-{min(_BLOCKS, -(-rank * _BLOCKS // stages))}" if rank else "is-empty"
