"""What is closed waits for nobody: an abandoned operation, or the record of one that was merged."""

import pytest

from ecoquartier.access.scopes import work_of
from ecoquartier.core import clock
from ecoquartier.operations import services
from ecoquartier.operations.enums import TeamRole
from ecoquartier.operations.models import CharterSignature, Operation, TeamMember
from ecoquartier.operations.queries import charters_to_confirm, meetings_awaited
from ecoquartier.people.models import User
from tests.support.world import fresh


def told(user) -> str:
    """Every line of the desk of a person."""
    work = work_of(fresh(user))
    return "\n".join(task.title for task in (*work.to_do, *work.going_on, *work.ended))


def abandon(operation):
    Operation.objects.filter(pk=operation.pk).update(
        state="abandoned", state_since=clock.today(), state_reason="Abandon du projet."
    )


def merge(operation):
    kept = services.add_operation(name="Gardée", lead_commune=operation.lead_commune)
    Operation.objects.filter(pk=operation.pk).update(
        state="merged", state_since=clock.today(), state_reason="Deux fois la même.", merged_into=kept
    )


@pytest.mark.parametrize("close", [abandon, merge])
def test_the_notebook_of_what_is_closed_is_nobody_s_task(world, close):
    operation = services.add_operation(name="Les Lavandes", lead_commune=world.commune)
    operation.collectivites.add(services.town_of(world.commune))
    part = world.part(filled=False)
    lead = User.objects.create_user("pilote@example.org", "Pilote")
    TeamMember.objects.create(operation=operation, user=lead, role=TeamRole.LEAD)
    people = (lead, part.elected)
    assert all("Les Lavandes" in told(person) for person in people)
    close(operation)
    assert not any("Les Lavandes" in told(person) for person in people)


@pytest.mark.parametrize("close", [abandon, merge])
def test_no_meeting_and_no_charter_of_what_is_closed_is_awaited(world, close):
    operation = services.add_operation(name="Les Lavandes", lead_commune=world.commune)
    Operation.objects.filter(pk=operation.pk).update(meeting_asked_on=clock.today())
    CharterSignature.objects.create(operation=operation, year=2014)
    assert "Les Lavandes" in told(world.correspondent)
    assert (list(meetings_awaited()), charters_to_confirm(world.correspondent).count()) == ([operation], 1)
    close(operation)
    assert "Les Lavandes" not in told(world.correspondent)
    assert (list(meetings_awaited()), charters_to_confirm(world.correspondent).count()) == ([], 0)


def test_nobody_is_asked_to_agree_on_what_is_abandoned_and_the_claim_is_still_answered(world):
    part = world.part(filled=False)
    asker = world.cast.holder_team(world.commune, 3)[0]
    body = asker.memberships.get().organisation
    Operation.objects.filter(pk=part.operation.pk).update(holder=services.town_of(world.commune))
    services.claim(Operation.objects.get(pk=part.operation.pk), actor=fresh(asker), organisation=body)
    awaited = "Donner ou refuser l’accord au nouveau porteur"
    assert awaited in told(part.elected)
    abandon(part.operation)
    assert awaited not in told(part.elected)
    assert "Répondre à la demande de reprise" in told(world.correspondent)
    assert "Confirmer le porteur" not in told(world.correspondent)
