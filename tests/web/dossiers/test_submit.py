"""Depositing: the summary, what is missing, the receipt, the second click."""

from datetime import timedelta

from ecoquartier.core import clock
from ecoquartier.dossiers import services
from ecoquartier.dossiers.models import Dossier
from ecoquartier.dossiers.queries import next_hash
from ecoquartier.ops.services.play import on
from tests.web.dossiers.conftest import text


def address(dossier):
    return f"/espace/dossiers/{dossier.pk}/deposer/"


def ready(world):
    part, dossier = world.draft()
    services.agree(
        dossier, actor=part.elected, organisation=part.operation.collectivites.get(), sha256=next_hash(dossier)
    )
    return part, dossier


def test_a_summary_and_its_effects_then_the_receipt(world, sign_in):
    part, dossier = ready(world)
    client = sign_in(part.lead)
    words = text(client.get(address(dossier)))
    for expected in ("Ce qui va se passer", "Le dépôt n° 1 fige le contenu", "Ce qui sera déposé", "20 sur 20"):
        assert expected in words
    done = client.post(address(dossier), follow=True)
    assert done.redirect_chain == [(f"/espace/dossiers/{dossier.pk}/", 302)]
    assert "Dépôt n° 1 enregistré. Le correspondant est prévenu." in text(done)
    assert Dossier.objects.get(pk=dossier.pk).state == "submitted"


def test_a_second_click_says_that_it_is_done(world, sign_in):
    part, dossier = ready(world)
    client = sign_in(part.lead)
    client.post(address(dossier))
    again = client.post(address(dossier))
    assert again.status_code == 422
    assert "C’est déjà fait : l’état est « déposé »." in text(again).replace("\u00a0", " ")
    assert dossier.deposits.count() == 1
    assert "C’est déjà fait" in text(client.get(address(dossier)))


def test_what_is_missing_closes_the_button_with_links(world, sign_in):
    part, dossier = world.draft(part=world.part(filled=False))
    client = sign_in(part.lead)
    page = client.get(address(dossier))
    words = text(page)
    assert "Il manque 32 éléments" in words
    assert "Un accord est attendu sur le contenu actuel" in words
    assert "disabled" in page.content.decode().partition("form-block")[2]
    assert f"/espace/operations/{part.operation.pk}/carnet/1/" in page.content.decode()
    refused = client.post(address(dossier))
    assert refused.status_code == 422
    assert dossier.deposits.count() == 0


def test_after_the_window_it_says_since_when(world, sign_in):
    part, dossier = ready(world)
    with on(dossier.campaign.filing_deadline + timedelta(days=1)):
        assert "Le dépôt est clos depuis le" in text(sign_in(part.lead).get(address(dossier)))


def test_the_complements_are_deposited_on_the_same_page(world, sign_in):
    part, dossier = world.submitted()
    services.ask_completion(dossier, actor=world.correspondent, message="Préciser.", fields=["answers.2"])
    client = sign_in(part.lead)
    page = client.get(address(dossier))
    assert "Déposer les compléments" in text(page)
    assert "Le dépôt n° 2 fige" in text(page)
    done = client.post(address(dossier), follow=True)
    assert "Dépôt n° 2 enregistré" in text(done)
    with on(clock.today() + timedelta(days=40)):
        assert "C’est déjà fait" in text(client.post(address(dossier)))


def test_only_the_lead_deposits(world, sign_in):
    part, dossier = ready(world)
    for user in (part.elected, world.correspondent, world.bureau):
        client = sign_in(user)
        assert client.get(address(dossier)).status_code == 403
        assert client.post(address(dossier)).status_code == 403
    assert sign_in(world.cast.experts[0]).post(address(dossier)).status_code == 404
    assert dossier.deposits.count() == 0
