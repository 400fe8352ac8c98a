"""A backup of one version of PostgreSQL restores into another: from the server of the tests to the oldest one found.

The wheel brings the newest version, `apt-get install postgresql-15` an older one; run with `PG_BIN` pointing at the
latter, the same test goes the other way. With a single version on the machine it is skipped, and says so.
"""

import io
import re
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, connections

from ecoquartier.core.postgres import EmbeddedServer
from ecoquartier.core.postgres_programs import PostgresError, find_programs
from ecoquartier.ops.services.backup import make_backup
from ecoquartier.ops.services.backup_format import Manifest
from tests.support.backups import PASSPHRASE, contents, disk, files, sequences, silent
from tests.support.databases import own_open_parent


def version_of(programs: Path) -> int:
    """The major version of the server of this folder."""
    said = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return int(re.search(r"\d+", said)[0])


def installed(monkeypatch) -> dict[int, Path]:
    """The versions of PostgreSQL whose programs are on this machine: Debian's, and those of the wheel."""
    folders = [folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if (folder / "initdb").exists()]
    with monkeypatch.context() as patched, suppress(PostgresError):
        patched.delenv("PG_BIN", raising=False)
        folders.append(find_programs())
    return {version_of(folder): folder for folder in folders}


@pytest.fixture
def other_server(django_db_setup, django_db_blocker, monkeypatch, tmp_path):
    """An empty database on a server of another version than the one of the tests, that Django uses meanwhile."""
    with django_db_blocker.unblock():
        connection.ensure_connection()
        ours = connection.connection.info.server_version // 10_000
    others = {
        version: folder for version, folder in installed(monkeypatch).items() if version != ours and version >= 15
    }
    if not others:
        pytest.skip(f"no other PostgreSQL than {ours} here: apt-get install postgresql-15")
    theirs = min(others)
    monkeypatch.setenv("PG_BIN", str(others[theirs]))
    with django_db_blocker.unblock(), own_open_parent(), EmbeddedServer(tmp_path / "server", durable=False) as server:
        connections.close_all()
        before = dict(connection.settings_dict)
        connection.settings_dict.update({**server.connection(), "OPTIONS": before["OPTIONS"]})
        yield ours, theirs
        connections.close_all()
        connection.settings_dict.update(before)


def test_backup_goes_to_another_version_and_comes_back_the_same(saved, other_server, settings, monkeypatch, tmp_path):
    monkeypatch.setenv("BACKUP_PASSPHRASE", PASSPHRASE)
    settings.SIGNING_KEYS = tmp_path / "keys"
    ours, theirs = other_server
    with disk(tmp_path / "files"):
        out = io.StringIO()
        call_command("restore", str(saved.folder), stdout=out)
        assert connection.connection.info.server_version // 10_000 == theirs != ours
        assert (contents(), sequences(), files()) == (saved.contents, saved.sequences, saved.files)
        assert "Journal intact" in out.getvalue().splitlines()[-1]
        again = make_backup(tmp_path / "again", passphrase=PASSPHRASE, progress=silent)
    # Two versions write the same rows alike: the parts have the same checksums.
    assert again.tables == Manifest.read(saved.folder).tables
