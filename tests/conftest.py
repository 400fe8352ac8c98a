"""The guards, on for every test: own copy of the database, no network, strict pages, random order.

Warnings are errors and an undefined template variable fails: see `[tool.pytest.ini_options]` in `pyproject.toml`.

What waits for a commit (`transaction.on_commit`) never runs by itself in a test, whose transaction is rolled back.
Here it runs after each request of `client`, as in production; when a test calls a service directly, at the end of the
test, so that a failing callback always fails a test; and wherever the test asks for it with `commit()`.
"""

import os
import random
from collections.abc import Callable, Iterator

import hypothesis
import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection

from tests.support import databases, network
from tests.support.client import StrictClient, run_commit_callbacks
from tests.support.rings import throwaway_ring
from tests.support.world import World


def pytest_configure(config: pytest.Config) -> None:
    """Choose one order for all the processes of this run: they inherit the environment of the first."""
    os.environ.setdefault("TEST_SEED", str(random.randrange(10_000)))


# A slow example says that the machine is busy, not that it is wrong: no test is timed.
hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("untimed")


def pytest_report_header() -> str:
    """Say how to run again in the same order."""
    return f"order: TEST_SEED={os.environ['TEST_SEED']}"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Shuffle the files, then the tests inside each: those of a file stay together for its fixtures."""
    order = random.Random(os.environ["TEST_SEED"])
    rank: dict[object, float] = {}
    for item in items:
        rank.setdefault(item.path, order.random())
    items.sort(key=lambda item: (rank[item.path], order.random()))


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: object) -> Iterator[None]:
    """Give this process its copy of the template database; the first to come makes the template.

    The server is the one of `DATABASE_URL`, else an embedded one, apart from that of `make run`, which the first test
    process to need it starts and the last one stops.
    """
    server = settings.EMBEDDED_SERVER
    name = databases.copy_name()
    if server is not None:
        server.join()
    try:
        with django_db_blocker.unblock():  # type: ignore[attr-defined]  # the fixture has no type
            databases.make_copy(name)
            with databases.connected_to(name):
                yield
            databases.remove(name)
    finally:
        if server is not None:
            server.leave()


@pytest.fixture
def client() -> StrictClient:
    """The client of a visitor."""
    return StrictClient()


@pytest.fixture
def commit(db: None) -> Callable[[], None]:
    """Run what waits for a commit, now."""
    return run_commit_callbacks


@pytest.fixture(autouse=True, scope="session")
def _signing_keys(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keys of this run: with `DATABASE_URL`, the platform would wait for an operator to make them."""
    settings.SIGNING_KEYS = throwaway_ring(tmp_path_factory.mktemp("signing") / "keys").folder


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest) -> Iterator[None]:
    network.raise_wall(loopback=request.node.get_closest_marker("loopback") is not None)
    yield
    network.lower_wall()


@pytest.fixture(autouse=True)
def _commit_at_the_end(request: pytest.FixtureRequest) -> Iterator[None]:
    has_database = "db" in request.fixturenames or request.node.get_closest_marker("django_db") is not None
    if has_database:
        request.getfixturevalue("db")  # so that we finish before its rollback
    yield
    if has_database and connection.in_atomic_block and not connection.needs_rollback:
        run_commit_callbacks()


@pytest.fixture(autouse=True)
def _no_file_left_behind() -> Iterator[None]:
    yield
    for names in default_storage.listdir(""):
        for name in names:
            default_storage.delete(name)


@pytest.fixture
def world(db: None) -> World:
    """A cast and a campaign, ready to play."""
    return World()
