"""The grid beside the deposit, and the seal."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ecoquartier.campaigns.models import Scheme
from ecoquartier.dossiers import services as dossiers
from ecoquartier.expertise import services
from ecoquartier.expertise.models import ExpertReport, ReportMark
from ecoquartier.notebooks.queries import answers_of
from ecoquartier.notebooks.services import save_answer
from ecoquartier.operations.services import update_operation
from tests.support.expertise import WORDS, Case
from tests.support.pages import signed_in
from tests.support.pages import words as text
from tests.support.world import fresh


def report_url(report):
    return reverse("expert:report", args=[report.pk])


def seal_url(report):
    return reverse("expert:seal", args=[report.pk])


@pytest.fixture
def expert(case):
    """The coordinator, signed in."""
    return signed_in(case.experts[0])


@pytest.fixture
def report(case):
    """The coordinator's report."""
    return case.reports[0]


def whole_form(case, words="Bien tenu."):
    data = {"opinion": f"Avis. {words}", "proposal": "favourable"}
    for commitment in case.dossier.campaign.framework.commitments.all():
        data[f"appreciation_{commitment.number}"] = "satisfactory"
        data[f"comment_{commitment.number}"] = words
    return data


# Reading the deposit


def test_the_answers_are_those_of_the_deposit_never_of_the_live_notebook(case, expert, report):
    commitment = case.dossier.campaign.framework.commitments.get(number=4)
    lead = fresh(case.part.lead)
    answer = answers_of(case.part.operation)[4]
    save_answer(
        case.part.operation, actor=lead, commitment=commitment, revision=answer.revision, text="Changé depuis le dépôt."
    )
    update_operation(case.part.operation, actor=lead, programme="Programme changé depuis.")
    page = text(expert.get(report_url(report)))
    assert "diagnostic partagé, objectifs chiffrés" in page
    assert "Logements variés, commerces de proximité" in page
    assert "Changé depuis" not in page
    assert "changé depuis" not in page


def test_a_second_deposit_replaces_the_first(world):
    part, dossier = world.submitted()
    dossiers.ask_completion(dossier, actor=world.correspondent, message="Préciser.", fields=["answers.2"])
    commitment = dossier.campaign.framework.commitments.get(number=2)
    answer = answers_of(part.operation)[2]
    save_answer(part.operation, actor=part.lead, commitment=commitment, revision=answer.revision, text="Complété.")
    dossier.refresh_from_db()
    dossier = world.play.team(world.play.admit(world.play.deposit(part, dossier)))
    case = Case(world, part, dossier)
    page = text(signed_in(case.experts[0]).get(report_url(case.reports[0])))
    assert "dépôt n° 2" in page
    assert "Complété." in page


def test_the_scale_is_that_of_the_scheme(expert, report):
    scheme = report.dossier.campaign.scheme
    Scheme.objects.filter(pk=scheme.pk).update(appreciations=[["clear", "limpide", "ok"], ["dim", "obscur", "bad"]])
    html = expert.get(report_url(report)).content.decode()
    assert html.count('value="clear"') == html.count('value="dim"') == 20
    assert "satisfaisant" not in html


def test_the_correspondent_s_opinion_is_not_there(expert, report):
    assert "étape adaptée" not in text(expert.get(report_url(report)))


# Writing


def test_saving_keeps_what_is_there_and_says_how_far_it_is(expert, report):
    data = {"appreciation_1": "exemplary", "comment_2": "À voir.", "opinion": "Début."}
    response = expert.post(report_url(report), data, follow=True)
    page = text(response)
    assert re.search(r"Enregistré à \d+ h \d\d\.", page)
    assert "1 sur 20" in page
    assert "1 sur 5" in page
    assert "À voir." in page
    assert "Début." in page
    assert ReportMark.objects.get(report=report, commitment__number=1).appreciation == "exemplary"


def test_a_button_leads_back_to_its_dimension_and_the_other_to_the_seal(expert, report):
    assert expert.post(report_url(report), {"dimension": "D2"})["Location"] == f"{report_url(report)}#D2"
    assert expert.post(report_url(report), {"dimension": "//x"})["Location"] == report_url(report)
    assert expert.post(report_url(report), {"seal": "1"})["Location"] == seal_url(report)


@pytest.mark.parametrize(
    "wrong", [{"comment_3": "x" * 1501}, {"appreciation_3": "superb"}, {"proposal": "maybe"}, {"opinion": "x" * 4001}]
)
def test_an_error_loses_nothing(case, expert, report, wrong):
    response = expert.post(report_url(report), whole_form(case) | wrong)
    page = text(response)
    assert response.status_code == 422
    assert "1 point à corriger" in page
    assert page.count("Bien tenu.") >= 20
    assert not ReportMark.objects.exists()


def test_the_commitment_is_named_in_the_error(case, expert, report):
    page = text(expert.post(report_url(report), whole_form(case) | {"comment_3": "x" * 1501}))
    assert "Points forts, points à surveiller de l’engagement 3" in page
    assert "1 500 au plus" in page.replace("\u00a0", " ") or "1500 au plus" in page


def test_what_was_typed_after_the_seal_is_refused_but_shown(case, expert, report):
    case.visited()
    case.seal(report)
    response = expert.post(report_url(report), whole_form(case, "Écrit trop tard."))
    assert response.status_code == 422
    assert "Votre expertise est scellée : elle ne peut plus changer." in text(response)
    assert "Écrit trop tard." in text(response)
    assert "Écrit trop tard." not in text(expert.get(report_url(report)))


def test_before_the_whole_team_has_accepted_the_grid_is_closed(world):
    _part, dossier = world.admissible()
    user = fresh(world.cast.experts[0])
    assignment = services.propose_expert(dossier, actor=world.bureau, expert=user, part="coordinator")
    accepted = services.accept(assignment, actor=user, no_conflict=True)
    client, report = signed_in(user), accepted.report
    response = client.get(report_url(report))
    assert "L’expertise commencera quand toute l’équipe aura accepté." in text(response)
    assert "appreciation_1" not in response.content.decode()
    assert client.post(report_url(report), {"opinion": "x"}).status_code == 422


def test_a_withdrawn_dossier_leaves_the_draft_readable(case, expert, report):
    case.write(report)
    dossiers.withdraw(case.dossier, actor=fresh(case.part.lead))
    page = text(expert.get(report_url(report)))
    assert "Ce dossier n’est plus en expertise." in page
    assert case.words_of(report) in page


# Sealing


def test_what_is_missing_closes_the_seal(case, expert, report):
    page = expert.get(seal_url(report))
    assert "Le compte rendu de la visite n’est pas encore rédigé." in text(page)
    assert 'type="submit" disabled' in page.content.decode()
    case.visited()
    assert "Il manque l’appréciation de 20 engagements." in text(expert.get(seal_url(report)))
    for number, sentence in ((19, "Il manque l’appréciation de 1 engagement."), (20, "L’avis d’ensemble n’est pas")):
        marks = {c.pk: ("exemplary", "") for c in list(_commitments(case))[:number]}
        case.write(report, opinion="", marks=marks)
        response = expert.post(seal_url(report))
        assert (response.status_code, sentence in text(response)) == (422, True)
    case.write(report, proposal="")
    assert "Choisissez une proposition." in text(expert.get(seal_url(report)))


def _commitments(case):
    return case.dossier.campaign.framework.commitments.all()


def test_the_seal_says_that_it_is_for_good_and_what_it_opens(case, expert, report):
    case.visited()
    case.write(report)
    page = text(expert.get(seal_url(report)))
    assert "C’est irréversible" in page
    assert "vous lisez les expertises des autres, et eux la vôtre" in page
    assert "satisfaisant 20" in page
    assert ExpertReport.objects.get(pk=report.pk).state == "draft", "GET seals nothing"


def test_sealing_makes_it_read_only(case, expert, report):
    case.visited()
    case.write(report)
    response = expert.post(seal_url(report), follow=True)
    page = text(response)
    assert "Votre expertise est scellée." in page
    assert "elle ne change plus" in page
    assert case.words_of(report) in page
    assert "<textarea" not in response.content.decode()
    assert "Elles s’ouvrent quand toute l’équipe a scellé la sienne." in page


def test_a_second_click_is_refused(case, expert, report):
    case.visited()
    case.seal(report)
    sealed_at = ExpertReport.objects.get(pk=report.pk).sealed_at
    response = expert.post(seal_url(report))
    assert (response.status_code, "C’est déjà fait" in text(response)) == (422, True)
    assert "C’est déjà fait" in text(expert.get(seal_url(report)))
    assert ExpertReport.objects.get(pk=report.pk).sealed_at == sealed_at


def test_once_all_are_sealed_each_report_leads_to_the_others(case, expert):
    case.sealed()
    first, second = case.reports
    page = text(expert.get(report_url(second)))
    assert f"Expertise de {second.assignment.expert}" in page
    assert WORDS[1] in page
    response = expert.get(report_url(first))
    assert report_url(second) in response.content.decode()
    assert reverse("expert:synthesis", args=[case.dossier.pk]) in response.content.decode()


def test_a_reader_neither_writes_nor_seals(world, case):
    case.sealed()
    report = case.reports[0]
    for reader in (case.experts[1], world.bureau, world.correspondent):
        client = signed_in(reader)
        assert client.get(report_url(report)).status_code == 200
        assert client.post(report_url(report), {"opinion": "x"}).status_code == 403
        assert client.get(seal_url(report)).status_code == client.post(seal_url(report)).status_code == 403


def test_an_annex_says_so(world, case, expert):
    case.visited()
    left = case.seal(case.reports[1])
    case.replace(left.assignment, case.free_expert())
    for report in case.reports:
        case.seal(report)
    page = text(expert.get(report_url(case.reports[0])))
    assert "(annexe : a quitté l’équipe)" in page
    assert WORDS[1] in text(expert.get(report_url(left)))


@pytest.mark.parametrize("page", [report_url, seal_url])
def test_queries_are_few_and_do_not_grow_with_the_grid(case, expert, report, page):
    with CaptureQueriesContext(connection) as empty:
        expert.get(page(report))
    case.write(report)
    with CaptureQueriesContext(connection) as full:
        expert.get(page(report))
    assert len(empty) == len(full) <= 15
