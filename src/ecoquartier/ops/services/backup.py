"""Make a backup: the database as it is at one instant, the files, and the signing keys when asked.

Never `pg_dump`: the dump of a version of PostgreSQL does not restore into an older one, and its program is not
everywhere. Rows travel as `COPY` writes them in text; the tables are made again by our migrations.
"""

import os
import shutil
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, default_storage
from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql

from ecoquartier.ops.services.backup_format import (
    BLOCK,
    FILES,
    KEYS,
    BackupError,
    Manifest,
    Part,
    Progress,
    Table,
    write_part,
)
from ecoquartier.ops.services.backup_keys import require_passphrase, sealed_keys

# Names of migrations are in the manifest; people sign in again, so that a stolen backup opens no session. The cache is
# left out too, as every table that PostgreSQL does not log: what it holds may be lost.
LEFT_OUT = ("django_migrations", "django_session")

# Rows are written the same way whatever the settings of the server or of the role.
PLAIN_SESSION = """
    SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres';
    SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1
"""

_TABLES = """
    SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relpersistence = 'p'
        AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND c.relname <> ALL (%s)
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    GROUP BY c.relname ORDER BY c.relname
"""
# Ours wait for the end of the transaction; those of the job queue do not.
_IMMEDIATE_KEYS = """
    SELECT child.relname, parent.relname
    FROM pg_constraint JOIN pg_class child ON child.oid = conrelid JOIN pg_class parent ON parent.oid = confrelid
    WHERE contype = 'f' AND NOT condeferrable AND conrelid <> confrelid
        AND child.relnamespace = current_schema()::regnamespace
    ORDER BY child.relname, parent.relname
"""
_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema()"


def make_backup(folder: Path, *, passphrase: str | None = None, progress: Progress) -> Manifest:
    """Write a backup into `folder`, which appears whole or not at all.

    Args:
        folder: does not exist yet, or is empty.
        passphrase: encrypts the signing keys; without it they are left out.
        progress: told how far each step is.

    Raises:
        BackupError: the folder holds something, cannot be written, or there is nothing to save.
    """
    folder = Path(os.path.abspath(folder))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupError(f"{folder} n’est pas vide\u00a0: donnez un nouveau dossier.")
    if passphrase is not None:
        require_passphrase(passphrase)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise BackupError(f"Impossible d’écrire dans {folder.parent} ({error.strerror}).") from error
    try:
        manifest = _fill(draft, passphrase, progress)
        # A backup that a power cut would empty is none.
        os.sync()
        draft.rename(folder)
    except OSError as error:
        raise BackupError(
            f"La sauvegarde n’a pas pu être écrite\u00a0: {error.strerror} ({error.filename})."
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return manifest


def saved_tables() -> dict[str, list[str]]:
    """The tables that a backup holds, with their columns, in an order in which they can be filled."""
    columns = dict(rows(_TABLES, [list(LEFT_OUT)]))
    order: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(columns, ()))
    for child, parent in rows(_IMMEDIATE_KEYS):
        order.add(child, parent)
    return {name: columns[name] for name in order.static_order() if name in columns}


def stored_names(storage: Storage, folder: str = "") -> Iterator[str]:
    """The name of every file of a storage, whatever keeps them."""
    # Nothing was ever kept: the folder is made by the first file.
    with suppress(FileNotFoundError):
        folders, names = storage.listdir(folder)
        yield from (f"{folder}{name}" for name in sorted(names))
        for inner in sorted(folders):
            yield from stored_names(storage, f"{folder}{inner}/")


def rows(statement: str | sql.Composable, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    """Run one statement and return what it finds."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def _fill(draft: Path, passphrase: str | None, progress: Progress) -> Manifest:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute(PLAIN_SESSION)
        if "django_migrations" not in connection.introspection.table_names():
            raise BackupError("Cette base n’a pas de tables\u00a0: il n’y a rien à sauvegarder.")
        manifest = Manifest(
            made_at=timezone.now().isoformat(timespec="seconds"),
            site=settings.BASE_URL,
            postgres=rows("SHOW server_version")[0][0],
            migrations=[list(row) for row in rows("SELECT app, name FROM django_migrations ORDER BY app, name")],
            tables=_write_tables(draft, progress),
            # Read last: a number given meanwhile is never given again.
            sequences={name: number for name, number in rows(_SEQUENCES) if number is not None},
            files=_write_files(draft, progress),
            keys=_write_keys(draft, passphrase),
        )
    manifest.write(draft)
    return manifest


def _write_tables(draft: Path, progress: Progress) -> list[Table]:
    columns, written = saved_tables(), []
    for name in columns:
        with connection.cursor() as cursor:
            part = write_part(draft, f"tables/{name}.copy.gz", _compressed(_copied(cursor, name, columns[name])))
            written.append(Table(name, columns[name], cursor.rowcount, part))
        progress("Tables", len(written), len(columns))
    return written


def _copied(cursor: Any, name: str, columns: list[str]) -> Iterator[bytes | memoryview]:
    statement = sql.SQL("COPY {} ({}) TO STDOUT").format(
        sql.Identifier(name), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with cursor.copy(statement) as copy:
        yield from copy


def _compressed(content: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    """As `gzip` does, without the hour: the same rows give the same checksum."""
    packer = zlib.compressobj(level=6, wbits=31)
    for block in content:
        yield packer.compress(block)
    yield packer.flush()


def _write_files(draft: Path, progress: Progress) -> list[Part]:
    """Copy the files after the rows: one that came meanwhile does no harm, one that left was deleted by somebody."""
    names, written = list(stored_names(default_storage)), []
    for done, name in enumerate(names, start=1):
        with suppress(FileNotFoundError), default_storage.open(name) as file:
            written.append(write_part(draft, f"{FILES}{name}", file.chunks(BLOCK)))
        progress("Fichiers", done, len(names))
    return written


def _write_keys(draft: Path, passphrase: str | None) -> Part | None:
    if passphrase is None:
        return None
    return write_part(draft, KEYS, [sealed_keys(Path(settings.SIGNING_KEYS), passphrase)])
