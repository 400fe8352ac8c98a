"""The bureau makes the team of a dossier."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ecoquartier.expertise import services
from ecoquartier.expertise.models import Assignment
from ecoquartier.operations.models import TeamMember
from tests.support.pages import signed_in
from tests.support.pages import words as text
from tests.support.world import fresh


@pytest.fixture
def admissible(world):
    """An admissible dossier without team."""
    return world.admissible()[1]


@pytest.fixture
def bureau(world):
    """The bureau, signed in."""
    return signed_in(world.bureau)


def team_url(dossier):
    return reverse("expert:team", args=[dossier.pk])


def propose(client, dossier, expert, part="coordinator"):
    url = reverse("expert:propose", args=[dossier.pk])
    return client.post(url, {"expert": expert.pk, "part": part}, follow=True)


def test_the_bureau_proposes_a_coordinator_then_a_second(world, bureau, admissible):
    first, second, *_others = world.cast.experts
    page = text(bureau.get(team_url(admissible)))
    assert "Cette étape demande 2 experts" in page
    assert page.count("Proposer comme coordonnateur") == 4
    page = text(propose(bureau, admissible, first))
    assert f"La proposition est envoyée à {first}." in page
    assert page.count("Proposer en second") == 3
    page = text(propose(bureau, admissible, second, "second"))
    assert "Cette équipe est déjà complète." in page
    assert "Proposer en second" not in page
    assert {a.part for a in Assignment.objects.all()} == {"coordinator", "second"}


def test_who_accepted_and_who_declined_is_shown_but_not_why(world, bureau, admissible):
    for number, part in enumerate(("coordinator", "second")):
        propose(bureau, admissible, world.cast.experts[number], part)
    first, second = Assignment.objects.order_by("part")
    services.accept(first, actor=fresh(first.expert), no_conflict=True)
    services.decline(second, actor=fresh(second.expert), reason="Je connais l’élue.")
    page = text(bureau.get(team_url(admissible)))
    assert f"{first.expert} expert coordonnateur acceptée" in page
    assert f"{second.expert}, second expert déclinée" in page
    assert "élue" not in page


def test_a_hard_conflict_is_closed_with_its_reason(world, bureau, admissible):
    expert = world.cast.experts[0]
    TeamMember.objects.create(operation=admissible.operation, user=expert, role="reader")
    response = bureau.get(team_url(admissible))
    assert "membre de l’équipe de l’opération" in text(response)
    assert f'value="{expert.pk}"' not in response.content.decode()
    page = text(propose(bureau, admissible, expert))
    assert "ne peut pas expertiser ce dossier" in page
    assert not Assignment.objects.exists()


def test_a_second_click_says_that_it_is_done(world, bureau, admissible):
    expert = world.cast.experts[0]
    propose(bureau, admissible, expert)
    assert f"{expert} est déjà dans l’équipe." in text(propose(bureau, admissible, expert))
    assert Assignment.objects.count() == 1


def test_a_person_who_is_no_expert_or_nothing_at_all_is_refused(world, bureau, admissible):
    url = reverse("expert:propose", args=[admissible.pk])
    for data in ({"expert": world.correspondent.pk, "part": "coordinator"}, {}, {"expert": "x", "part": "chief"}):
        bureau.post(url, data)
        assert not Assignment.objects.exists()


def test_a_dossier_not_admissible_takes_no_team(world, bureau):
    _part, dossier = world.submitted()
    page = text(bureau.get(team_url(dossier)))
    assert "Seul un dossier recevable reçoit une équipe d’expertise." in page
    propose(bureau, dossier, world.cast.experts[0])
    assert not Assignment.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("correspondent", 403), ("coordinator", 403)])
def test_services_do_not_make_teams(world, admissible, who, status):
    client = signed_in(getattr(world, who))
    assert client.get(team_url(admissible)).status_code == status
    assert propose(client, admissible, world.cast.experts[0]).status_code == status


def test_an_expert_outside_the_dossier_does_not_know_it(world, admissible):
    client = signed_in(world.cast.experts[0])
    assert client.get(team_url(admissible)).status_code == 404
    assert propose(client, admissible, world.cast.experts[0]).status_code == 404


def test_experts_are_found_by_name_or_organisation(world, bureau, admissible):
    expert = world.cast.experts[2]
    page = text(bureau.get(team_url(admissible), {"nom": expert.full_name.upper()}))
    assert page.count("Proposer comme coordonnateur") == 1
    assert "4 résultats" in text(bureau.get(team_url(admissible), {"nom": "atelier d’urbanisme"}))
    assert "Aucun résultat" in text(bureau.get(team_url(admissible), {"nom": "introuvable"}))


def test_a_member_is_taken_off_with_a_reason(world, bureau, case):
    assignment = case.team[1]
    url = reverse("expert:stand-down", args=[assignment.pk])
    page = text(bureau.get(url))
    assert f"Retirer {assignment.expert} de l’équipe" in page
    assert "archivé sans être lu" in page
    assert bureau.post(url, {"reason": ""}).status_code == 422
    page = text(bureau.post(url, {"reason": "Congé."}, follow=True))
    assert "La place est libre" in page
    assert f"{assignment.expert}, second expert a quitté l’équipe" in page
    assert "Proposer en second" in page
    again = bureau.post(url, {"reason": "Congé."})
    assert (again.status_code, "C’est déjà fait" in text(again)) == (422, True)


def test_only_the_bureau_takes_off(case):
    url = reverse("expert:stand-down", args=[case.team[1].pk])
    for user in case.experts:
        client = signed_in(user)
        assert (client.get(url).status_code, client.post(url, {"reason": "x"}).status_code) == (404, 404)


def test_the_page_takes_the_same_queries_whatever_the_experts(world, bureau, admissible):
    with CaptureQueriesContext(connection) as few:
        bureau.get(team_url(admissible))
    world.cast.set_up(9)
    with CaptureQueriesContext(connection) as many:
        bureau.get(team_url(admissible))
    assert len(few) == len(many) <= 15
