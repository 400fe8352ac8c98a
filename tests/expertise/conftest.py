"""A dossier under expertise, for its rules."""

import pytest

from tests.support.expertise import Case


@pytest.fixture
def case(world) -> Case:
    """Under expertise: nothing written, no visit."""
    return Case(world, *world.under_expertise())
