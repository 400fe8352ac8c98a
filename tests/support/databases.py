"""One template database for each state of the migrations and reference data, one copy of it for each test process.

Triggers, jobs and search configurations exist only in migrations, and the reference data counts tens of thousands of
rows: both are made once and kept, then copied in a fraction of a second by `CREATE DATABASE … TEMPLATE`.
Every name holds a fingerprint of the checkout, so that several can share a server; copies also hold the number of
their process, so that those of a killed run are recognised and removed by the next one.
"""

import hashlib
import os
import platform
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql

from ecoquartier.core import postgres

KEEP_TEMPLATES_FOR = 24 * 3600
# Any constant: all test runs on one server queue here to make or remove databases.
LOCK = 2_016_2030

# What can change the content of the template, beside the migrations: the data files and the code that reads them.
REFERENCE_CODE = (
    *("ops/services/reference.py", "territories/**/*.py", "framework/**/*.py", "campaigns/**/*.py"),
    "operations/services/vocabulary.py",
)
DATA_SUFFIXES = {".csv", ".json", ".yaml", ".yml", ".gz", ".tsv"}


@cache
def _checkout() -> str:
    return hashlib.sha256(f"{platform.node()}:{settings.ROOT}".encode()).hexdigest()[:8]


@cache
def template_name() -> str:
    """Return the name of the template that matches the files as they are now."""
    digest = hashlib.sha256()
    package = Path(settings.PACKAGE)
    files = {path for path in package.rglob("*") if path.suffix in DATA_SUFFIXES and "static" not in path.parts}
    files.update(package.glob("*/migrations/*.py"))
    for pattern in REFERENCE_CODE:
        files.update(package.glob(pattern))
    for path in sorted(files):
        digest.update(str(path.relative_to(package)).encode() + b"\0" + path.read_bytes() + b"\0")
    for distribution in ("django", "procrastinate"):
        digest.update(version(distribution).encode())
    return f"eq_{_checkout()}_template_{digest.hexdigest()[:12]}"


@contextmanager
def _maintenance() -> Iterator[psycopg.Connection[Any]]:
    """Connect to the server, outside of any test database, while nobody else makes or removes one."""
    parameters = {**connection.get_connection_params(), "dbname": "postgres"}
    with psycopg.connect(**parameters, autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield server


def _execute(server: psycopg.Connection[Any], statement: str, *names: str) -> None:
    server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _drop(server: psycopg.Connection[Any], name: str) -> None:
    """Drop a database. Plainly first: that asks an autovacuum to leave, whereas we have no right to force it out."""
    try:
        _execute(server, "DROP DATABASE IF EXISTS {}", name)
    except psycopg.errors.ObjectInUse:
        _execute(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _databases(server: psycopg.Connection[Any]) -> dict[str, str]:
    """Return the databases of this checkout with their comment, which is the time they were last used."""
    rows = server.execute(
        "SELECT datname, coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname LIKE %s",
        [f"eq\\_{_checkout()}\\_%"],
    )
    return dict(rows.fetchall())


def make_copy(name: str, source: str = "") -> None:
    """Make (again) the database `name` from the template, and the template itself if it is missing.

    Args:
        source: another database of this process, to which nobody is connected, to copy instead of the template.
    """
    template = template_name()
    with _maintenance() as server:
        existing = _databases(server)
        _remove_leftovers(server, existing)
        if template not in existing:
            _make_template(server, template)
        server.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(template), sql.Literal(str(int(time.time()))))
        )
        _drop(server, name)
        _execute(server, "CREATE DATABASE {} TEMPLATE {}", name, source or template)


def make_empty(name: str) -> None:
    """Make (again) a database without any table."""
    with _maintenance() as server:
        _drop(server, name)
        _execute(server, "CREATE DATABASE {}", name)


def remove(name: str) -> None:
    """Remove the database `name`, whoever is still connected to it."""
    with _maintenance() as server:
        _drop(server, name)


def copy_name() -> str:
    """Return the name of the database of this process."""
    return f"eq_{_checkout()}_run_{os.getpid()}"


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Point Django at the database `name`."""
    connections.close_all()
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = before


def _make_template(server: psycopg.Connection[Any], template: str) -> None:
    draft = f"eq_{_checkout()}_run_{os.getpid()}_draft"
    _drop(server, draft)
    _execute(server, "CREATE DATABASE {}", draft)
    with connected_to(draft):
        call_command("migrate", verbosity=0)
        call_command("load_reference", stdout=StringIO())
    _execute(server, "ALTER DATABASE {} RENAME TO {}", draft, template)


def _remove_leftovers(server: psycopg.Connection[Any], existing: dict[str, str]) -> None:
    """Remove the copies of dead processes, and the templates that no run has used for a day."""
    for name, used in existing.items():
        run = re.search(r"_run_(\d+)", name)
        dead = run is not None and not _is_alive(int(run[1]))
        stale = run is None and name != template_name() and int(used or 0) < time.time() - KEEP_TEMPLATES_FOR
        if dead or stale:
            _drop(server, name)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


@contextmanager
def own_open_parent() -> Iterator[Path]:
    """Give a folder of its own to the servers that root hands to "nobody": what they leave goes with it.

    Their usual place is named after the data folder, whose names pytest uses again from one day to the next.
    """
    with tempfile.TemporaryDirectory(dir=postgres.OPEN_PARENT) as folder, pytest.MonkeyPatch.context() as patch:
        Path(folder).chmod(0o755)
        patch.setattr(postgres, "OPEN_PARENT", Path(folder))
        yield Path(folder)
