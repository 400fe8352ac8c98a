"""GeoPackage: an SQLite database. Only its plain tables are read; SQLite refuses everything else."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from pathlib import Path
from typing import Any

import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from ecoquartier.operations.domain.perimeter import MAX_VERTICES, Refused
from ecoquartier.operations.domain.perimeter.features import LABELS, Layer

# Size of the envelope that follows the header of a geometry, by its code.
ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
READS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_PRAGMA, sqlite3.SQLITE_FUNCTION}
# The spatial index that every tool makes: a virtual table of the kind `rtree`, and what keeps it up to date.
INDEX = ("rtree_", "trigger_insert_feature_count_", "trigger_delete_feature_count_")


def read(path: Path) -> list[Layer]:
    """Every layer of features of the database, each with its projection.

    Raises:
        Refused: it is not a GeoPackage, it is damaged, or it holds views, triggers or virtual tables of its own.
    """
    # Immutable: neither a lock, nor a journal, nor a log beside the file is looked for.
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
        database.execute("PRAGMA trusted_schema = OFF")
        database.execute("PRAGMA cell_size_check = ON")
        database.set_authorizer(_only_reads)
        database.text_factory = lambda text: text.decode(errors="replace")
        try:
            _check_schema(database)
            return [_layer(database, *row) for row in _feature_tables(database)]
        except sqlite3.Error as error:
            raise Refused("damaged") from error


def _only_reads(action: int, first: str | None, second: str | None, base: str | None, inside: str | None) -> int:
    """Whatever the schema hides, only reads happen, and none from inside a view or a trigger."""
    return sqlite3.SQLITE_OK if action in READS and inside is None else sqlite3.SQLITE_DENY


def _check_schema(database: sqlite3.Connection) -> None:
    """Refuse what the standard does not put there: its triggers are on its own tables and on the spatial index."""
    rows = database.execute("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master")
    for kind, name, table, text in rows:
        is_virtual = text.lstrip().upper().startswith("CREATE VIRTUAL TABLE")
        is_index = name.startswith(INDEX) and (not is_virtual or " USING RTREE" in text.upper())
        is_guard = kind == "trigger" and table.startswith("gpkg_")
        if (kind in {"view", "trigger"} or is_virtual) and not (is_index or is_guard):
            raise Refused("unsafe_schema", name=name[:60])


def _feature_tables(database: sqlite3.Connection) -> list[tuple[str, str, int]]:
    try:
        return database.execute(
            "SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns ORDER BY table_name"
        ).fetchall()
    except sqlite3.OperationalError as error:
        raise Refused("not_geopackage") from error


def _layer(database: sqlite3.Connection, table: str, column: str, srs: int) -> Layer:
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({_quoted(table)})")]
    named = [name for name in columns if name.lower() in LABELS and name != column]
    wanted = ", ".join(_quoted(name) for name in [column, *named])
    rows = database.execute(" ".join(["SELECT", wanted, "FROM", _quoted(table), "LIMIT", str(MAX_VERTICES + 1)]))
    features = [(dict(zip(named, labels, strict=True)), _geometry(blob)) for blob, *labels in rows]
    if len(features) > MAX_VERTICES:
        raise Refused("too_many_vertices")
    return Layer(table, features, _crs(database, srs))


def _quoted(name: str) -> str:
    return '"' + str(name).replace('"', '""') + '"'


def _geometry(blob: Any) -> Any:
    """The geometry of a GeoPackage blob (header, envelope, then well-known binary); None when it is empty."""
    if blob is None:
        return None
    if not isinstance(blob, bytes) or len(blob) < 8 or blob[:2] != b"GP":
        raise Refused("damaged")
    flags = blob[3]
    size = ENVELOPES.get((flags >> 1) & 7)
    if size is None:
        raise Refused("damaged")
    try:
        shape = shapely.from_wkb(blob[8 + size :])
    except (shapely.errors.GEOSException, struct.error) as error:
        raise Refused("damaged") from error
    return None if shape is None or shape.is_empty else shapely.geometry.mapping(shape)


def _crs(database: sqlite3.Connection, srs: int) -> CRS | None:
    found = database.execute(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?", (srs,)
    ).fetchone()
    if found is None or srs in {-1, 0}:
        return None
    organisation, number, definition = found
    try:
        if str(organisation).upper() == "EPSG":
            return CRS.from_epsg(number)
        return CRS.from_wkt(definition)
    except CRSError as error:
        raise Refused("unknown_projection", asks_projection=True, name=f"{organisation}:{number}"[:80]) from error
