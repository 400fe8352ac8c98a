"""Sessions of the support mode, as the bureau reads them and answers."""

from http import HTTPStatus

import pytest
from django.urls import reverse

from ecoquartier.accounts.services import erase, roles, support
from ecoquartier.people.models import User
from tests.support.pages import queries_of, read, signed_in, words
from tests.support.world import fresh

LIST = reverse("bureau:support")
WHY = "Le bouton « Déposer » reste fermé."


@pytest.fixture
def helper(world):
    return world.helper


@pytest.fixture
def person(db):
    return User.objects.create_user("camille@example.org", "Camille Armand")


@pytest.fixture
def asked(helper, person):
    return support.ask(helper, actor=helper, person=person, reason=WHY, minutes=60)


def url(name, session):
    return reverse(f"bureau:support-{name}", kwargs={"pk": session.pk})


def test_what_waits_is_opened_by_somebody_of_the_bureau(world, asked, person, helper):
    assert f"Ouvrir ou refuser une assistance auprès de {person}" in read(world.bureau, "/espace/")
    client = signed_in(world.bureau)
    page = words(client.get(url("session", asked)))
    for expected in (str(helper), str(person), WHY, "60 minutes", "Aucune page n’a été vue.", "Ouvrir", "Refuser"):
        assert expected in page
    assert "chaque page vue est inscrite au journal" in words(client.get(url("open", asked)))
    response = client.post(url("open", asked), follow=True)
    assert "L’assistance est ouverte." in words(response)
    assert "Ouverte par" in words(response)
    assert "Ouvrir ou refuser une assistance" not in read(world.bureau, "/espace/")
    assert client.post(url("open", asked)).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_refusal_asks_why(world, asked):
    client = signed_in(world.bureau)
    assert client.post(url("refuse", asked), {"reason": ""}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    page = words(client.post(url("refuse", asked), {"reason": "Une copie d’écran suffit."}, follow=True))
    assert "refusée" in page
    assert "Une copie d’écran suffit." in page


def test_the_bureau_reads_what_was_seen_and_ends_it(world, asked, helper):
    session = support.open_session(asked, actor=world.bureau)
    support.view_page(session, actor=helper, page="/espace/dossiers/")
    client = signed_in(world.bureau)
    page = words(client.get(url("session", session)))
    assert "/espace/dossiers/" in page
    assert "Terminer maintenant" in page
    page = words(client.post(url("end", session), follow=True))
    assert "elle ne montre plus rien" in page
    assert "finie" in page
    # On the page of the person, the acts; the pages seen do not hide the rest.
    history = words(client.get(reverse("bureau:person", kwargs={"pk": session.person_id})))
    assert "Assistance ouverte" in history
    assert "Page vue" not in history


def test_nobody_answers_oneself(world, person):
    mine = support.ask(world.bureau, actor=world.bureau, person=person, reason=WHY, minutes=30)
    client = signed_in(world.bureau)
    for name in ("open", "refuse"):
        response = client.post(url(name, mine), {"reason": "Moi-même."})
        assert response.status_code == HTTPStatus.FORBIDDEN
        assert "Une autre personne du bureau répond" in words(response)
    page = words(client.get(url("session", mine)))
    assert "Ouvrir" not in page
    assert "Refuser" not in page
    mine.refresh_from_db()
    assert mine.state == "asked"


def test_an_obstacle_is_said_before_the_button(world, asked, person):
    roles.suspend(person, actor=world.bureau, reason="Doute.")
    assert f"Le compte de {person} est fermé." in read(world.bureau, url("open", asked))


def test_others_find_nothing(world, asked, helper, person):
    for user in (helper, person, world.coordinator):
        client = signed_in(user)
        assert client.get(LIST).status_code == HTTPStatus.FORBIDDEN
        assert client.get(url("session", asked)).status_code in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
        assert client.post(url("open", asked)).status_code in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_the_list_is_filtered_by_the_address(world, asked, helper, person):
    other = support.ask(helper, actor=helper, person=world.correspondent, reason="Carte vide.", minutes=30)
    support.refuse(other, actor=world.bureau, reason="Non.")
    page = read(world.bureau, LIST)
    assert "2 résultats" in page
    assert "1 résultat" in read(world.bureau, f"{LIST}?etat=refused")
    found = read(world.bureau, f"{LIST}?q=camille")
    assert WHY in found
    assert "Carte vide." not in found
    assert "Aucun résultat avec ces filtres." in read(world.bureau, f"{LIST}?q=personne+d+autre")


def test_an_empty_list_says_so(world):
    assert "Aucune assistance n’a été demandée." in read(world.bureau, LIST)
    assert LIST in signed_in(world.bureau).get("/espace/pilotage/").content.decode()


def test_the_pages_cost_the_same_whatever_they_hold(world, asked, helper, person):
    session = support.open_session(asked, actor=world.bureau)
    support.view_page(session, actor=helper, page="/espace/")
    one = queries_of(world.bureau, LIST), queries_of(world.bureau, url("session", session))
    for n in range(2):
        someone = User.objects.create_user(f"n{n}@example.org", f"Personne {n}")
        support.ask(helper, actor=helper, person=someone, reason=WHY, minutes=30)
        support.view_page(session, actor=helper, page=f"/espace/{n}/")
    three = queries_of(world.bureau, LIST), queries_of(world.bureau, url("session", session))
    assert three == one
    assert max(three) <= 15


def test_words_that_were_erased_leave_a_page_that_reads(world, asked, helper, person):
    session = support.open_session(asked, actor=world.bureau)
    support.view_page(session, actor=helper, page="/espace/dossiers/")
    erase(person, actor=fresh(person))
    page = read(world.bureau, url("session", session))
    assert "adresse effacée" in page
    assert "Personne effacée" in page
    assert "/espace/dossiers/" not in page


def test_a_refusal_whose_words_were_erased_reads_too(world, asked, person):
    support.refuse(asked, actor=world.bureau, reason="Une copie d’écran suffit.")
    erase(person, actor=fresh(person))
    page = read(world.bureau, url("session", asked))
    assert "Refusée par" in page
    assert "Une copie d’écran suffit." not in page
