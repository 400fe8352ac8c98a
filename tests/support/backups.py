"""A played world saved once, empty databases to restore it into, and how two databases are compared."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import override_settings

from ecoquartier.core.canonical import sha256_hex
from ecoquartier.core.keys import KeyRing
from ecoquartier.files.models import StoredFile, path_of
from ecoquartier.ops.services.backup import make_backup, rows, saved_tables, stored_names
from tests.support import databases
from tests.support.rings import throwaway_ring
from tests.support.world import World

PASSPHRASE = "une phrase de passe assez longue"
PLAN = b"%PDF-1.7 a plan"
FILES = {
    "photos/la-courrouze.jpg": bytes(range(256)) * 4000,
    "plans/Îlot n° 3.pdf": b"%PDF-1.7\n\x00\xff",
    "vide.txt": b"",
    f"{path_of(sha256_hex(PLAN))}.pdf": PLAN,
}


@dataclass(frozen=True)
class Saved:
    """A backup, and what it was made from."""

    folder: Path
    contents: dict[str, tuple[int, str]]
    sequences: list[tuple[str, int]]
    files: dict[str, bytes]
    keys: KeyRing


def silent(step: str, done: int, total: int) -> None:
    """Tell nobody."""


@contextmanager
def disk(folder: Path) -> Iterator[None]:
    """Keep the files of the platform in this folder."""
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder}}
    with override_settings(STORAGES={"default": backend, "staticfiles": {"BACKEND": backend["BACKEND"]}}):
        yield


def save_a_world(folder: Path) -> Saved:
    """Play a candidature to its award in a database of its own, keep files and keys, and back everything up."""
    name = f"{databases.copy_name()}_saved"
    databases.make_copy(name)
    try:
        keys = throwaway_ring(folder / "keys")
        with databases.connected_to(name), disk(folder / "files"), override_settings(SIGNING_KEYS=folder / "keys"):
            World().awarded()
            for path, content in FILES.items():
                default_storage.save(path, ContentFile(content))
            StoredFile.objects.create(
                sha256=sha256_hex(PLAN),
                content=f"{path_of(sha256_hex(PLAN))}.pdf",
                size=len(PLAN),
                media_type="application/pdf",
                name="plan.pdf",
            )
            make_backup(folder / "backup", passphrase=PASSPHRASE, progress=silent)
            kept = files()
            assert kept.items() > FILES.items()
            return Saved(folder / "backup", contents(), sequences(), kept, keys)
    finally:
        databases.remove(name)


@contextmanager
def empty_database() -> Iterator[None]:
    """Point Django at a database without any table."""
    name = f"{databases.copy_name()}_empty"
    databases.make_empty(name)
    try:
        with databases.connected_to(name):
            yield
    finally:
        databases.remove(name)


def contents() -> dict[str, tuple[int, str]]:
    """Of each table that is saved, how many rows it has and a digest of all of them, generated columns included."""
    digest = "SELECT count(*), coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') FROM \"{}\" t"
    return {table: rows(digest.format(table))[0] for table in saved_tables()}


def sequences() -> list[tuple[str, int]]:
    """The last number that each sequence gave, but for that of the migrations, which are run and not copied."""
    return rows(
        "SELECT sequencename, last_value FROM pg_sequences "
        "WHERE schemaname = current_schema() AND sequencename <> 'django_migrations_id_seq' ORDER BY 1"
    )


def files() -> dict[str, bytes]:
    """Every file of the storage."""
    found = {}
    for name in stored_names(default_storage):
        with default_storage.open(name) as file:
            found[name] = file.read()
    return found
