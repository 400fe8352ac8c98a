import pytest

from ecoquartier.core.registry import projections
from tests.support import machine


@pytest.fixture
def rebuilt(monkeypatch):
    """Ids of the lamps whose derived rows were rebuilt, in order."""
    calls = []
    monkeypatch.setitem(projections._entries, "lamp", lambda ids: calls.append(set(ids)))
    return calls


@pytest.fixture
def room(db, rebuilt):
    """A room, in a database that has the tables of the machine."""
    machine.make_tables()
    return machine.Room.objects.create(name="salle")


@pytest.fixture
def lamp(room):
    return room.lamps.create()
