"""Somebody who leaves, after having done a little of everything."""

from datetime import date

import pytest

from ecoquartier.dossiers import services as dossiers
from ecoquartier.journal.services.heads import sign_head
from ecoquartier.operations import services as operations
from ecoquartier.operations.models import TeamMember
from ecoquartier.people.models import User
from tests.support.client import StrictClient
from tests.support.erasure import EMAIL, NAME, named
from tests.support.world import fresh


@pytest.fixture
def editor(world):
    """Somebody who did a little of everything on an operation, and leaves."""
    part, dossier = world.draft()
    person = named(User.objects.create_user("z@example.org", "Z"))
    TeamMember.objects.create(operation=part.operation, user=person, role="lead")
    client = StrictClient()
    client.force_login(person)
    client.get("/espace/")
    free = operations.add_operation(name="Libre", lead_commune=world.commune)
    organisation = part.operation.holder
    person.memberships.create(organisation=organisation, title="Directrice", started_on=date(2024, 1, 1))
    claim = operations.claim(free, actor=fresh(person), organisation=organisation)
    operations.refuse_claim(claim, actor=world.correspondent, reason=f"{NAME} n’est pas mandatée, {EMAIL}.")
    provisional = operations.add_operation(name="Libre aussi", lead_commune=world.commune)
    operations.claim(provisional, actor=fresh(person), organisation=organisation)
    deposited = world.play.deposit(part, dossier)
    dossiers.admit(deposited, actor=world.correspondent, opinion=f"Vu avec {NAME}.")
    sign_head()
    return fresh(person)
