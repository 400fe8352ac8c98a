"""People and messages to look at."""

import pytest

from ecoquartier.dossiers.messages import DEPOSITED_TO_CORRESPONDENT
from ecoquartier.notifications.models import Message
from ecoquartier.notifications.services import post


@pytest.fixture
def case(world):
    """(operation's part, dossier) deposited, and an outbox emptied of what led there."""
    part, dossier = world.submitted()
    Message.objects.all().delete()
    return part, dossier


@pytest.fixture
def message(world, case):
    """One ready message, to the correspondent."""
    [written] = post(DEPOSITED_TO_CORRESPONDENT, case[1])
    return written
