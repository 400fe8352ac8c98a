"""What every reader gives: layers of labelled geometries, in the vocabulary of GeoJSON; and the rings inside them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ecoquartier.operations.domain.perimeter import MAX_VERTICES, Refused

if TYPE_CHECKING:
    from pyproj import CRS

Point = tuple[float, float]
Rings = list[list[Point]]
"""A polygon: its outline, then its holes."""

# No projection counts further: what is beyond is not a place.
FARTHEST = 1e8
DEEPEST = 8
LABELS = ("nom", "name", "libelle", "label", "titre", "title", "intitule", "id", "fid")
LONGEST_LABEL = 60


@dataclass(frozen=True)
class Layer:
    """A named set of (attributes, geometry), and the projection that the file declares for it."""

    name: str
    features: Sequence[tuple[Mapping[str, Any], Any]]
    crs: CRS | None = None


@dataclass
class Part:
    """One feature of a file that holds polygons."""

    label: str
    polygons: list[Rings]


@dataclass
class Reader:
    """Takes the polygons out of geometries, and counts: vertices, points and lines left aside, empty features."""

    vertices: int = 0
    others: int = 0
    parts: list[Part] = field(default_factory=list)

    def take(self, layer: Layer) -> list[Part]:
        """The parts of a layer; what is neither empty nor made of polygons is counted in `others`.

        Raises:
            Refused: too many vertices, a nesting without end, or coordinates that are not numbers of this world.
        """
        found = []
        for attributes, geometry in layer.features:
            if polygons := list(self._polygons(geometry, 0)):
                found.append(Part(label_of(attributes), polygons))
        self.parts += found
        return found

    def _polygons(self, geometry: Any, depth: int) -> Iterator[Rings]:
        if geometry is None:
            return
        if depth > DEEPEST:
            raise Refused("too_deep")
        if not isinstance(geometry, Mapping):
            raise Refused("malformed")
        kind, coordinates = geometry.get("type"), geometry.get("coordinates")
        if kind == "GeometryCollection":
            for inner in _listed(geometry.get("geometries")):
                yield from self._polygons(inner, depth + 1)
        elif kind == "Polygon":
            if coordinates:
                yield self._rings(coordinates)
        elif kind == "MultiPolygon":
            yield from (self._rings(polygon) for polygon in _listed(coordinates) if polygon)
        elif kind in {"Point", "MultiPoint", "LineString", "MultiLineString"}:
            self.others += 1
        else:
            raise Refused("malformed")

    def _rings(self, polygon: Any) -> Rings:
        return [[self._point(position) for position in _listed(ring)] for ring in _listed(polygon)]

    def _point(self, position: Any) -> Point:
        self.vertices += 1
        if self.vertices > MAX_VERTICES:
            raise Refused("too_many_vertices")
        pair = _listed(position)[:2]
        if len(pair) < 2 or not all(isinstance(value, int | float) and not isinstance(value, bool) for value in pair):
            raise Refused("malformed")
        x, y = float(pair[0]), float(pair[1])
        if not (math.isfinite(x) and math.isfinite(y)) or max(abs(x), abs(y)) > FARTHEST:
            raise Refused("impossible_coordinates")
        return x, y


def _listed(value: Any) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise Refused("malformed")
    return value


def label_of(attributes: Mapping[str, Any]) -> str:
    """The words by which a person would recognise a feature among others; empty when it has none."""
    known = {str(name).lower(): value for name, value in attributes.items()}
    for name in LABELS:
        text = " ".join(str(known.get(name) or "").split())
        if text:
            return text[:LONGEST_LABEL]
    return ""
