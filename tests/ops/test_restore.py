"""A restored database is the saved one; whatever is wrong is said before anything is written."""

import dataclasses
import hashlib
import io
import shutil

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from ecoquartier.core.keys import KeyRing
from ecoquartier.ops.services.backup import rows
from ecoquartier.ops.services.backup_format import Manifest
from ecoquartier.ops.services.backup_restore import restore_backup
from tests.support.backups import PASSPHRASE, contents, disk, files, sequences, silent


@pytest.fixture(autouse=True)
def own_place(settings, tmp_path, monkeypatch):
    """Files and keys of a new machine."""
    monkeypatch.setenv("BACKUP_PASSPHRASE", PASSPHRASE)
    settings.SIGNING_KEYS = tmp_path / "keys"
    with disk(tmp_path / "files"):
        yield


@pytest.fixture
def copy(saved, tmp_path):
    """The same backup, that the test may damage."""
    return shutil.copytree(saved.folder, tmp_path / "copy")


def rewrite(folder, **changes):
    """Change what the manifest says, its checksum with it."""
    dataclasses.replace(Manifest.read(folder), **changes).write(folder)


def test_everything_comes_back(empty, saved, settings):
    out = io.StringIO()
    call_command("restore", str(saved.folder), stdout=out)
    assert contents() == saved.contents
    assert sequences() == saved.sequences
    assert files() == saved.files
    ring = KeyRing.load(settings.SIGNING_KEYS)
    assert [key.kid for key in ring.keys] == [key.kid for key in saved.keys.keys]
    assert ring.keys[0].private.as_pem(private=True) == saved.keys.keys[0].private.as_pem(private=True)
    assert "Journal intact" in out.getvalue().splitlines()[-1]
    with pytest.raises(Exception, match="journal"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_entry")
    # What the queue tells its workers at each job is on again too.
    assert rows("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'") == [(0,)]


def test_database_migrated_and_empty_is_good_too_and_what_is_in_place_stays(empty, saved, settings):
    call_command("migrate", verbosity=0)
    settings.SIGNING_KEYS.mkdir()
    record = saved.keys.keys[0].path.with_suffix(".json").name
    (settings.SIGNING_KEYS / record).write_text("retired since")
    default_storage.save("vide.txt", ContentFile(b""))
    done = restore_backup(saved.folder, passphrase=PASSPHRASE, progress=silent)
    assert contents() == saved.contents
    assert files() == saved.files
    assert (settings.SIGNING_KEYS / record).read_text() == "retired since"
    assert done.keys == len(list(saved.keys.folder.glob("[!.]*"))) - 1


def test_backup_of_older_code_is_restored_at_its_migrations_then_brought_forward(empty, copy, saved, settings):
    older = [key for key in Manifest.read(copy).migrations if key[0] != "ops"]
    rewrite(copy, migrations=older)
    steps = []
    restore_backup(copy, progress=lambda *step: steps.append(step))
    assert steps.count(("Migrations", len(older), len(older))) == 1
    assert ("ops", "0001_cache_table") in MigrationRecorder(connection).applied_migrations()
    assert "cache_entry" in connection.introspection.table_names()
    assert contents() == saved.contents
    assert KeyRing.load(settings.SIGNING_KEYS).keys == ()


def test_failure_takes_everything_back(empty, saved, settings, tmp_path):
    (tmp_path / "wall").write_text("")
    settings.SIGNING_KEYS = tmp_path / "wall" / "keys"
    with pytest.raises(CommandError, match="Impossible d’écrire .*wall.*aucune donnée n’a été restaurée"):
        call_command("restore", str(saved.folder), stdout=io.StringIO())
    assert files() == {}
    assert {name: count for name, (count, _digest) in contents().items() if count} == {}


def test_missing_rows_are_seen(empty, copy):
    tables = Manifest.read(copy).tables
    rewrite(copy, tables=[*tables[:-1], dataclasses.replace(tables[-1], rows=tables[-1].rows + 1)])
    with pytest.raises(CommandError, match=f"La table {tables[-1].name} a .* lignes, la sauvegarde en annonce"):
        call_command("restore", str(copy), without_keys=True, stdout=io.StringIO())
    assert {name: count for name, (count, _digest) in contents().items() if count} == {}


def test_damaged_and_missing_parts_are_named(db, copy):
    table, file = Manifest.read(copy).tables[0].part.path, copy / "files" / "photos/la-courrouze.jpg"
    (copy / table).unlink()
    content = bytearray(file.read_bytes())
    content[1000] ^= 1
    file.write_bytes(content)
    with pytest.raises(CommandError) as refusal:
        call_command("restore", str(copy), stdout=io.StringIO())
    assert f"{table} (absent), files/photos/la-courrouze.jpg (abîmé)." in str(refusal.value)


@pytest.mark.parametrize("name", ["manifest.json", "manifest.json.sha256"])
def test_truncated_manifest_is_refused(db, copy, name):
    content = (copy / name).read_bytes()
    (copy / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(CommandError, match="abîmé ou tronqué"):
        call_command("restore", str(copy))


def test_folder_that_is_no_backup_is_refused(db, tmp_path):
    with pytest.raises(CommandError, match="n’est pas une sauvegarde"):
        call_command("restore", str(tmp_path))


def test_path_that_leaves_the_folder_is_refused(db, copy):
    content = (copy / "manifest.json").read_bytes().replace(b'"files/vide.txt"', b'"../vide.txt"')
    (copy / "manifest.json").write_bytes(content)
    (copy / "manifest.json.sha256").write_text(f"{hashlib.sha256(content).hexdigest()}  manifest.json")
    with pytest.raises(CommandError, match="ne décrit pas une sauvegarde"):
        call_command("restore", str(copy))


def test_other_format_is_refused(db, copy):
    rewrite(copy, format=2)
    with pytest.raises(CommandError, match="au format 2, ce code lit le format 1"):
        call_command("restore", str(copy))


def test_database_that_holds_something_is_refused(db, saved):
    before = contents()
    with pytest.raises(CommandError, match="Cette base n’est pas vide .*désignez-la"):
        call_command("restore", str(saved.folder), stdout=io.StringIO())
    assert contents() == before


def test_tables_of_other_migrations_are_refused(empty, saved):
    call_command("migrate", "contenttypes", verbosity=0)
    with pytest.raises(CommandError, match="ses tables ne sont pas celles de la sauvegarde"):
        call_command("restore", str(saved.folder), stdout=io.StringIO())


def test_backup_of_newer_code_is_refused(empty, copy):
    newer = ["dossiers", "9999_from_the_future"]
    rewrite(copy, migrations=[*Manifest.read(copy).migrations, newer])
    with pytest.raises(CommandError, match="plus récent.*dossiers.9999_from_the_future"):
        call_command("restore", str(copy), stdout=io.StringIO())
    assert connection.introspection.table_names() == []


def test_wrong_passphrase_is_refused_before_anything_is_written(empty, saved, monkeypatch):
    monkeypatch.setenv("BACKUP_PASSPHRASE", "une autre phrase de passe")
    with pytest.raises(CommandError, match="n’est pas celle des clés"):
        call_command("restore", str(saved.folder), stdout=io.StringIO())
    assert connection.introspection.table_names() == []


def test_another_file_of_the_same_name_is_never_written_over(empty, saved):
    default_storage.save("vide.txt", ContentFile(b"another"))
    with pytest.raises(CommandError, match="contient déjà un autre fichier vide.txt"):
        call_command("restore", str(saved.folder), stdout=io.StringIO())
    assert files() == {"vide.txt": b"another"}
    assert connection.introspection.table_names() == []
