"""A proposal, read in public data only, then accepted or declined (rule 7)."""

import pytest
from django.urls import reverse

from ecoquartier.dossiers import services as dossiers
from ecoquartier.expertise import services
from ecoquartier.expertise.models import Assignment, ExpertReport
from ecoquartier.operations.models import TeamMember
from tests.support.pages import signed_in
from tests.support.pages import words as text
from tests.support.world import fresh


class Proposal:
    """An expert asked to coordinate."""

    def __init__(self, world) -> None:
        self.part, self.dossier = world.admissible()
        self.expert = fresh(world.cast.experts[0])
        self.assignment = services.propose_expert(
            self.dossier, actor=world.bureau, expert=self.expert, part="coordinator"
        )
        self.client = signed_in(self.expert)
        self.accept_url = reverse("expert:accept", args=[self.assignment.pk])
        self.decline_url = reverse("expert:decline", args=[self.assignment.pk])


@pytest.fixture
def proposal(world):
    """A proposal that waits."""
    return Proposal(world)


def test_only_public_data_is_shown(proposal):
    operation = proposal.dossier.operation
    page = text(proposal.client.get(proposal.accept_url))
    for fact in (operation.name, "Laval (Mayenne)", operation.holder.name, "Étape 2, chantier", "expert coordonnateur"):
        assert fact in page
    deposit = proposal.dossier.deposits.get().snapshot
    private = [*deposit["answers"].values(), deposit["operation"]["programme"], proposal.part.lead.full_name]
    assert not [words for words in private if words in page]


def test_nothing_else_of_the_dossier_opens_before_the_declaration(proposal):
    for name in ("visit", "synthesis", "team"):
        assert proposal.client.get(reverse(f"expert:{name}", args=[proposal.dossier.pk])).status_code == 404


def test_the_declaration_is_needed(proposal):
    page = text(proposal.client.get(proposal.accept_url))
    assert "Je déclare n’avoir aucun conflit d’intérêts" in page
    response = proposal.client.post(proposal.accept_url, {})
    assert response.status_code == 422
    assert "Déclarez que vous n’avez pas de conflit d’intérêts" in text(response)
    assert Assignment.objects.get().state == "proposed"


def test_declaring_joins_the_team(proposal):
    response = proposal.client.post(proposal.accept_url, {"no_conflict": "on"}, follow=True)
    assert "Vous faites partie de l’équipe d’expertise." in text(response)
    assignment = Assignment.objects.get()
    assert (assignment.state, assignment.declared_at is not None) == ("accepted", True)
    assert ExpertReport.objects.get().assignment == assignment


def test_a_second_click_is_refused_and_the_form_is_gone(proposal):
    proposal.client.post(proposal.accept_url, {"no_conflict": "on"})
    again = proposal.client.post(proposal.accept_url, {"no_conflict": "on"})
    assert (again.status_code, "C’est déjà fait" in text(again)) == (422, True)
    page = proposal.client.get(proposal.accept_url)
    assert "C’est déjà fait" in text(page)
    assert "no_conflict" not in page.content.decode()


def test_a_known_conflict_closes_the_button_and_says_why(proposal):
    TeamMember.objects.create(operation=proposal.dossier.operation, user=proposal.expert, role="reader")
    response = proposal.client.get(proposal.accept_url)
    assert "Un conflit d’intérêts vous écarte de ce dossier : membre de l’équipe" in text(response)
    assert 'type="submit" disabled' in response.content.decode()
    assert proposal.client.post(proposal.accept_url, {"no_conflict": "on"}).status_code == 422
    assert proposal.client.post(proposal.decline_url, {}, follow=True).status_code == 200


def test_a_withdrawn_dossier_waits_for_nobody(proposal):
    dossiers.withdraw(proposal.dossier, actor=proposal.part.lead)
    assert "n’attend plus d’expertise" in text(proposal.client.get(proposal.accept_url))
    assert proposal.client.post(proposal.accept_url, {"no_conflict": "on"}).status_code == 422


def test_declining_needs_no_reason(proposal):
    response = proposal.client.post(proposal.decline_url, {}, follow=True)
    assert "Vous avez décliné : le bureau est prévenu." in text(response)
    assert Assignment.objects.get().state == "declined"
    assert proposal.client.post(proposal.decline_url, {}).status_code == 422
    assert proposal.client.post(proposal.accept_url, {"no_conflict": "on"}).status_code == 422


def test_a_reason_is_kept_and_its_length_checked(proposal):
    assert proposal.client.post(proposal.decline_url, {"reason": "x" * 301}).status_code == 422
    proposal.client.post(proposal.decline_url, {"reason": "Trop de dossiers."})
    assert Assignment.objects.get().reason == "Trop de dossiers."


@pytest.mark.parametrize("who", ["other expert", "bureau", "correspondent", "lead"])
def test_the_proposal_of_another_does_not_exist(world, proposal, who):
    user = {
        "other expert": world.cast.experts[1],
        "bureau": world.bureau,
        "correspondent": world.correspondent,
        "lead": proposal.part.lead,
    }[who]
    client = signed_in(user)
    for url in (proposal.accept_url, proposal.decline_url):
        assert client.get(url).status_code == 404
        assert client.post(url, {"no_conflict": "on"}).status_code == 404
