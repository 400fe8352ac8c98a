"""KML: always in WGS84. Entities and document types are refused before they are read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from pyproj import CRS

from ecoquartier.operations.domain.perimeter import Refused
from ecoquartier.operations.domain.perimeter.features import Layer


def read(data: bytes) -> list[Layer]:
    """The one layer of the text: a feature for each placemark.

    Raises:
        Refused: it is not XML, it declares entities, or it is XML that is not KML (a page, a drawing).
    """
    try:
        root = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Refused("xml_entities") from error
    except (ParseError, ValueError, LookupError) as error:
        raise Refused("not_xml") from error
    if _name(root) != "kml":
        raise Refused("not_kml")
    places = [element for element in root.iter() if _name(element) == "Placemark"]
    return [Layer("", [(_attributes(place), _geometry(place)) for place in places], CRS.from_epsg(4326))]


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _attributes(place: Element) -> dict[str, Any]:
    return {"name": next((child.text for child in place if _name(child) == "name"), None)}


def _geometry(place: Element) -> dict[str, Any]:
    found = [shape for element in place.iter() for shape in _shapes(element)]
    return {"type": "GeometryCollection", "geometries": found}


def _shapes(element: Element) -> Iterator[dict[str, Any]]:
    if _name(element) == "Polygon":
        outer = [_positions(ring) for ring in _rings(element, "outerBoundaryIs")]
        inner = [_positions(ring) for ring in _rings(element, "innerBoundaryIs")]
        yield {"type": "Polygon", "coordinates": [*outer[:1], *inner] if outer else []}
    elif _name(element) in {"Point", "LineString"}:
        yield {"type": _name(element)}


def _rings(polygon: Element, boundary: str) -> Iterator[Element]:
    for side in polygon:
        if _name(side) == boundary:
            yield from (element for element in side.iter() if _name(element) == "coordinates")


def _positions(coordinates: Element) -> list[tuple[float, ...]]:
    try:
        return [tuple(map(float, position.split(","))) for position in (coordinates.text or "").split()]
    except ValueError as error:
        raise Refused("malformed") from error
