"""Put a backup back: into an empty database, of the same version of PostgreSQL or of another.

Everything is checked before anything is written. The tables are made by our migrations, up to those of the backup;
rows, files and keys then come in one transaction, and go together if one of them cannot; then the migrations that the
code has and the backup had not are run, as at any upgrade.
"""

import gzip
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from ecoquartier.core.env import SettingError
from ecoquartier.core.registry import invariants
from ecoquartier.journal.domain import Verdict
from ecoquartier.journal.queries import verify_chain
from ecoquartier.ops.services.backup import PLAIN_SESSION, rows, saved_tables
from ecoquartier.ops.services.backup_format import (
    FILES,
    BackupError,
    Manifest,
    Progress,
    Table,
    blocks,
    check_parts,
    sha256_of,
)
from ecoquartier.ops.services.backup_keys import opened_keys

OLDEST_POSTGRES = 15
# What `migrate` writes by itself after making the tables.
MADE_BY_MIGRATE = ("auth_permission", "django_content_type")

_GUARDED_TABLES = """
    SELECT DISTINCT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE NOT tgisinternal AND tgenabled = 'O' AND relnamespace = current_schema()::regnamespace
"""


@dataclass(frozen=True)
class Restored:
    """What came back, and what the checks say of it: an intact journal and no breach, or the facts that do not hold."""

    manifest: Manifest
    keys: int
    journal: Verdict
    invariants: int
    breaches: list[str]


def restore_backup(folder: Path, *, passphrase: str | None = None, progress: Progress) -> Restored:
    """Restore the backup of `folder` into the empty database of the settings, with its files.

    Args:
        folder: what `make_backup` wrote.
        passphrase: that of the keys; without it the keys of the backup are left where they are.
        progress: told how far each step is.

    Raises:
        BackupError: the backup is damaged, made by newer code, or there is something where it would go. The database
            is then as it was, or has its tables and no row.
    """
    manifest = Manifest.read(folder)
    check_parts(folder, manifest, progress)
    keys: dict[str, bytes] = {}
    if passphrase is not None and manifest.keys:
        keys = opened_keys((folder / manifest.keys.path).read_bytes(), passphrase)
    _check_files(manifest)
    _check_database(manifest)
    _make_tables(manifest, progress)
    with ExitStack() as undo:
        with transaction.atomic():
            _fill_tables(folder, manifest, progress)
            _put_files(folder, manifest, undo, progress)
            new_keys = _put_keys(keys, undo)
        undo.pop_all()
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        # The planner knows nothing of rows that have just arrived.
        cursor.execute("ANALYZE")
    checks = list(invariants.items())
    return Restored(
        manifest=manifest,
        keys=new_keys,
        journal=_verdict(),
        invariants=len(checks),
        breaches=[f"{name}\u00a0: {breach}" for name, check in checks for breach in check()],
    )


def _verdict() -> Verdict:
    """What the journal says; its signed heads need the keys, which may come later and by another way."""
    try:
        return verify_chain()
    except SettingError as error:
        return Verdict(0, str(error))


def _check_files(manifest: Manifest) -> None:
    """Refuse to write over a file; the same file, already there, is not one to write."""
    for part in manifest.files:
        name = part.path.removeprefix(FILES)
        if default_storage.exists(name):
            with default_storage.open(name) as file:
                if sha256_of(file) != part.sha256:
                    raise BackupError(
                        f"Le stockage contient déjà un autre fichier {name}\u00a0: donnez un stockage vide "
                        "(STORAGE_URL), ou mettez ce fichier de côté."
                    )


def _check_database(manifest: Manifest) -> None:
    version = connection.cursor().connection.info.server_version // 10_000
    if version < OLDEST_POSTGRES:
        raise BackupError(f"PostgreSQL {version} est trop ancien\u00a0: il faut la version {OLDEST_POSTGRES} ou plus.")
    saved = {(app, name) for app, name in manifest.migrations}
    newer = sorted(saved - set(MigrationLoader(None).disk_migrations))
    if newer:
        names = ", ".join(f"{app}.{name}" for app, name in newer[:3])
        raise BackupError(
            f"Cette sauvegarde vient d’un code plus récent\u00a0: celui-ci ignore {len(newer)} de ses migrations "
            f"({names}). Installez le code qui l’a faite, puis recommencez."
        )
    tables = saved_tables()
    filled = [name for name in tables if name not in MADE_BY_MIGRATE and _has_rows(name)]
    if filled:
        raise BackupError(
            f"Cette base n’est pas vide ({', '.join(filled[:3])}…)\u00a0: une sauvegarde ne se restaure que dans une "
            "base sans aucune donnée. Créez-en une (createdb) et désignez-la (DATABASE_URL)."
        )
    if tables and set(MigrationRecorder(connection).applied_migrations()) != saved:
        raise BackupError(
            "Cette base est vide, mais ses tables ne sont pas celles de la sauvegarde\u00a0: créez une base sans "
            "aucune table (createdb) et désignez-la avec DATABASE_URL."
        )


def _has_rows(table: str) -> bool:
    statement = sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table))
    return bool(rows(statement)[0][0])


def _make_tables(manifest: Manifest, progress: Progress) -> None:
    """Migrate to what the backup had and no further: its rows fit its own tables."""
    saved = {(app, name) for app, name in manifest.migrations}
    done = count()

    def tell(action: str, migration: Any = None, fake: bool | None = False) -> None:
        if action == "apply_success":
            progress("Migrations", next(done) + 1, len(plan))

    executor = MigrationExecutor(connection, tell)
    graph = executor.loader.graph
    # The last of each app: naming the others too would ask Django to come back to them.
    targets = [
        key
        for key in sorted(saved & set(graph.nodes))
        if not any(child.key[0] == key[0] and child.key in saved for child in graph.node_map[key].children)
    ]
    plan = executor.migration_plan(targets)
    executor.migrate(targets, plan)


def _fill_tables(folder: Path, manifest: Manifest, progress: Progress) -> None:
    unknown = {table.name for table in manifest.tables} - set(saved_tables())
    if unknown:
        raise BackupError(
            f"La sauvegarde a des tables que ses migrations ne font pas\u00a0: {', '.join(sorted(unknown))}."
        )
    guarded = [name for (name,) in rows(_GUARDED_TABLES)]
    with connection.cursor() as cursor:
        cursor.execute(PLAIN_SESSION)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        # The append-only journal lets rows in, but the queue would announce jobs and write their story again.
        for name in guarded:
            cursor.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(name)))
        # Children first: what migrations wrote in a database that was empty.
        for table in reversed(manifest.tables):
            cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table.name)))
        for done, table in enumerate(manifest.tables, start=1):
            _copy_rows(folder, table)
            progress("Tables", done, len(manifest.tables))
        for name, number in manifest.sequences.items():
            cursor.execute("SELECT setval(quote_ident(%s)::regclass, %s)", [name, number])
        # Foreign keys speak now, while everything can still be undone.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in guarded:
            cursor.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(name)))


def _copy_rows(folder: Path, table: Table) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, table.columns))
    )
    with connection.cursor() as cursor:
        with gzip.open(folder / table.part.path) as content, cursor.copy(statement) as copy:
            for block in blocks(content):
                copy.write(block)
        if cursor.rowcount != table.rows:
            raise BackupError(
                f"La table {table.name} a {cursor.rowcount} lignes, la sauvegarde en annonce {table.rows}."
            )


def _put_files(folder: Path, manifest: Manifest, undo: ExitStack, progress: Progress) -> None:
    for done, part in enumerate(manifest.files, start=1):
        name = part.path.removeprefix(FILES)
        if not default_storage.exists(name):
            with (folder / part.path).open("rb") as content:
                kept = default_storage.save(name, File(content))
            undo.callback(default_storage.delete, kept)
            if kept != name:
                raise BackupError(f"Le stockage n’accepte pas le nom {name}.")
        progress("Fichiers", done, len(manifest.files))


def _put_keys(keys: dict[str, bytes], undo: ExitStack) -> int:
    """Write the keys that are not there; one that is may know since that it was retired or stolen."""
    folder, count = Path(settings.SIGNING_KEYS), 0
    for name, content in keys.items():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / Path(name).name
        if not path.exists():
            path.touch(0o600)
            undo.callback(path.unlink)
            path.write_bytes(content)
            count += 1
    return count
