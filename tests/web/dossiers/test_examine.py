"""The correspondent’s three answers: admissible, complements, inadmissible; each comes back filled when refused."""

from datetime import timedelta

import pytest

from ecoquartier.core import clock
from ecoquartier.dossiers import services
from ecoquartier.dossiers.models import Dossier
from ecoquartier.ops.services.play import on
from ecoquartier.territories.models import Commune
from tests.web.dossiers.conftest import text

ANSWERS = {
    "recevabilite": {"opinion": "Dossier complet."},
    "irrecevabilite": {"opinion": "Étape inadaptée."},
    "complements": {"elements": ["answers.2"], "message": "Préciser.", "due_on": ""},
}


def address(dossier, page):
    return f"/espace/dossiers/{dossier.pk}/{page}/"


def values(page):
    due = {"due_on": (clock.today() + timedelta(days=5)).isoformat()} if page == "complements" else {}
    return ANSWERS[page] | due


def state(dossier):
    return Dossier.objects.get(pk=dossier.pk).state


def test_the_file_and_its_checklist_stand_beside_the_form(world, sign_in):
    _part, dossier = world.submitted()
    page = sign_in(world.correspondent).get(address(dossier, "recevabilite"))
    words = text(page)
    for expected in ("Points à vérifier", "Tout ce que l’étape demande est renseigné.", "Dépôt n° 1 du", "accord"):
        assert expected in words
    assert f"/espace/dossiers/{dossier.pk}/depots/1/" in page.content.decode()


def test_the_correspondent_reads_the_dates_that_contradict_the_stage(world, sign_in):
    part, dossier = world.submitted()
    part.operation.phases.update(works="2034~", delivery="")
    words = text(sign_in(world.correspondent).get(address(dossier, "recevabilite")))
    assert "Les travaux sont encore à venir (vers 2034)" in words
    assert "Tout ce que l’étape demande est renseigné." in words


def test_admissible_with_an_opinion(world, sign_in):
    _part, dossier = world.submitted()
    done = sign_in(world.correspondent).post(address(dossier, "recevabilite"), values("recevabilite"), follow=True)
    assert "Le dossier est recevable." in text(done)
    assert state(dossier) == "admissible"
    assert dossier.examinations.get().opinion == "Dossier complet."


def test_inadmissible_with_its_reasons(world, sign_in):
    part, dossier = world.submitted()
    sign_in(world.correspondent).post(address(dossier, "irrecevabilite"), values("irrecevabilite"))
    assert state(dossier) == "inadmissible"
    assert "Étape inadaptée." in text(sign_in(part.lead).get(f"/espace/dossiers/{dossier.pk}/"))


def test_complements_field_by_field(world, sign_in):
    _part, dossier = world.submitted()
    client = sign_in(world.correspondent)
    page = client.get(address(dossier, "complements"))
    words = text(page)
    for expected in ("Le registre de l’opération", "Logements sociaux", "Engagement 2", "Pilotage et participation"):
        assert expected in words
    usual = clock.today() + timedelta(days=dossier.campaign.completion_days)
    assert page.context["form"]["due_on"].value() == usual
    done = client.post(address(dossier, "complements"), values("complements"), follow=True)
    assert "La demande est envoyée" in text(done)
    asked = dossier.completions.get()
    assert (asked.fields, asked.message) == (["answers.2"], "Préciser.")
    assert state(dossier) == "to_complete"


def test_a_stage_without_answers_opens_only_the_register(world, sign_in):
    _part, dossier = world.submitted(rank=1)
    words = text(sign_in(world.correspondent).get(address(dossier, "complements")))
    assert "Logements sociaux" in words
    assert "Engagement 2" not in words


@pytest.mark.parametrize(
    ("page", "wrong", "sentence"),
    [
        ("recevabilite", {"opinion": ""}, "Ce champ est obligatoire."),
        ("recevabilite", {"opinion": "   "}, "Ce champ est obligatoire."),
        ("irrecevabilite", {"opinion": ""}, "Ce champ est obligatoire."),
        ("complements", {"elements": []}, "Cochez au moins un élément."),
        ("complements", {"message": ""}, "Ce champ est obligatoire."),
        ("complements", {"due_on": "2020-01-01"}, "La date attendue est déjà passée."),
        ("complements", {"elements": ["answers.99"]}, "Sélectionnez un choix valide"),
    ],
)
def test_a_missing_answer_is_said_beside_its_field(world, sign_in, page, wrong, sentence):
    _part, dossier = world.submitted()
    refused = sign_in(world.correspondent).post(address(dossier, page), values(page) | wrong)
    assert refused.status_code == 422
    assert sentence in text(refused)
    assert state(dossier) == "submitted"


def test_a_refused_form_comes_back_filled(world, sign_in):
    _part, dossier = world.submitted()
    sent = values("complements") | {"message": "Un long message.", "due_on": "2020-01-01"}
    html = sign_in(world.correspondent).post(address(dossier, "complements"), sent).content.decode()
    assert "Un long message." in html
    assert 'value="2020-01-01"' in html
    assert 'value="answers.2" id="id_elements_1_1" checked' in " ".join(html.split()) or "checked" in html


@pytest.mark.parametrize("page", ANSWERS)
def test_a_second_click_is_told(world, sign_in, page):
    _part, dossier = world.submitted()
    client = sign_in(world.correspondent)
    client.post(address(dossier, page), values(page))
    after = state(dossier)
    again = client.post(address(dossier, page), values(page))
    assert again.status_code == 422
    assert "C’est déjà fait" in text(again)
    assert state(dossier) == after
    assert "C’est déjà fait" in text(client.get(address(dossier, page)))


@pytest.mark.parametrize("page", ANSWERS)
def test_only_the_correspondent_of_the_county(world, sign_in, page):
    part, dossier = world.submitted()
    elsewhere = world.cast.correspondent(Commune.objects.select_related("county").get(pk="44109").county)
    for user in (part.lead, part.elected, world.coordinator):
        client = sign_in(user)
        assert client.get(address(dossier, page)).status_code == 403
        assert client.post(address(dossier, page), values(page)).status_code == 403
    assert sign_in(elsewhere).post(address(dossier, page), values(page)).status_code == 404
    assert state(dossier) == "submitted"


def test_without_complement_once_the_date_has_passed(world, sign_in):
    part, dossier = world.submitted()
    services.ask_completion(dossier, actor=world.correspondent, message="Préciser.", fields=["answers.2"])
    client, lapse = sign_in(world.correspondent), address(dossier, "sans-complement")
    early = client.post(lapse, follow=True)
    assert "Le délai des compléments court encore." in text(early)
    assert client.get(lapse).status_code == 405
    with on(clock.today() + timedelta(days=40)):
        assert sign_in(part.lead).post(lapse).status_code == 403
        actions = client.get(f"/espace/dossiers/{dossier.pk}/").context["sheet"].actions
        assert (actions.main.url, actions.main.method) == (lapse, "post")
        done = client.post(lapse, follow=True)
        assert "sans complément" in text(done)
        assert state(dossier) == "submitted"
        assert "C’est déjà fait" in text(client.post(lapse, follow=True))
