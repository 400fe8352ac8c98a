"""Whether the service is alive, and ready: for those who watch it. Nothing here tells more than ok or failed."""

import logging
import secrets
import time
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from ecoquartier.web.public.machines import Machine

RETRY_AFTER_SECONDS = 10
# A worker writes every ten seconds that it is there; the queue takes its jobs back after thirty.
WORKER_SILENT_AFTER = timedelta(seconds=60)
# Anybody may ask: the storage is written to once in a while, not at each request.
STORAGE_HOLDS_FOR = 10
_NO_STORE = {"Cache-Control": "no-store"}

logger = logging.getLogger(__name__)


class Health(Machine):
    """`/healthz`: this process answers; nothing else is asked."""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """One word."""
        return HttpResponse("ok\n", content_type="text/plain", headers=_NO_STORE)


class Readiness(Machine):
    """`/readyz`: the database answers, has every table, files can be kept, a worker is there."""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """200, or 503 and when to ask again."""
        found = readiness()
        if all(state == "ok" for state in found.values()):
            return JsonResponse(found, headers=_NO_STORE)
        headers = {**_NO_STORE, "Retry-After": str(RETRY_AFTER_SECONDS)}
        return JsonResponse(found, status=HTTPStatus.SERVICE_UNAVAILABLE, headers=headers)


def readiness() -> dict[str, str]:
    """What the service needs, each `ok` or `failed`; the log says why."""
    found = {"database": _state("database", _answers)}
    for name, check in (("migrations", _is_migrated), ("worker", _has_worker)):
        # Not asked of a database that is away: each question would wait for it again.
        found[name] = _state(name, check) if found["database"] == "ok" else "failed"
    return {**found, "storage": _state("storage", _keeps_files)}


def _state(name: str, check: Callable[[], bool]) -> str:
    try:
        if check():
            return "ok"
        logger.warning("not ready: %s", name)
    except (DatabaseError, OSError) as error:
        logger.warning("not ready: %s (%s)", name, error)
    return "failed"


def _answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


# Aliases of databases known to be up to date: once true, true for the life of the process, whose code does not change.
_migrated: set[str] = set()


def _is_migrated() -> bool:
    """No migration waits."""
    if connection.alias not in _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _migrated.add(connection.alias)
    return True


def _has_worker() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM procrastinate_workers WHERE last_heartbeat > now() - %s)", [WORKER_SILENT_AFTER]
        )
        return cursor.fetchone()[0]


_storage_kept_at = {"last": float("-inf")}


def _keeps_files() -> bool:
    """A small file can be written, read and removed."""
    if time.monotonic() - _storage_kept_at["last"] > STORAGE_HOLDS_FOR:
        content = secrets.token_bytes(16)
        name = default_storage.save(f"ready-{content.hex()}", ContentFile(content))
        try:
            with default_storage.open(name) as file:
                if file.read() != content:
                    return False
        finally:
            default_storage.delete(name)
        _storage_kept_at["last"] = time.monotonic()
    return True
