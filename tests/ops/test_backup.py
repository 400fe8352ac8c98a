"""What a backup holds, and that it appears whole or not at all."""

import hashlib
import io
import json
import os
import tracemalloc

import psycopg
import pytest
from cryptography.fernet import Fernet
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from ecoquartier.ops.services.backup import make_backup, rows
from ecoquartier.ops.services.backup_format import BackupError, Manifest
from ecoquartier.ops.services.backup_keys import opened_keys, sealed_keys
from tests.support import databases
from tests.support.backups import FILES, PASSPHRASE, disk, silent


@pytest.fixture
def live(django_db_setup, django_db_blocker):
    """A database of its own, outside of the transaction that surrounds a test."""
    name = f"{databases.copy_name()}_live"
    with django_db_blocker.unblock():
        databases.make_copy(name)
        with databases.connected_to(name):
            yield
        databases.remove(name)


def test_every_part_is_in_the_manifest_with_its_checksum(saved):
    manifest = Manifest.read(saved.folder)
    found = {str(path.relative_to(saved.folder)) for path in saved.folder.rglob("*") if path.is_file()}
    assert found == {part.path for part in manifest.parts} | {"manifest.json", "manifest.json.sha256"}
    for part in manifest.parts:
        content = (saved.folder / part.path).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (part.size, part.sha256), part.path
    assert {table.name: table.rows for table in manifest.tables} == {
        name: count for name, (count, _digest) in saved.contents.items()
    }


def test_files_of_the_storage_are_there_under_their_names(saved):
    assert {name: (saved.folder / "files" / name).read_bytes() for name in FILES} == FILES


def test_sessions_cache_and_generated_columns_are_left_out(saved):
    columns = {table.name: table.columns for table in Manifest.read(saved.folder).tables}
    assert {"django_session", "cache_entry", "django_migrations"}.isdisjoint(columns)
    with psycopg.connect(**{**connection.get_connection_params(), "dbname": databases.template_name()}) as server:
        generated = server.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE is_generated = 'ALWAYS'"
        ).fetchall()
    assert [column for table, column in generated if column in columns[table]] == []


def test_nobody_else_of_the_machine_opens_it(saved):
    assert saved.folder.stat().st_mode & 0o077 == 0


def test_keys_are_unreadable_without_the_passphrase(saved):
    sealed = (saved.folder / "keys.json").read_bytes()
    secret = saved.keys.keys[0].path
    assert b"PRIVATE KEY" in secret.read_bytes()
    assert b"PRIVATE KEY" not in sealed
    assert opened_keys(sealed, PASSPHRASE)[secret.name] == secret.read_bytes()
    with pytest.raises(BackupError, match="n’est pas celle des clés"):
        opened_keys(sealed, PASSPHRASE + "!")


def test_same_keys_are_never_sealed_twice_alike(saved):
    first, second = (json.loads(sealed_keys(saved.keys.folder, PASSPHRASE)) for _turn in range(2))
    assert first["salt"] != second["salt"]
    with pytest.raises(ValueError, match="key must be"):
        Fernet(first["salt"])


def test_what_comes_during_the_backup_is_not_in_it(live, tmp_path):
    [before] = rows("SELECT count(*) FROM django_content_type")

    def someone_writes(step, done, total):
        if (step, done) == ("Tables", 1):
            with psycopg.connect(**connection.get_connection_params()) as other:
                other.execute("INSERT INTO django_content_type (app_label, model) VALUES ('late', 'late')")

    manifest = make_backup(tmp_path / "b", progress=someone_writes)
    assert [table.rows for table in manifest.tables if table.name == "django_content_type"] == [*before]
    assert rows("SELECT count(*) FROM django_content_type") == [(before[0] + 1,)]


def test_command_says_what_it_saved_and_leaves_nothing_beside(live, tmp_path):
    out = io.StringIO()
    with disk(tmp_path / "files"):
        call_command("backup", str(tmp_path / "place" / "b"), stdout=out)
    lines = out.getvalue().splitlines()
    assert [line for line in lines if line.startswith("Tables")] == [lines[0]]
    assert "0 fichiers, sans les clés" in lines[-1]
    assert os.listdir(tmp_path / "place") == ["b"]


def test_memory_does_not_grow_with_the_files(live, tmp_path):
    with disk(tmp_path / "files"):
        default_storage.save("big", ContentFile(os.urandom(1 << 20) * 40))
        tracemalloc.start()
        make_backup(tmp_path / "b", progress=silent)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 20 << 20


def test_folder_that_holds_something_is_refused(db, tmp_path):
    (tmp_path / "note.txt").write_text("kept")
    with pytest.raises(CommandError, match="n’est pas vide"):
        call_command("backup", str(tmp_path))
    assert os.listdir(tmp_path) == ["note.txt"]


def test_failure_leaves_no_folder(live, tmp_path, settings):
    settings.SIGNING_KEYS = tmp_path / "no-keys"
    with pytest.raises(BackupError, match="Aucune clé"):
        make_backup(tmp_path / "b", passphrase=PASSPHRASE, progress=silent)
    assert os.listdir(tmp_path) == []


def test_database_without_tables_is_refused(empty, tmp_path):
    with pytest.raises(CommandError, match="rien à sauvegarder"):
        call_command("backup", str(tmp_path / "b"))


@pytest.mark.parametrize(
    ("passphrase", "refusal"), [("trop court", "au moins 12"), ("", "Personne pour donner la phrase")]
)
def test_keys_want_a_passphrase_that_holds(db, tmp_path, monkeypatch, passphrase, refusal):
    monkeypatch.setenv("BACKUP_PASSPHRASE", passphrase)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(CommandError, match=refusal):
        call_command("backup", str(tmp_path / "b"), with_keys=True)
