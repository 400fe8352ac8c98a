"""Files of perimeters written by hand, without any library of geography: the square of which we know the area."""

from __future__ import annotations

import io
import json
import sqlite3
import struct
import zipfile
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from ecoquartier.operations.models import Perimeter
from ecoquartier.operations.queries import perimeter_in_force
from ecoquartier.operations.services.perimeter import record_perimeter
from ecoquartier.ops.services.play import Part
from ecoquartier.ops.services.samples import invented_perimeter

Ring = list[tuple[float, float]]

# A square of 300 metres near Laval in Lambert-93: nine hectares.
SQUARE: Ring = [(418000, 6780000), (418300, 6780000), (418300, 6780300), (418000, 6780300), (418000, 6780000)]
NINE_HECTARES = 9


def geojson(*geometries: Any, crs: str = "urn:ogc:def:crs:EPSG::2154", **properties: Any) -> bytes:
    """A collection of features, with the old member that names a projection when there is one."""
    rows = [
        {"type": "Feature", "properties": {"nom": f"Îlot {n}", **properties}, "geometry": geometry}
        for n, geometry in enumerate(geometries, start=1)
    ]
    named = {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
    return json.dumps({"type": "FeatureCollection", **named, "features": rows}).encode()


def polygon(*rings: Ring) -> dict[str, Any]:
    """A polygon: its outline, then its holes."""
    return {"type": "Polygon", "coordinates": [[list(point) for point in ring] for ring in rings]}


def square(x: float = 418000, y: float = 6780000, side: float = 300) -> Ring:
    """A square by its south-west corner."""
    return [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]


def kml(*rings: Ring, prolog: str = "") -> bytes:
    """A document with a placemark for each ring, in longitude and latitude."""
    places = "".join(
        "<Placemark><name>Tranche</name><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        + " ".join(f"{x},{y},0" for x, y in ring)
        + "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
        for ring in rings
    )
    return f'{prolog}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{places}</Document></kml>'.encode()


def zipped(files: dict[str, bytes]) -> bytes:
    """An archive of these files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def shapefile(*rings: Ring, prj: str = "") -> dict[str, bytes]:
    """The files of a shapefile, a record for each ring; without a table of attributes."""
    records = b""
    index = b""
    for number, ring in enumerate(rings, start=1):
        clockwise = list(reversed(ring))
        xs, ys = zip(*ring, strict=True)
        content = struct.pack("<i4d2i", 5, min(xs), min(ys), max(xs), max(ys), 1, len(ring)) + struct.pack("<i", 0)
        content += b"".join(struct.pack("<2d", *point) for point in clockwise)
        index += struct.pack(">2i", 50 + len(records) // 2, len(content) // 2)
        records += struct.pack(">2i", number, len(content) // 2) + content
    xs, ys = zip(*(point for ring in rings for point in ring), strict=True)
    files = {
        "perimetre.shp": _header(len(records), (min(xs), min(ys), max(xs), max(ys))) + records,
        "perimetre.shx": _header(len(index), (min(xs), min(ys), max(xs), max(ys))) + index,
    }
    return files | ({"perimetre.prj": prj.encode()} if prj else {})


def _header(size: int, box: tuple[float, float, float, float]) -> bytes:
    length = (100 + size) // 2
    return struct.pack(">7i", 9994, 0, 0, 0, 0, 0, length) + struct.pack("<2i4d", 1000, 5, *box) + bytes(32)


def geopackage(path: Path, *rings: Ring, srs: int = 2154, more: Iterable[str] = ()) -> bytes:
    """A database with one table of features, and the statements of `more`."""
    database = sqlite3.connect(path)
    for statement in (
        "CREATE TABLE gpkg_spatial_ref_sys (srs_name, srs_id INTEGER PRIMARY KEY, organization, "
        "organization_coordsys_id INTEGER, definition)",
        f"INSERT INTO gpkg_spatial_ref_sys VALUES ('x', {srs}, 'EPSG', {srs}, 'undefined')",
        "CREATE TABLE gpkg_geometry_columns (table_name, column_name, geometry_type_name, srs_id INTEGER, z, m)",
        f"INSERT INTO gpkg_geometry_columns VALUES ('perimetre', 'geom', 'POLYGON', {srs}, 0, 0)",
        "CREATE TABLE perimetre (fid INTEGER PRIMARY KEY, geom BLOB, nom TEXT)",
    ):
        database.execute(statement)
    for ring in rings:
        wkb = struct.pack("<BII", 1, 3, 1) + struct.pack("<I", len(ring))
        wkb += b"".join(struct.pack("<2d", *point) for point in ring)
        blob = b"GP\x00\x01" + struct.pack("<i", srs) + wkb
        database.execute("INSERT INTO perimetre (geom, nom) VALUES (?, 'Tranche')", [blob])
    for statement in more:
        database.execute(statement)
    database.commit()
    database.close()
    return path.read_bytes()


def move_perimeter(part: Part, *, times: float) -> Perimeter:
    """Record another perimeter of the operation, so many times as large."""
    operation, area = part.operation, perimeter_in_force(part.operation).area_ha
    reading = invented_perimeter(operation.lead_commune, round(area * Decimal(times), 4), operation.name)
    record_perimeter(operation, actor=part.lead, reading=reading)
    return perimeter_in_force(operation)
