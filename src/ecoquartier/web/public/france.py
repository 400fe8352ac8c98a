"""The map of the home page: the outline of France, and a dot for each operation where the directory places it.

`france.json` is made by `tools/build_france_map.py`.
"""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
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
SHAPES = {
    "is-empty": "M-9.5,0a9.5,9.5 0 1 0 19,0a9.5,9.5 0 1 0 -19,0z",
    "stage-1": "M0,-12L11.5,8.5H-11.5z",
    "stage-2": "M-8.5,-8.5H8.5V8.5H-8.5z",
    "stage-3": "M0,-12L12,0L0,12L-12,0z",
    "stage-4": "M-9.5,0a9.5,9.5 0 1 0 19,0a9.5,9.5 0 1 0 -19,0z",
}
"""Tone of a dot → its outline around its place, of about the same surface: colour alone tells nothing."""
REACH = 12
"""Farthest an outline goes from its place, in units of the drawing."""
_SPACING = 11.5
# Turns between two seeds of a sunflower: any number of dots fills a disc evenly.
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))

Place = tuple[float, float]
"""In the units of the drawing."""


@dataclass(frozen=True)
class Dot:
    """An operation on the map; `tone` is a class of the theme, and names its shape."""

    x: float
    y: float
    tone: str
    label: str


@cache
def drawing() -> dict[str, Any]:
    """The outline, the frames around the overseas counties, and where a place stands in each."""
    return json.loads((Path(__file__).parent / "france.json").read_text(encoding="utf-8"))


def frame_at(latitude: float, longitude: float) -> dict[str, Any] | None:
    """The part of the drawing where a place is; None when it does not show that part of the world."""
    for frame in drawing()["frames"]:
        west, south, east, north = frame["box"]
        if west <= longitude <= east and south <= latitude <= north:
            return frame
    return None


def in_frame(frame: dict[str, Any], latitude: float, longitude: float) -> Place:
    """Where a place of a part of the drawing stands."""
    (left, across), (top, down) = frame["across"], frame["down"]
    return round(left + longitude * across, 1), round(top + latitude * down, 1)


def on_drawing(latitude: float, longitude: float) -> Place | None:
    """Where a place stands on the drawing; None when the drawing does not show that part of the world."""
    frame = frame_at(latitude, longitude)
    return frame and in_frame(frame, latitude, longitude)


def inset_of(place: Place) -> dict[str, Any] | None:
    """The frame overseas in which a place of the drawing stands."""
    x, y = place
    for inset in drawing()["insets"]:
        if inset["x"] <= x <= inset["x"] + inset["width"] and inset["y"] <= y <= inset["y"] + inset["height"]:
            return inset
    return None


def kept_inside(inset: Mapping[str, Any] | None, place: Place, radius: float) -> Place:
    """Where a mark of this radius stands: in the frame of its territory, off its edge and its name; else anywhere."""
    if inset is None:
        return place
    (x, y), half = place, 1.1 * radius
    left, right = inset["x"] + half, inset["x"] + inset["width"] - half
    top, foot = inset["y"] + half, inset["foot"] - half
    return min(max(x, left), right), min(max(y, top), foot)


def dots(rows: Iterable[DirectoryRow], *, stages: int) -> list[Dot]:
    """Place the operations; those of one place stand around it, the foremost in the middle and drawn last."""
    by_place: dict[Place, list[DirectoryRow]] = defaultdict(list)
    for row in rows:
        if row.latitude is None or row.longitude is None:
            continue
        place = on_drawing(row.latitude, row.longitude)
        if place:
            by_place[place].append(row)
    placed = [_dot(row, place, index, stages) for place, found in by_place.items() for index, row in enumerate(found)]
    return sorted(placed, key=lambda dot: dot.tone)


def _dot(row: DirectoryRow, place: Place, index: int, stages: int) -> Dot:
    distance, angle = _SPACING * math.sqrt(index), index * _GOLDEN_ANGLE
    label = _("%(name)s, %(commune)s\u00a0: %(stage)s") % {
        "name": row.name,
        "commune": row.commune,
        "stage": held_label(row),
    }
    beside = place[0] + distance * math.cos(angle), place[1] + distance * math.sin(angle)
    x, y = kept_inside(inset_of(place), beside, REACH)
    return Dot(
        x=round(x, 1),
        y=round(y, 1),
        tone=tone(row.stage, stages),
        label=_("%(operation)s, position approximative") % {"operation": label} if row.is_place_approximate else label,
    )


def tone(rank: int | None, stages: int) -> str:
    """Tone of a dot: the greens of the mark, or an empty one when no stage is held."""
    return f"stage-{min(_BLOCKS, -(-rank * _BLOCKS // stages))}" if rank else "is-empty"
