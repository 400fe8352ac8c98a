"""The official lists, whole."""

import pytest

from ecoquartier.territories.models import Commune
from ecoquartier.territories.services import load_territories


@pytest.fixture
def territories(db):
    """Every region, county and commune; a second when the test database does not hold them already."""
    if not Commune.objects.exists():
        load_territories()
