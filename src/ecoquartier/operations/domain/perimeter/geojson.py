"""GeoJSON: one text, UTF-8, in WGS84 unless its old `crs` member says otherwise."""

from __future__ import annotations

import json
import re
from typing import Any

from pyproj import CRS
from pyproj.exceptions import CRSError

from ecoquartier.operations.domain.perimeter import Refused
from ecoquartier.operations.domain.perimeter.features import Layer

_EPSG = re.compile(r"^(?:urn:ogc:def:crs:)?EPSG:(?:[\d.]*:)?(\d{4,6})$", re.IGNORECASE)
_CRS84 = re.compile(r"CRS84h?$", re.IGNORECASE)
GEOMETRIES = {
    *("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"),
}


def read(data: bytes) -> list[Layer]:
    """The one layer of the text.

    Raises:
        Refused: it is not UTF-8, not JSON, or JSON that says something else.
    """
    try:
        content = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise Refused("not_utf8") from error
    except RecursionError as error:
        raise Refused("too_deep") from error
    except json.JSONDecodeError as error:
        raise Refused("not_json", line=error.lineno) from error
    except ValueError as error:  # an integer of thousands of figures
        raise Refused("impossible_coordinates") from error
    kind = content.get("type") if isinstance(content, dict) else None
    if kind == "FeatureCollection" and isinstance(content.get("features"), list):
        features = content["features"]
    elif kind == "Feature":
        features = [content]
    elif kind in GEOMETRIES:
        features = [{"geometry": content}]
    else:
        raise Refused("not_geojson")
    if not all(isinstance(feature, dict) for feature in features):
        raise Refused("not_geojson")
    rows = [(feature.get("properties") or {}, feature.get("geometry")) for feature in features]
    if not all(isinstance(properties, dict) for properties, _geometry in rows):
        raise Refused("not_geojson")
    return [Layer("", rows, declared(content.get("crs")))]


def declared(member: Any) -> CRS | None:
    """The projection that a `crs` member names; None without one.

    Raises:
        Refused: it names something that we do not know.
    """
    name = member.get("properties", {}).get("name") if isinstance(member, dict) else None
    if not isinstance(name, str):
        return None
    if _CRS84.search(name):
        return CRS.from_epsg(4326)
    if not (found := _EPSG.match(name)):
        raise Refused("unknown_projection", asks_projection=True, name=name[:80])
    try:
        return CRS.from_epsg(int(found[1]))
    except CRSError as error:
        raise Refused("unknown_projection", asks_projection=True, name=name[:80]) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Refused("repeated_key")
    return found


def _no_constant(name: str) -> float:
    raise Refused("impossible_coordinates")
