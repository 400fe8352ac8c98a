"""The base views on pages of their own, whatever the portals are."""

import copy
from pathlib import Path

import pytest

from ecoquartier.people.models import User
from tests.support.client import StrictClient


@pytest.fixture(autouse=True)
def _own_pages(settings):
    settings.ROOT_URLCONF = "tests.web.shared.pages"
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [Path(__file__).parent / "templates"]
    settings.TEMPLATES = templates


@pytest.fixture
def person(db):
    """Somebody without any role."""
    return User.objects.create_user("camille@example.org", "Camille Armand")


@pytest.fixture
def signed_in(person) -> StrictClient:
    """The client of that person."""
    client = StrictClient()
    client.force_login(person)
    return client
