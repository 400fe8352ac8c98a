"""Whether the service is alive and ready, for those who watch it."""

import logging
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError, connection
from django.utils import timezone

from ecoquartier.web.public import health

READY = {"database": "ok", "migrations": "ok", "worker": "ok", "storage": "ok"}


def test_health_asks_nothing(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response.headers["Cache-Control"] == "no-store"


@pytest.fixture
def worker(db, monkeypatch):
    """A worker heard that long ago; the storage has not been tried yet."""
    monkeypatch.setitem(health._storage_kept_at, "last", float("-inf"))

    def heard(ago=timedelta(seconds=5)):
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_workers")
            cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [timezone.now() - ago])

    heard()
    return heard


def refused(response, **failed):
    """Check that the answer is a refusal that names these, and nothing else."""
    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    assert response.json() == {**READY, **failed}
    assert response.headers["Cache-Control"] == "no-store"


def test_ready_with_tables_files_and_a_worker(worker, client):
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, READY)
    assert default_storage.listdir("") == ([], [])


def test_ready_is_cheap(worker, client, django_assert_num_queries, monkeypatch):
    client.get("/readyz")
    monkeypatch.setattr(default_storage, "save", None)  # the storage is not written to at each request
    with django_assert_num_queries(2):
        assert client.get("/readyz").status_code == 200


def test_not_ready_without_database(worker, client, monkeypatch, caplog):
    def away(*args, **kwargs):
        raise OperationalError("no route to postgresql://label:s3cret@db/label")

    with monkeypatch.context() as patched:
        patched.setattr(connection, "cursor", away)
        response = client.get("/readyz")
    refused(response, database="failed", migrations="failed", worker="failed")
    assert "s3cret" not in response.content.decode()
    assert [record.message for record in caplog.records if record.name == health.__name__] == [
        "not ready: database (no route to postgresql://label:s3cret@db/label)"
    ]


def test_not_ready_while_a_migration_waits(worker, client, monkeypatch):
    monkeypatch.setattr(health, "_migrated", set())
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda self, targets: ["one"])
    refused(client.get("/readyz"), migrations="failed")


def test_not_ready_when_no_worker_is_heard(worker, client, caplog):
    worker(ago=timedelta(seconds=90))
    refused(client.get("/readyz"), worker="failed")
    assert (health.__name__, logging.WARNING, "not ready: worker") in caplog.record_tuples


def test_not_ready_when_files_cannot_be_kept(worker, client, monkeypatch):
    def full(name, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(default_storage, "save", full)
    refused(client.get("/readyz"), storage="failed")


def test_not_ready_when_files_come_back_other_than_they_were(worker, client, monkeypatch):
    monkeypatch.setattr(health.secrets, "token_bytes", lambda size: bytearray(size))
    monkeypatch.setattr(health, "ContentFile", lambda content: health_file(b"other"))
    refused(client.get("/readyz"), storage="failed")
    assert default_storage.listdir("") == ([], [])


health_file = health.ContentFile
