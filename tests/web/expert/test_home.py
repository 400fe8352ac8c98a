"""My assignments: what each state asks of me."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ecoquartier.campaigns.models import Stage
from ecoquartier.core import clock
from ecoquartier.expertise import services
from tests.support.pages import signed_in
from tests.support.pages import words as text
from tests.support.world import fresh

HOME = "/espace/expertise/"


def shown(user):
    return text(signed_in(user).get(HOME))


def test_an_expert_without_assignment_is_told_what_happens_next(world):
    response = signed_in(world.cast.experts[0]).get(HOME)
    assert response.status_code == 200
    assert "Aucune expertise" in text(response)
    assert "Le bureau vous écrira" in text(response)


@pytest.mark.parametrize("who", ["correspondent", "bureau"])
def test_who_is_no_expert_has_no_such_page(world, who):
    assert signed_in(getattr(world, who)).get(HOME).status_code == 403


def test_a_visitor_signs_in_first(client, db):
    assert client.get(HOME).status_code == 302


def test_a_proposal_asks_for_an_answer(world):
    _part, dossier = world.admissible()
    expert = fresh(world.cast.experts[0])
    assignment = services.propose_expert(dossier, actor=world.bureau, expert=expert, part="coordinator")
    response = signed_in(expert).get(HOME)
    assert "À faire" in text(response)
    assert "Répondre à la proposition" in text(response)
    assert reverse("expert:accept", args=[assignment.pk]) in response.content.decode()
    services.accept(assignment, actor=expert, no_conflict=True)
    assert "En attente" in shown(expert)
    assert "quand toute l’équipe aura accepté" in shown(expert)


def test_the_coordinator_dates_then_reports_the_visit_and_may_write_meanwhile(case):
    coordinator, second = case.experts
    assert "Fixer la date de la visite" in shown(coordinator)
    assert "Écrire et sceller mon expertise" in shown(second)
    tomorrow = clock.today() + timedelta(days=1)
    services.date_visit(case.dossier, actor=coordinator, visit_on=tomorrow)
    assert "Écrire et sceller mon expertise" in shown(coordinator)
    services.date_visit(case.dossier, actor=fresh(coordinator), visit_on=clock.today())
    assert "Rédiger le compte rendu de la visite" in shown(coordinator)


def test_a_stage_without_visit_goes_straight_to_the_grid(case):
    Stage.objects.filter(pk=case.dossier.stage_id).update(visit=False)
    assert "Écrire et sceller mon expertise" in shown(case.experts[0])


def test_progress_is_shown(case):
    case.write(case.reports[1])
    assert "20 sur 20 engagements appréciés" in shown(case.experts[1])
    assert "0 sur 20 engagements appréciés" in shown(case.experts[0])


def test_a_sealed_expertise_waits_then_leads_to_the_synthesis(case):
    coordinator, second = case.experts
    case.visited()
    case.seal(case.reports[0])
    assert "Votre expertise est scellée. Toutes ne le sont pas encore." in shown(coordinator)
    case.seal(case.reports[1])
    assert "Écrire la synthèse" in shown(coordinator)
    assert "Le coordonnateur écrit la synthèse." in shown(second)
    synthesis = services.save_synthesis(case.dossier, actor=coordinator, text="Texte.", proposal="favourable")
    services.propose_synthesis(synthesis, actor=coordinator)
    assert "attend l’approbation de toute l’équipe" in shown(coordinator)
    assert "Approuver la synthèse" in shown(second)
    services.endorse_synthesis(synthesis, actor=second)
    for expert in case.experts:
        assert "Terminées" in shown(expert)
        assert "À faire Mes expertises" in shown(expert)


def test_what_was_declined_or_left_is_over(world, case):
    assignment = case.team[1]
    services.stand_down(assignment, actor=world.bureau, reason="Congé.")
    page = shown(assignment.expert)
    assert "Vous avez quitté l’équipe." in page
    assert "a quitté l’équipe" in page
    assert "Terminées" in page


def test_the_same_queries_for_one_row_and_for_three(world, case):
    expert = case.experts[0]
    client = signed_in(expert)
    with CaptureQueriesContext(connection) as one:
        client.get(HOME)
    for _ in range(2):
        _part, dossier = world.admissible()
        others = [e for e in world.cast.experts if e != expert]
        world.play.team(dossier, [expert, others[0]])
    with CaptureQueriesContext(connection) as three:
        client.get(HOME)
    assert len(one) == len(three) <= 15
