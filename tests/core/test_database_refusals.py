"""What PostgreSQL refuses: the sentence of each case, on real refusals where the test server can give them."""

import socket
import struct
import threading
from types import SimpleNamespace

import psycopg
import pytest
from django.db import DatabaseError, NotSupportedError, OperationalError, ProgrammingError, connection, transaction
from django.db.backends.postgresql.base import DatabaseWrapper

from ecoquartier.core import database_refusals
from ecoquartier.core.database_refusals import explain_database

DATABASE = {"HOST": "db.example.fr", "PORT": "", "USER": "label", "NAME": "registre"}


@pytest.fixture(autouse=True)
def _production(settings):
    settings.EMBEDDED_SERVER = None


def explained(error):
    return explain_database(error, DATABASE)


def refused_by_server(sqlstate):
    """Wrap a driver's error as Django does."""
    error = DatabaseError("in English")
    error.__cause__ = psycopg.errors.lookup(sqlstate)("in English")
    return error


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            "failed to resolve host 'db.example.fr': Name or service not known",
            "Le serveur db.example.fr est introuvable",
        ),
        ("connection to server failed: Connection refused", "Rien ne répond sur db.example.fr, port 5432"),
        ('connection to server on socket "/x" failed: No such file or directory', "Rien ne répond sur db.example.fr"),
        ("connection timeout expired", "Le serveur db.example.fr ne répond pas"),
        ("failed: Network is unreachable", "Le serveur db.example.fr ne répond pas"),
        ('FATAL: password authentication failed for user "label"', "refuse le mot de passe du compte label"),
        ("fe_sendauth: no password supplied", "refuse le mot de passe du compte label"),
        ('FATAL: role "label" does not exist', "Le compte label n’existe pas"),
        ('FATAL: database "registre" does not exist', "La base registre n’existe pas"),
        ("FATAL:  la base de données « registre » n'existe pas", "La base registre n’existe pas"),
        ("first line\nsecond line", "La base de données ne répond pas ou refuse l’accès (first line)"),
    ],
)
def test_connection_that_fails_says_what_to_correct(said, sentence):
    found = explained(OperationalError(said))
    assert sentence in found
    assert found.endswith("DATABASE_URL.")


@pytest.mark.parametrize(
    ("sqlstate", "sentence"),
    [
        ("25006", "La base de données est en lecture seule"),
        ("42501", "ALTER DATABASE registre OWNER TO label."),
        ("53100", "plus de place sur le disque du serveur db.example.fr"),
        ("53300", "trop de connexions"),
        ("57P01", "s’est arrêtée"),
        ("57P03", "démarre ou s’arrête"),
    ],
)
def test_server_that_refuses(sqlstate, sentence):
    assert sentence in explained(refused_by_server(sqlstate))


def test_full_disk_of_the_embedded_server_names_its_folder(settings, tmp_path, monkeypatch):
    settings.EMBEDDED_SERVER = SimpleNamespace(data=tmp_path / "postgres")
    full = f"plus assez de place sur le disque de {tmp_path}"
    assert full in explained(refused_by_server("53100"))
    # The server died of it: all that is left to see is a connection that ended.
    ended = OperationalError("server closed the connection unexpectedly")
    assert full not in explained(ended)
    monkeypatch.setattr(database_refusals, "LEAST_ROOM", 2**63)
    assert full in explained(ended)


def missing_table():
    with pytest.raises(ProgrammingError) as raised, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM no_such_table")
    return raised.value


@pytest.mark.django_db(transaction=True)
def test_missing_table_of_a_migrated_database_is_a_mistake_of_ours():
    assert explained(missing_table()) == ""


@pytest.mark.django_db(transaction=True)
def test_missing_table_of_a_database_that_waits_for_its_migrations(monkeypatch):
    monkeypatch.setattr(database_refusals.MigrationExecutor, "migration_plan", lambda self, targets: targets)
    assert explained(missing_table()) == "Les tables ne sont pas à jour\u00a0: lancez «\u00a0manage.py migrate\u00a0»."


def test_other_mistakes_are_not_hidden():
    assert explained(refused_by_server("22012")) == ""
    assert explained(NotSupportedError("something else")) == ""
    assert explained(ProgrammingError("no cause")) == ""


@pytest.fixture
def old_server():
    """A server that lets everybody in and says that it is PostgreSQL 12."""

    def message(kind, body):
        return kind + struct.pack("!I", len(body) + 4) + body

    def serve():
        client, _address = listener.accept()
        with client:
            client.settimeout(10)
            client.recv(8)  # asks for encryption
            client.sendall(b"N")
            client.recv(1000)
            welcome = message(b"R", struct.pack("!I", 0))
            for name, value in (("server_version", "12.22"), ("client_encoding", "UTF8")):
                welcome += message(b"S", f"{name}\0{value}\0".encode())
            client.sendall(welcome + message(b"K", struct.pack("!II", 1, 1)) + message(b"Z", b"I"))
            client.recv(1000)

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


@pytest.mark.loopback
@pytest.mark.django_db
def test_server_that_is_too_old(old_server, settings):
    wrapper = DatabaseWrapper(
        {
            **settings.DATABASES["default"],
            "HOST": "127.0.0.1",
            "PORT": str(old_server),
            "OPTIONS": {"gssencmode": "disable"},
        },
        alias="old",  # Django looks at the version once for each name
    )
    with pytest.raises(NotSupportedError) as raised:
        wrapper.connect()
    wrapper.close()
    assert explained(raised.value) == (
        "Le serveur db.example.fr est en PostgreSQL 12.22\u00a0: il faut la version 15 ou une plus récente."
    )
