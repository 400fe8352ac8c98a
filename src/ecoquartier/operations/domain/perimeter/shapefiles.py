"""Shapefile: three or four files of one name, which travel in a ZIP."""

from __future__ import annotations

import codecs
import io
import struct
import warnings
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

import shapefile
from pyproj import CRS
from pyproj.exceptions import CRSError

from ecoquartier.operations.domain.perimeter import Refused
from ecoquartier.operations.domain.perimeter.features import Layer

DAMAGE = (
    *(shapefile.ShapefileException, shapefile.PossiblyCorruptFileHeader),
    *(struct.error, ValueError, IndexError, KeyError, TypeError),
)
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def read(files: Mapping[str, bytes]) -> list[Layer]:
    """Each shapefile among the files, by name.

    Raises:
        Refused: one is damaged, or its projection is not understood.
    """
    by_stem: dict[str, dict[str, bytes]] = {}
    for name, data in sorted(files.items()):
        path = PurePosixPath(name)
        by_stem.setdefault(str(path.with_suffix("")).lower(), {})[path.suffix.lower()] = data
    return [_layer(PurePosixPath(stem).name, parts) for stem, parts in by_stem.items() if ".shp" in parts]


def _layer(name: str, parts: Mapping[str, bytes]) -> Layer:
    # Attributes only name the polygons: without their table, they are read as well.
    streams = {kind[1:]: io.BytesIO(parts[kind]) for kind in (".shp", ".shx", ".dbf") if kind in parts}
    encoding = parts.get(".cpg", b"").decode("ascii", "ignore").strip() or "utf-8"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # A file shorter than it says was cut.
            warnings.simplefilter("error", shapefile.PossiblyCorruptFileHeader)
            with shapefile.Reader(**streams, encoding=_known(encoding), encodingErrors="replace") as reader:
                return Layer(name, list(_features(reader, "dbf" in streams)), _crs(parts.get(".prj", b"")))
    except DAMAGE as error:
        raise Refused("damaged") from error


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return "latin-1"


def _features(reader: shapefile.Reader, has_table: bool) -> Iterator[tuple[dict[str, Any], Any]]:
    for shape in reader.iterShapes():
        attributes = reader.record(shape.oid).as_dict() if has_table else {}
        yield attributes, None if shape.shapeType == shapefile.NULL else shape.__geo_interface__


def _crs(prj: bytes) -> CRS | None:
    text = prj.decode("utf-8", "replace").strip("\ufeff\x00 \r\n")
    if not text:
        return None
    try:
        return CRS.from_wkt(text)
    except CRSError as error:
        raise Refused("unknown_projection", asks_projection=True, name=text[:80]) from error
