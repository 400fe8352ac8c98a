"""Which format a file has, by its content: its name is only what somebody called it."""

from __future__ import annotations

from pathlib import Path

from ecoquartier.operations.domain.perimeter import Refused, archives, geojson, geopackage, kml, shapefiles
from ecoquartier.operations.domain.perimeter.features import Layer

SHAPEFILE_MAGIC = b"\x00\x00\x27\x0a"
_START = 64


def read(path: Path) -> tuple[str, list[Layer]]:
    """The format of the file (a value of `PerimeterSource`), and its layers.

    Raises:
        Refused: it is none of the formats, or it is damaged or dangerous.
    """
    data = path.read_bytes()
    start = data[:_START].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise Refused("empty_file")
    if data.startswith(b"SQLite format 3\x00"):
        return "geopackage", geopackage.read(path)
    if data.startswith(b"PK"):
        return _zipped(data)
    if data.startswith(SHAPEFILE_MAGIC):
        raise Refused("bare_shapefile")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data[:_START]:
        raise Refused("not_utf8" if b"{" in data[:_START] else "unknown_format")
    if start.startswith(b"{"):
        return "geojson", geojson.read(data)
    if start.startswith(b"<"):
        return "kml", kml.read(data)
    raise Refused("unknown_format")


def _zipped(data: bytes) -> tuple[str, list[Layer]]:
    files = archives.members(data, (*shapefiles.PARTS, ".kml"))
    if layers := shapefiles.read(files):
        return "shapefile", layers
    texts = [content for name, content in files.items() if name.lower().endswith(".kml")]
    if texts:
        return "kml", kml.read(texts[0])
    raise Refused("zip_without_shapefile")
