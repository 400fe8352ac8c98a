"""Whoever helps, the person helped, and a session that was opened."""

import pytest

from ecoquartier.accounts.services import support
from tests.support.pages import signed_in

WHY = "Le bouton « Déposer » reste fermé."


@pytest.fixture
def helper(world):
    return world.helper


@pytest.fixture
def helped(world):
    """The lead of an operation, and the candidature that they prepare."""
    part, dossier = world.draft()
    return part.lead, dossier


@pytest.fixture
def session(world, helper, helped):
    asked = support.ask(helper, actor=helper, person=helped[0], reason=WHY, minutes=60)
    return support.open_session(asked, actor=world.bureau)


@pytest.fixture
def seeing(helper, session):
    """The browser of whoever helps, which has entered the session."""
    client = signed_in(helper)
    response = client.post(f"/espace/assistance/{session.pk}/entrer/")
    assert response["Location"] == "/espace/"
    return client
