"""An outline given corner by corner, drawn on a map or typed: its text, and the GeoJSON that is read like any file.

No library is needed: the forms read it too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecoquartier.operations.domain.perimeter import Refused
from ecoquartier.operations.domain.perimeter.coordinates import typed_point

Corner = tuple[float, float]
"""Longitude, latitude."""

FEWEST_CORNERS, MOST_CORNERS = 3, 500
"""Beyond, an outline is the work of a tool, and comes as a file."""
CRS84 = "urn:ogc:def:crs:OGC:1.3:CRS84"
LONGEST_QUOTE = 40


def typed_corners(text: str) -> list[Corner]:
    """The corners of a text of one « latitude, longitude » a line; its empty lines are left out.

    Raises:
        Refused: a line is no corner (its number is told), or there are too few or too many of them.
    """
    corners: list[Corner] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            corners.append(_corner(line.strip(), number))
        if len(corners) > MOST_CORNERS:
            raise Refused("too_many_corners", most=MOST_CORNERS)
    if len(corners) > 1 and corners[0] == corners[-1]:  # closed by hand: the outline closes itself
        corners.pop()
    if len(set(corners)) < FEWEST_CORNERS:
        raise Refused("too_few_corners")
    return corners


def _corner(line: str, number: int) -> Corner:
    for pair in _pairs(line):
        try:
            longitude, latitude, are_metres = typed_point(*pair)
        except Refused:
            continue
        if not are_metres:
            return longitude, latitude
    raise Refused("bad_corner", line=number, text=line[:LONGEST_QUOTE])


def _pairs(line: str) -> Iterator[list[str]]:
    """The ways to cut a line in two: a comma may part the numbers, or be inside them."""
    # « 48,07 » alone is half a corner, not a corner at 48 and 7.
    for cut in (";", r",\s+", *([","] if "." in line else []), r"\s+"):
        pair = re.split(cut, line)
        if len(pair) == 2:
            yield pair


def as_geojson(corners: Sequence[Corner]) -> dict[str, Any]:
    """The polygon of these corners, which says its projection: a drawing leaves none to guess."""
    ring = [list(corner) for corner in (*corners, corners[0])]
    return {"type": "Polygon", "coordinates": [ring], "crs": {"type": "name", "properties": {"name": CRS84}}}


def as_text(geometry: Mapping[str, Any]) -> str:
    """The corners of a polygon without holes, as `typed_corners` reads them."""
    (ring,) = geometry["coordinates"]
    return "\n".join(f"{latitude}, {longitude}" for longitude, latitude in ring[:-1])
