"""The sixteenth commitment, a draft of its county, and the services of another region."""

import pytest

from ecoquartier.framework.models import Framework
from ecoquartier.territories.models import County
from tests.support.supplements import write


@pytest.fixture
def sixteen(db):
    return Framework.objects.get(pk="2016").commitments.get(number=16)


@pytest.fixture
def draft(world, sixteen):
    return write(world, sixteen)


@pytest.fixture
def far(world):
    """The services of another region."""
    county = County.objects.exclude(region=world.commune.county.region).first()
    return {
        "correspondent": world.cast.correspondent(county),
        "coordinator": world.cast.coordinator(county.region),
        "county": county,
    }
