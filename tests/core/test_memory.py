"""What is remembered of a world and put back is what playing it writes; anything else is played."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from ecoquartier.core import clock
from ecoquartier.dossiers.models import Dossier
from ecoquartier.journal.models import Entry
from ecoquartier.people.models import User
from tests.support import memory
from tests.support.world import World


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch):
    monkeypatch.setattr(memory, "_memories", {})


def everything():
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - memory.FILLED_BY_TRIGGERS
        found = {}
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')
            found[table] = cursor.fetchall()
    return found


def award():
    """Play or put back an awarded dossier; returns it, the rows of all tables, the number of queries it took."""
    with CaptureQueriesContext(connection) as queries:
        world = World()
        _part, dossier = world.awarded()
    return world, dossier, everything(), len(queries)


@pytest.mark.django_db(transaction=True)
def test_what_is_put_back_is_what_was_played():
    results = []
    for _time in range(2):
        with transaction.atomic():
            results.append(award())
            transaction.set_rollback(True)
    (played_world, played, rows, cost), (world, dossier, same_rows, less) = results
    assert same_rows == rows
    assert rows["awards_award"]
    assert less < cost / 20
    assert (dossier, dossier.state, world.parts) == (played, "awarded", 1)
    assert world.cast.rng.getstate() == played_world.cast.rng.getstate()
    assert world is not played_world


def test_a_world_put_back_goes_on_as_if_it_had_been_played(db):
    world = World()
    part, _dossier = world.submitted()
    assert part.operation.dossiers.count() == 1
    world.submitted()
    assert Dossier.objects.count() == 2
    assert len(memory._memories) > 2


def test_after_a_write_of_the_test_all_is_played(db):
    User.objects.create_user("before@example.org", "Avant")
    World().submitted()
    assert memory._memories == {}
    assert User.objects.filter(email="before@example.org").exists()


def test_a_write_between_two_calls_is_kept(db):
    world = World()
    known = set(memory._memories)
    User.objects.create_user("between@example.org", "Entre")
    world.submitted()
    assert set(memory._memories) == known
    assert User.objects.filter(email="between@example.org").exists()


def test_elsewhere_in_time_all_is_played(db):
    yesterday = clock.now() - timedelta(days=1)
    with clock.travel(yesterday):
        World().submitted()
    assert memory._memories == {}
    assert Entry.objects.latest("seq").occurred_at < clock.now() - timedelta(hours=23)


def test_with_other_settings_all_is_played(db, settings):
    settings.DEMO = True
    World()
    assert memory._memories == {}


def test_what_waits_for_a_commit_is_not_remembered(db):
    @memory.remembered
    def wait(world):
        transaction.on_commit(lambda: None)

    world = World()
    known = set(memory._memories)
    wait(world)
    assert set(memory._memories) == known
