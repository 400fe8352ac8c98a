"""People and operations for the holder's pages."""

import pytest

from ecoquartier.operations.enums import TeamRole
from ecoquartier.operations.models import TeamMember
from ecoquartier.operations.services import add_operation
from ecoquartier.people.enums import OrganisationKind
from ecoquartier.people.models import Membership, Organisation, User
from ecoquartier.territories.models import Commune
from tests.support.client import StrictClient


@pytest.fixture
def sign_in():
    """A client where the given person is signed in."""

    def make(user: User) -> StrictClient:
        client = StrictClient()
        client.force_login(user)
        return client

    return make


@pytest.fixture
def person(db):
    """Make a person, member of an organisation of their own when asked."""

    def make(name: str, *, organisation: str = "") -> User:
        user = User.objects.create_user(f"{name}@example.org", name.capitalize())
        if organisation:
            body = Organisation.objects.create(name=organisation, kind=OrganisationKind.DEVELOPER)
            Membership.objects.create(user=user, organisation=body, title="chargé d’opération")
        return User.objects.get(pk=user.pk)

    return make


@pytest.fixture
def free_operation(db):
    """Put an operation without holder in the register."""

    def make(name: str = "Le Vallon des Lices", commune: str = "53130"):
        return add_operation(name=name, lead_commune=Commune.objects.get(pk=commune))

    return make


@pytest.fixture
def team_mate(person):
    """Add a person to the team of an operation."""

    def make(operation, role: str = TeamRole.EDITOR, name: str = "equipiere") -> User:
        user = person(name)
        TeamMember.objects.create(operation=operation, user=user, role=role)
        return User.objects.get(pk=user.pk)

    return make
