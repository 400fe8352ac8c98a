"""A regional sitting of today, and a national one."""

import pytest

from tests.support.sittings import Room, convened
from tests.support.world import World


@pytest.fixture
def room(world: World) -> Room:
    """A regional sitting convened for today on an assessed dossier."""
    part, dossier = world.assessed()
    return convened(world, dossier, part)


@pytest.fixture
def nation(world: World) -> Room:
    """A national sitting convened for today on a dossier that the region proposed."""
    part, dossier = world.decided("propose")
    return convened(world, dossier, part, national=True)
