"""Shapes: made valid, measured in the projection of their territory, written in WGS84, drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from ecoquartier.operations.domain.perimeter import MAX_AREA_HA, MIN_AREA_HA, Refused
from ecoquartier.operations.domain.perimeter.drawings import Frame
from ecoquartier.operations.domain.perimeter.features import Part, Rings
from ecoquartier.operations.domain.perimeter.projections import WGS84, Understood, transformer

SLIVER_M2 = 1.0
"""Under a square metre, a piece or a hole is the trace of a tool, not a decision."""
DEGREE_STEP = 1e-7
"""About a centimetre: the seven decimals that are kept."""
HECTARE = 10_000


@dataclass(frozen=True)
class Repair:
    """What had to be mended, to be said: crossings undone, slivers and tiny holes dropped."""

    is_mended: bool = False
    slivers: int = 0


def projected(part: Part, understood: Understood, measure: int) -> list[Polygon]:
    """The polygons of a part, in the projection where they are measured; rings of fewer than three corners go.

    Raises:
        Refused: a position has no place there.
    """
    to_local = transformer(understood.crs, measure)
    return [made for rings in part.polygons if (made := _polygon(rings, understood.is_swapped, to_local)) is not None]


def _polygon(rings: Rings, is_swapped: bool, to_local: Any) -> Polygon | None:
    moved = []
    for ring in rings:
        corners = np.asarray(ring, dtype=float).reshape(-1, 2)
        if is_swapped:
            corners = corners[:, ::-1]
        east, north = to_local.transform(corners[:, 0], corners[:, 1])
        if not (np.isfinite(east).all() and np.isfinite(north).all()):
            raise Refused("impossible_coordinates")
        moved.append(np.column_stack((east, north)))
    if not moved or len(moved[0]) < 3:
        return None
    return Polygon(moved[0], [hole for hole in moved[1:] if len(hole) >= 3])


def united(polygons: Sequence[Polygon]) -> tuple[BaseGeometry, Repair]:
    """One valid surface out of polygons that may cross themselves or each other, and what was mended."""
    valid = [
        shape if shape.is_valid else shapely.make_valid(shape, method="structure", keep_collapsed=False)
        for shape in polygons
    ]
    whole = [piece for piece in pieces(shapely.union_all(valid)) if piece.area >= SLIVER_M2]
    slivers = sum(1 for shape in valid for piece in pieces(shape) if piece.area < SLIVER_M2)
    kept = []
    for piece in whole:
        holes = [hole for hole in piece.interiors if Polygon(hole).area >= SLIVER_M2]
        slivers += len(piece.interiors) - len(holes)
        kept.append(Polygon(piece.exterior, holes))
    is_mended = any(not shape.is_valid for shape in polygons)
    return kept[0] if len(kept) == 1 else MultiPolygon(kept), Repair(is_mended, slivers)


def pieces(shape: BaseGeometry) -> list[Polygon]:
    """The polygons of a shape; its points and lines are left out."""
    return [piece for piece in shapely.get_parts(shape).tolist() if isinstance(piece, Polygon) and not piece.is_empty]


def hectares(shape: BaseGeometry) -> float:
    """Area of a measured shape, to the square metre."""
    return round(shape.area / HECTARE, 4)


def checked_area(shape: BaseGeometry) -> float:
    """Area in hectares.

    Raises:
        Refused: nothing is left, or no operation is so small or so large.
    """
    if shape.is_empty:
        raise Refused("nothing_left")
    area = hectares(shape)
    if area < MIN_AREA_HA:
        raise Refused("too_small", area=shape.area)
    if area > MAX_AREA_HA:
        raise Refused("too_large", area=area)
    return area


def moved(shape: BaseGeometry, source: Any, target: Any) -> BaseGeometry:
    """The shape in another projection."""
    to_target = transformer(source, target)

    def move(positions: np.ndarray) -> np.ndarray:
        return np.column_stack(to_target.transform(positions[:, 0], positions[:, 1]))

    return shapely.transform(shape, move)


def in_wgs84(shape: BaseGeometry, measure: int) -> BaseGeometry:
    """The shape in longitude and latitude, to seven decimals, still valid, outlines turning as RFC 7946 wants."""
    rounded = shapely.set_precision(moved(shape, measure, WGS84), DEGREE_STEP)
    found = pieces(rounded)
    return shapely.orient_polygons(found[0] if len(found) == 1 else MultiPolygon(found))


def as_geojson(shape: BaseGeometry) -> dict[str, Any]:
    """The GeoJSON geometry, its numbers written with seven decimals at most."""
    found = shapely.geometry.mapping(shape)
    return {"type": found["type"], "coordinates": _rounded(found["coordinates"])}


def _rounded(value: Any) -> Any:
    return round(value, 7) if isinstance(value, float) else [_rounded(inner) for inner in value]


def changed_share(old: BaseGeometry, new: BaseGeometry) -> float:
    """What differs between two measured shapes, as a share of the area of the old one (rule 16).

    What was added counts as much as what was taken away: a perimeter that moves without growing has changed.
    """
    return shapely.symmetric_difference(old, new).area / old.area


def drawing_of(shape: BaseGeometry) -> dict[str, Any]:
    """What a page draws of a measured shape (`drawings.Frame.draw`)."""
    frame = Frame(*shape.bounds)
    simple = shapely.simplify(shape, 0.5 / frame.scale)
    rings = [ring for piece in pieces(simple) for ring in (piece.exterior, *piece.interiors)]
    return frame.draw(list(ring.coords)[:-1] for ring in rings)


def middle_of(parts: Iterable[Part]) -> tuple[float, float]:
    """The middle of the box of some parts, in the coordinates of their file."""
    corners = np.concatenate(
        [np.asarray(ring, dtype=float) for part in parts for rings in part.polygons for ring in rings]
    )
    middle = (corners.min(axis=0) + corners.max(axis=0)) / 2
    return float(middle[0]), float(middle[1])
