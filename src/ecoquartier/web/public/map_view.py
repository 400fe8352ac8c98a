"""The part of the drawing that a map shows, and what is written on it: names that never cover anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ecoquartier.web.public.france import Place, drawing, inset_of

# Around the drawing, for the pins that stand on its edge; how near the map comes to a selection, and how much of it
# the selection then fills.
_MARGIN = 20
_NEAREST = 10
_FILLED = 0.6
# Height of what is written, in pixels of the whole map, and width of a letter beside it.
FONT = 20
_LETTER = 0.58


@dataclass(frozen=True)
class View:
    """The part of the drawing that is shown."""

    x: float
    y: float
    width: float
    height: float

    def __str__(self) -> str:
        return f"{self.x:g} {self.y:g} {self.width:g} {self.height:g}"

    @property
    def zoom(self) -> float:
        """How many times nearer than the whole."""
        return whole().width / self.width

    def holds(self, left: float, top: float, right: float, foot: float) -> bool:
        """Whether a box is in it, whole."""
        return self.x <= left and right <= self.x + self.width and self.y <= top and foot <= self.y + self.height

    def size(self, pixels: float) -> float:
        """Units of the drawing for what measures so many pixels on the whole map: the same at any distance."""
        return round(pixels / self.zoom, 2)


@dataclass
class Room:
    """What is taken on a view: nothing is written where something stands."""

    view: View
    taken: list[tuple[float, float, float, float]] = field(default_factory=list)

    def take(self, x: float, y: float, pixels: float) -> None:
        """A mark of so many pixels stands around this place."""
        half = self.view.size(pixels / 2)
        self.taken.append((x - half, y - half, x + half, y + half))

    def write(self, words: str, x: float, y: float, inside: View | None = None) -> bool:
        """Whether there is room for these words, which start at this place; they then take it.

        They are never written out of the view, nor out of the part of it where they must stay.
        """
        right, half = x + self.wide(words), self.view.size(0.7 * FONT)
        top, foot = y - half, y + half
        if not all(part.holds(x, top, right, foot) for part in (self.view, inside) if part):
            return False
        if any(x < r and left < right and top < f and t < foot for left, t, r, f in self.taken):
            return False
        self.taken.append((x, top, right, foot))
        return True

    def wide(self, words: str) -> float:
        """How wide these words are."""
        return self.view.size(_LETTER * FONT * len(words))


def whole() -> View:
    """The drawing and its margin."""
    return View(-_MARGIN, -_MARGIN, drawing()["width"] + 2 * _MARGIN, drawing()["height"] + 2 * _MARGIN)


def alone(inset: dict[str, Any]) -> View:
    """A territory overseas by itself: its frame, without its name."""
    return View(inset["x"], inset["y"], inset["width"], inset["foot"] - inset["y"])


def around(places: Sequence[Place]) -> View:
    """The part of the drawing that these places fill, inside the whole; a frame overseas is shown with its name."""
    corners = [corner for place in places for corner in _corners(place)]
    most, xs, ys = whole(), [x for x, _y in corners], [y for _x, y in corners]
    spread = max(max(xs) - min(xs), max(ys) - min(ys))
    zoom = max(1, min(_NEAREST, _FILLED * most.width / spread)) if spread else _NEAREST
    width, height = most.width / zoom, most.height / zoom
    left, top = (min(xs) + max(xs) - width) / 2, (min(ys) + max(ys) - height) / 2
    return View(
        round(min(max(left, most.x), most.x + most.width - width), 1),
        round(min(max(top, most.y), most.y + most.height - height), 1),
        round(width, 1),
        round(height, 1),
    )


def _corners(place: Place) -> list[Place]:
    inset = inset_of(place)
    if inset is None:
        return [place]
    return [(inset["x"], inset["y"]), (inset["x"] + inset["width"], inset["y"] + inset["height"])]


def written_towns(room: Room, towns: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The towns of a view, the largest first, each on its place, else above or below what stands there, else unsaid.

    That of a territory overseas stays in its frame, off its name.
    """
    found = []
    for town in towns:
        inset = inset_of((town["x"], town["y"]))
        left = town["x"] - room.wide(town["name"]) / 2
        for shift in (0, -2.3, 2.3):
            y = round(town["y"] + room.view.size(shift * FONT), 2)
            if room.write(town["name"], left, y, inset and alone(inset)):
                found.append(town | {"at": y})
                break
    return found
