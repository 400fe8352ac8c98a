"""Somebody with a password, and somebody whose role asks for more."""

import pytest

from ecoquartier.people.enums import Role
from ecoquartier.people.models import RoleGrant, User
from tests.web.account.support import PASSWORD


@pytest.fixture
def person(db):
    """A person without any role."""
    return User.objects.create_user("camille@example.org", "Camille Armand", PASSWORD)


@pytest.fixture
def official(db):
    """A person of the national bureau."""
    user = User.objects.create_user("dominique@example.org", "Dominique Martin", PASSWORD)
    RoleGrant.objects.create(user=user, role=Role.BUREAU)
    return user
