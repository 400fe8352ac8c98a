"""What a page draws of a perimeter: outlines in metres, put in a frame with a scale bar. No library is needed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT, MARGIN, BAND = 640, 440, 24, 40
"""The frame, what stays empty around the shape, and the room of the scale bar below it."""
BAR_SHARE = 0.3

Corners = Iterable[Sequence[float]]


@dataclass(frozen=True)
class Frame:
    """Where a shape stands in the frame of `WIDTH` by `HEIGHT`, by the box that holds it, in metres."""

    west: float
    south: float
    east: float
    north: float

    @property
    def scale(self) -> float:
        """How much of the drawing a metre takes."""
        across, along = max(self.east - self.west, 1), max(self.north - self.south, 1)
        return min((WIDTH - 2 * MARGIN) / across, (HEIGHT - 2 * MARGIN) / along)

    def draw(self, outlines: Iterable[Corners]) -> dict[str, Any]:
        """The drawing of these outlines, none of which repeats its first corner.

        Returns:
            `width`, `height`, `path` (SVG), `bar` (length in the drawing), `metres` (what the bar stands for), and
            where the bar (`rule`) and the middle (`centre`) are, from the top.
        """
        metres = round_length(WIDTH * BAR_SHARE / self.scale)
        return {
            "width": WIDTH,
            "height": HEIGHT + BAND,
            "path": "".join(self._outline(corners) for corners in outlines),
            "bar": round(metres * self.scale),
            "metres": metres,
            "rule": HEIGHT + BAND - MARGIN - 8,
            "centre": HEIGHT // 2,
        }

    def _outline(self, corners: Corners) -> str:
        scale = self.scale
        left = (WIDTH - (self.east - self.west) * scale) / 2
        bottom = (HEIGHT - (self.north - self.south) * scale) / 2
        placed = (
            f"{left + (x - self.west) * scale:.1f} {HEIGHT - bottom - (y - self.south) * scale:.1f}" for x, y in corners
        )
        return f"M{'L'.join(placed)}Z"


def round_length(most: float) -> int:
    """The longest of 1, 2, 5, 10, 20… metres that is no longer than `most`."""
    power = 10 ** max(0, math.floor(math.log10(max(most, 1))))
    return max(step * power for step in (1, 2, 5) if step * power <= max(most, 1))
