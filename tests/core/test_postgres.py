"""The embedded server: found, started, shared, stopped by the last, refused with a sentence when it cannot be had."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from ecoquartier.core import postgres
from ecoquartier.core.postgres import EmbeddedServer, private_folder
from ecoquartier.core.postgres_programs import PostgresError, find_programs
from tests.support.databases import own_open_parent

JOIN_AND_WAIT = """
import sys
from pathlib import Path
from ecoquartier.core import postgres
from ecoquartier.core.postgres import EmbeddedServer
postgres.OPEN_PARENT = Path(sys.argv[2])
server = EmbeddedServer(Path(sys.argv[1]), durable=False)
print(server.join(), flush=True)
sys.stdin.read()
print(server.leave(), flush=True)
"""


@pytest.fixture(scope="module", autouse=True)
def open_parent():
    with own_open_parent():
        yield


@pytest.fixture(scope="module")
def home(tmp_path_factory, open_parent):
    """The data folder of one cluster, made once for the tests of this file; stopped between them."""
    folder = tmp_path_factory.mktemp("cluster")
    with EmbeddedServer(folder, durable=False):
        pass
    return folder


def rows(server, statement, name=postgres.NAME, user=postgres.NAME):
    with psycopg.connect(host=str(server.socket), user=user, dbname=name) as connection:
        return connection.execute(statement).fetchall()


def other_process(home):
    return subprocess.Popen(
        [sys.executable, "-c", JOIN_AND_WAIT, str(home), str(postgres.OPEN_PARENT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(postgres.__file__).parents[2])},
    )


def test_application_role_is_no_superuser_and_owns_its_database(home):
    with EmbeddedServer(home, durable=False) as server:
        assert rows(server, "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user") == [
            (False, True)
        ]
        assert rows(server, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()") == [
            ("ecoquartier",)
        ]


def test_extensions_are_there_in_every_new_database(home):
    with EmbeddedServer(home, durable=False) as server:
        found = {name for (name,) in rows(server, "SELECT extname FROM pg_extension")}
        assert found == {"plpgsql", "unaccent", "pg_trgm", "btree_gist"}


def test_french_letters_are_known(home):
    with EmbeddedServer(home, durable=False) as server:
        assert rows(server, "SELECT lower('ÉCOQUARTIER'), unaccent('Œuvre élevée')") == [
            ("écoquartier", "OEuvre elevee")
        ]


def test_last_to_leave_stops_the_server(home):
    first = EmbeddedServer(home, durable=False)
    assert first.join() is True
    other = other_process(home)
    assert other.stdout.readline() == "False\n"
    assert first.leave() is False
    assert rows(first, "SELECT 1") == [(1,)]
    assert other.communicate("")[0] == "True\n"
    with pytest.raises(psycopg.OperationalError):
        rows(first, "SELECT 1")
    assert not first.socket.exists()


def test_killed_process_does_not_keep_the_server(home):
    other = other_process(home)
    assert other.stdout.readline() == "True\n"
    other.kill()
    other.communicate()
    survivor = EmbeddedServer(home, durable=False)
    survivor.join()  # before or after the guard has stopped it
    assert rows(survivor, "SELECT 1") == [(1,)]
    assert survivor.leave() is True


def test_server_of_a_killed_process_is_stopped_by_its_guard(home):
    other = other_process(home)
    assert other.stdout.readline() == "True\n"
    server = EmbeddedServer(home, durable=False)
    assert rows(server, "SELECT 1") == [(1,)]
    other.kill()
    other.communicate()
    deadline = time.monotonic() + 20
    while server._running() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not server._running()
    assert server.join() is True
    assert server.leave() is True


def test_guard_leaves_the_server_to_who_still_uses_it(home):
    first, second = other_process(home), EmbeddedServer(home, durable=False)
    assert first.stdout.readline() == "True\n"
    second.join()
    first.kill()
    first.communicate()
    time.sleep(0.5)
    assert rows(second, "SELECT 1") == [(1,)]
    assert second.leave() is True


def test_number_of_a_crashed_server_may_be_taken_by_another_program(home):
    server = EmbeddedServer(home, durable=False)
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n0\n5432\n/tmp/elsewhere\n")
    assert server.join() is True
    assert rows(server, "SELECT 1") == [(1,)]
    assert server.leave() is True


def test_leaving_twice_or_without_joining_changes_nothing(home):
    server = EmbeddedServer(home, durable=False)
    assert server.leave() is False
    server.join()
    assert server.join() is False
    assert server.leave() is True
    assert server.leave() is False


def test_durable_server_keeps_its_word(home):
    with EmbeddedServer(home) as server:
        assert rows(server, "SHOW fsync") == [("on",)]
    with EmbeddedServer(home, durable=False) as server:
        assert rows(server, "SHOW fsync") == [("off",)]


def test_server_listens_on_no_network(home):
    with EmbeddedServer(home, durable=False) as server:
        assert rows(server, "SHOW listen_addresses") == [("",)]
        assert server.socket.stat().st_mode & 0o077 == 0


def test_interrupted_creation_starts_again(tmp_path):
    server = EmbeddedServer(tmp_path, durable=False)
    draft = server.data.with_suffix(".new")
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18")
    with server:
        assert rows(server, "SELECT 1") == [(1,)]
    assert not draft.exists()


def test_another_version_is_refused(tmp_path):
    server = EmbeddedServer(tmp_path)
    server.data.mkdir(parents=True)
    (server.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(PostgresError, match="vient de PostgreSQL 9 .* PG_BIN"):
        server.join()


def test_folder_that_cannot_be_written_is_named(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(PostgresError, match="Impossible d’écrire dans .*file.* DATA_DIR"):
        EmbeddedServer(blocked / "data").join()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("could not write: No space left on device", "plus assez de place sur le disque de .* DATA_DIR"),
        ("it has\nits reasons", "PostgreSQL n’a pas pu créer .*its reasons"),
    ],
)
def test_cluster_that_cannot_be_made(tmp_path, monkeypatch, said, sentence):
    programs = tmp_path / "postgres" / "bin"
    programs.mkdir(parents=True)
    (programs / "initdb").write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n")
    (programs / "initdb").chmod(0o755)
    monkeypatch.setenv("PG_BIN", str(programs))
    with pytest.raises(PostgresError, match=sentence):
        EmbeddedServer(tmp_path / "data").join()


def test_folders_may_have_spaces_and_accents(tmp_path, monkeypatch):
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="un été ") as runtime:
        monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
        with EmbeddedServer(tmp_path / "données d’été", durable=False) as server:
            assert rows(server, "SELECT 1") == [(1,)]


def test_private_folder_is_made_once_and_accepted_again(tmp_path):
    folder = private_folder(tmp_path / "socket")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert private_folder(folder) == folder


def test_private_folder_refuses_one_open_to_others(tmp_path):
    (tmp_path / "socket").mkdir()
    (tmp_path / "socket").chmod(0o755)
    with pytest.raises(PostgresError, match="n’est pas réservé à votre compte"):
        private_folder(tmp_path / "socket")


def test_private_folder_refuses_a_link(tmp_path):
    private_folder(tmp_path / "real")
    (tmp_path / "socket").symlink_to(tmp_path / "real")
    with pytest.raises(PostgresError, match="n’est pas réservé"):
        private_folder(tmp_path / "socket")


def test_long_runtime_folder_is_replaced(tmp_path, monkeypatch):
    deep = tmp_path / ("x" * 120)
    deep.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(deep))
    assert len(str(EmbeddedServer(tmp_path).socket)) <= postgres.LONGEST_SOCKET_FOLDER


def test_runtime_folder_is_used(tmp_path, monkeypatch):
    server = EmbeddedServer(tmp_path)
    if server._identity.base is None:  # "nobody" may not enter it
        with tempfile.TemporaryDirectory(dir="/tmp") as runtime:
            monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
            assert server.socket.parent == Path(runtime)


def test_named_programs_come_first(tmp_path, monkeypatch):
    (tmp_path / "initdb").write_text("")
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    assert find_programs() == tmp_path


def test_wrong_name_of_programs_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    with pytest.raises(PostgresError, match="initdb est absent"):
        find_programs()
