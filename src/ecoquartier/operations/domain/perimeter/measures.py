"""What the worker answers: a file read, a point placed, two perimeters compared."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from shapely import Point as Dot
from shapely.geometry import shape as from_geojson

from ecoquartier.operations.domain.perimeter import MAX_PARTS, Refused, containers, shapes
from ecoquartier.operations.domain.perimeter.coordinates import typed_point
from ecoquartier.operations.domain.perimeter.features import Layer, Part, Reader
from ecoquartier.operations.domain.perimeter.projections import WGS84, Surroundings, Understood
from ecoquartier.operations.domain.perimeter.territories import territory_of


def read(
    *,
    path: str,
    county: str,
    near: tuple[float, float] | None = None,
    projection: int | None = None,
    parts: list[int] | None = None,
    former: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The perimeter that a file holds.

    Args:
        path: the file.
        county: code of the county of the commune.
        near: (longitude, latitude) of the commune, when known.
        projection: EPSG code that the person chose, over what the file says.
        parts: numbers of the polygons to keep; all of them when None.
        former: GeoJSON of the perimeter that this one would replace.

    Raises:
        Refused: there is no perimeter in it, and why.
    """
    source, layers = containers.read(Path(path))
    where = Surroundings(territory_of(county), near and (near[0], near[1]))
    measure, reader = where.territory.measure, Reader()
    found: list[tuple[Part, Understood, shapes.BaseGeometry]] = []
    mended, slivers = False, 0
    for layer in layers:
        for part, understood in _located(reader, layer, where, projection):
            surface, repair = shapes.united(shapes.projected(part, understood, measure))
            mended, slivers = mended or repair.is_mended, slivers + repair.slivers
            if not surface.is_empty:
                found.append((part, understood, surface))
    if not found:
        raise Refused("no_polygon" if reader.others else "nothing_left" if reader.parts else "no_feature")
    kept = _chosen(found, parts)
    surface, _again = shapes.united([piece for _part, _how, shape in kept for piece in shapes.pieces(shape)])
    understood = kept[0][1]
    return {
        "source": source,
        "projection": understood.code,
        "how": understood.how,
        "is_swapped": understood.is_swapped,
        "others": reader.others,
        "is_mended": mended,
        "slivers": slivers,
        "parts": [
            {"label": part.label, "area_ha": shapes.hectares(shape), "is_kept": (part, how, shape) in kept}
            for part, how, shape in found
        ]
        if 1 < len(found) <= MAX_PARTS
        else [],
        "count": len(found),
        **_measured(surface, where, former),
    }


def _located(reader: Reader, layer: Layer, where: Surroundings, projection: int | None):
    """Each part of a layer with its projection."""
    if taken := reader.take(layer):
        understood = where.understand(shapes.middle_of(taken), layer.crs, projection)
        yield from ((part, understood) for part in taken)


def _chosen(found: list[Any], numbers: list[int] | None) -> list[Any]:
    kept = found if numbers is None else [row for number, row in enumerate(found) if number in numbers]
    if not kept:
        raise Refused("no_part")
    return kept


def _measured(surface: Any, where: Surroundings, former: dict[str, Any] | None) -> dict[str, Any]:
    """Area, geometry, box, drawing and distance of a surface."""
    measure, area = where.territory.measure, shapes.checked_area(surface)
    geometry = shapes.in_wgs84(surface, measure)
    middle = geometry.representative_point()
    if not where.territory.has((middle.x, middle.y)):
        raise Refused("outside", asks_projection=True, projection="")
    return {
        "area_ha": area,
        "geometry": shapes.as_geojson(geometry),
        "bounds": [round(value, 7) for value in geometry.bounds],
        "drawing": shapes.drawing_of(surface),
        "far_km": where.distance((middle.x, middle.y)),
        "changed": _changed(former, surface, measure),
    }


def _changed(former: dict[str, Any] | None, surface: Any, measure: int) -> float | None:
    if not former or former["type"] == "Point":
        return None
    old = shapes.moved(from_geojson(former), WGS84, measure)
    return round(shapes.changed_share(old, surface), 4)


def point(
    *,
    latitude: str,
    longitude: str,
    area_ha: float,
    county: str,
    near: tuple[float, float] | None = None,
    projection: int | None = None,
) -> dict[str, Any]:
    """A point and a declared area, for want of a file; drawn as a disc of that area.

    Args:
        projection: EPSG code of coordinates in metres; the one of the territory when None.

    Raises:
        Refused: these are not coordinates, or not of a place near the commune.
    """
    where = Surroundings(territory_of(county), near and (near[0], near[1]))
    measure = where.territory.measure
    x, y, are_metres = typed_point(latitude, longitude)
    typed = [Dot(x, y), Dot(y, x)]
    read_in = projection or measure if are_metres else WGS84
    places = [shapes.moved(dot, read_in, WGS84) for dot in typed]
    # Typed the other way round, it would be in another sea.
    place = next((at for at in ((dot.x, dot.y) for dot in places) if where.has(at)), None)
    if place is None:
        # Degrees are read in one way only, and so are metres where there is one projection.
        has_choice = are_metres and len(where.territory.projections) > 1
        raise where.elsewhere((places[0].x, places[0].y), f"EPSG:{read_in}" if has_choice else "")
    centre = shapes.moved(Dot(*place), WGS84, measure)
    disc = centre.buffer(math.sqrt(area_ha * shapes.HECTARE / math.pi))
    longitude_, latitude_ = round(place[0], 7), round(place[1], 7)
    return {
        "source": "point",
        "projection": f"EPSG:{read_in}",
        "how": "chosen",
        "area_ha": area_ha,
        "geometry": {"type": "Point", "coordinates": [longitude_, latitude_]},
        "bounds": [longitude_, latitude_, longitude_, latitude_],
        "drawing": shapes.drawing_of(disc),
        "far_km": where.distance(place),
    }


def compare(*, old: dict[str, Any], new: dict[str, Any], county: str) -> dict[str, Any]:
    """What changed between two perimeters, as a share of the area of the old one; None when one is a point."""
    if new["type"] == "Point":
        return {"changed": None}
    measure = territory_of(county).measure
    return {"changed": _changed(old, shapes.moved(from_geojson(new), WGS84, measure), measure)}
