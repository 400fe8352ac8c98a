"""The expertises compared, and the synthesis of the team."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ecoquartier.expertise import services
from ecoquartier.expertise.models import Synthesis
from tests.support.expertise import WORDS, Case
from tests.support.pages import signed_in
from tests.support.pages import words as text
from tests.support.world import fresh

TEXT = {"text": "Les équipes convergent.", "proposal": "favourable"}


def url(case, step=""):
    return reverse(f"expert:synthesis{step}", args=[case.dossier.pk])


@pytest.fixture
def coordinator(case):
    """The coordinator, signed in."""
    return signed_in(case.experts[0])


@pytest.fixture
def second(case):
    """The second expert, signed in."""
    return signed_in(case.experts[1])


def submit(case):
    synthesis = services.save_synthesis(case.dossier, actor=case.experts[0], **TEXT)
    return services.propose_synthesis(synthesis, actor=case.experts[0])


def test_differences_come_first_and_agreements_are_counted(case, coordinator):
    case.visited()
    first, other = case.reports
    commitments = list(case.dossier.campaign.framework.commitments.all())
    case.write(first)
    marks = {c.pk: ("satisfactory", "") for c in commitments}
    case.write(other, marks=marks | {commitments[18].pk: ("to_strengthen", "Noues à entretenir.")})
    for report in (first, other):
        services.seal(report, actor=fresh(report.assignment.expert))
    page = text(coordinator.get(url(case)))
    assert "19 engagements concordent" in page
    assert page.index(f"19. {commitments[18].short}") < page.index(f"1. {commitments[0].short}")
    html = coordinator.get(url(case)).content.decode()
    assert '<span class="badge badge-wait">à renforcer</span>' in html
    assert '<span class="badge badge-ok">satisfaisant</span>' in html
    assert "Noues à entretenir." in page
    assert "Dossier complet, étape adaptée" in page, "the opinion is open to the experts now"


def test_nobody_opens_it_before_all_have_sealed(world, case, coordinator):
    case.visited()
    case.seal(case.reports[0])
    for client in (coordinator, signed_in(world.correspondent), signed_in(world.bureau)):
        response = client.get(url(case))
        assert (response.status_code, "une fois toutes les expertises scellées" in text(response)) == (403, True)
    assert coordinator.post(url(case), TEXT).status_code == 403
    assert coordinator.post(url(case, "-propose")).status_code == 404
    assert not Synthesis.objects.exists()


def test_the_coordinator_writes_saves_and_submits(case, coordinator, second):
    case.sealed()
    page = text(coordinator.post(url(case), TEXT, follow=True))
    assert "La synthèse est enregistrée. Elle n’est pas encore soumise." in page
    assert TEXT["text"] in page
    assert TEXT["text"] not in text(second.get(url(case))), "a draft is the coordinator's"
    assert coordinator.post(url(case), TEXT | {"submit": "1"})["Location"] == url(case, "-propose")
    page = text(coordinator.get(url(case, "-propose")))
    assert "Vous ne pouvez plus la changer" in page
    page = text(coordinator.post(url(case, "-propose"), follow=True))
    assert f"Approbation attendue : {case.experts[1]}" in page
    assert "<textarea" not in coordinator.get(url(case)).content.decode()


@pytest.mark.parametrize("wrong", [{"text": ""}, {"proposal": ""}, {"proposal": "maybe"}, {"text": "x" * 8001}])
def test_an_incomplete_synthesis_is_not_saved_and_not_lost(case, coordinator, wrong):
    case.sealed()
    response = coordinator.post(url(case), TEXT | wrong)
    assert response.status_code == 422
    assert (wrong | TEXT)["text"] in text(response) or "text" in wrong
    assert not Synthesis.objects.exists()


def test_a_submitted_synthesis_is_not_changed_but_nothing_typed_is_lost(case, coordinator):
    submit(case.sealed())
    response = coordinator.post(url(case), TEXT | {"text": "Écrit dans un autre onglet."})
    assert response.status_code == 422
    assert "La synthèse est déjà soumise au second expert." in text(response)
    assert "Écrit dans un autre onglet." in text(response)


def test_submitting_twice_is_refused(case, coordinator):
    submit(case.sealed())
    response = coordinator.post(url(case, "-propose"))
    assert (response.status_code, "C’est déjà fait" in text(response)) == (422, True)
    assert "C’est déjà fait" in text(coordinator.get(url(case, "-propose")))


def test_a_correction_is_asked_with_its_reason_then_shown_to_the_coordinator(case, coordinator, second):
    submit(case.sealed())
    assert second.post(url(case, "-send-back"), {"reason": ""}).status_code == 422
    second.post(url(case, "-send-back"), {"reason": "Dire ce qui manque sur l’eau."})
    page = text(coordinator.get(url(case)))
    assert "Correction demandée" in page
    assert "Dire ce qui manque sur l’eau." in page
    assert TEXT["text"] in page
    assert second.post(url(case, "-send-back"), {"reason": "Encore."}).status_code == 422


def test_the_last_approval_closes_and_only_once(case, coordinator, second):
    submit(case.sealed())
    assert "Approuver la synthèse" in text(second.get(url(case)))
    page = text(second.post(url(case, "-endorse"), follow=True))
    assert "Vous avez approuvé la synthèse." in page
    assert "Approuvée par toute l’équipe le" in page
    assert case.reload().state == "assessed"
    assert second.post(url(case, "-endorse")).status_code == 422
    assert "n’attend pas d’approbation" in text(second.get(url(case, "-endorse")))


def test_one_of_two_seconds_is_not_enough(world):
    stage = world.play.campaign.scheme.stages.get(rank=2)
    type(stage).objects.filter(pk=stage.pk).update(experts=3)
    case = Case(world, *world.under_expertise()).sealed()
    submit(case)
    coordinator, second, third = map(signed_in, case.experts)
    page = text(second.get(url(case)))
    assert all(str(expert) in page for expert in case.experts)
    assert all(words in page for words in WORDS)
    second.post(url(case, "-endorse"))
    page = text(second.get(url(case)))
    assert "Vous avez déjà approuvé cette synthèse." in page
    assert f"Approbation attendue : {case.experts[2]}" in page
    assert second.post(url(case, "-endorse")).status_code == 422
    third.post(url(case, "-endorse"))
    assert case.reload().state == "assessed"
    assert coordinator.get(url(case)).status_code == 200


@pytest.mark.parametrize("step", ["-propose", "-send-back", "-endorse"])
def test_steps_belong_to_the_team(world, case, step):
    submit(case.sealed())
    for other in (world.bureau, world.correspondent, case.part.lead, case.part.elected):
        client = signed_in(fresh(other))
        assert client.get(url(case, step)).status_code == 403
        assert client.post(url(case, step), {"reason": "x"}).status_code == 403
    wrong = case.experts[0] if step != "-propose" else case.experts[1]
    assert signed_in(wrong).post(url(case, step), {"reason": "x"}).status_code == 403
    assert signed_in(case.free_expert()).post(url(case, step)).status_code == 404
    assert Synthesis.objects.get().state == "proposed"


def test_services_and_bureau_read_and_do_not_write(world, case):
    case.sealed()
    for reader in (world.correspondent, world.coordinator, world.bureau):
        client = signed_in(reader)
        response = client.get(url(case))
        assert response.status_code == 200
        assert all(words in text(response) for words in WORDS[:2])
        assert "<textarea" not in response.content.decode()
        assert client.post(url(case), TEXT).status_code == 403


def test_the_page_takes_few_queries(case, coordinator):
    case.sealed()
    with CaptureQueriesContext(connection) as found:
        coordinator.get(url(case))
    assert len(found) <= 15
