"""The pages of whoever helps, and what the person seen reads of it."""

from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ecoquartier.accounts.models import SupportSession
from ecoquartier.accounts.services import support
from ecoquartier.people.models import User
from tests.support.pages import queries_of, read, signed_in, words

HOME = "/espace/assistance/"
ASK = f"{HOME}demander/"
TRACE = 14
"""Queries of a request of the support mode, beside those of the page: the session, who helps, the journal."""
WHY = "Le bouton « Déposer » reste fermé."


def form(person, **more):
    return {"email": person.email, "reason": WHY, "minutes": "60", **more}


def test_a_session_is_asked_opened_entered_ended(world, helper, helped):
    person, _dossier = helped
    client = signed_in(helper)
    assert "Vous n’avez demandé aucune assistance." in words(client.get(HOME))
    response = client.post(ASK, form(person), follow=True)
    assert "Votre demande attend une personne du bureau." in words(response)
    session = SupportSession.objects.get()
    assert (session.asked_by, session.person, session.reason, session.minutes) == (helper, person, WHY, 60)
    page = words(client.get(HOME))
    assert "à ouvrir" in page
    assert "Retirer la demande" in page
    assert "Entrer" not in page
    support.open_session(session, actor=world.bureau)
    page = words(client.get(HOME))
    assert "Entrer" in page
    response = client.post(f"{HOME}{session.pk}/terminer/", follow=True)
    assert "Cette assistance est terminée." in words(response)
    assert "finie" in words(response)
    session.refresh_from_db()
    assert session.state == "ended"


def test_a_refusal_is_read_where_it_was_asked(world, helper, helped):
    asked = support.ask(helper, actor=helper, person=helped[0], reason=WHY, minutes=30)
    support.refuse(asked, actor=world.bureau, reason="Une copie d’écran suffit.")
    page = read(helper, HOME)
    assert f"Refusée par {world.bureau} : Une copie d’écran suffit." in page
    assert "Entrer" not in page


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"email": "personne@example.org"}, "Cette adresse ne peut pas être assistée"),
        ({"email": "assistance@demo.ecoquartier.example"}, "Vous voyez déjà la plateforme comme vous-même"),
        ({"minutes": "121"}, "Sélectionnez un choix valide."),
        ({"reason": ""}, "Ce champ est obligatoire."),
    ],
)
def test_a_form_that_is_refused_says_why(helper, helped, values, said):
    response = signed_in(helper).post(ASK, form(helped[0], **values))
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert said in words(response)
    assert not SupportSession.objects.exists()


def test_who_has_an_account_is_not_learnt_there(world, helper, helped):
    """Neither from the sentence, the same for the bureau, a closed account and nobody, nor by trying many."""
    closed = User.objects.create_user("close@example.org", "Clara Close", is_active=False)
    client, said = signed_in(helper), set()
    for address in (world.bureau.email, closed.email, "personne@example.org"):
        response = client.post(ASK, form(helped[0], email=address))
        assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        said.add(words(response).replace(address, ""))
    assert len(said) == 1
    for _try in range(7):
        client.post(ASK, form(helped[0], email="personne@example.org"))
    assert client.post(ASK, form(helped[0])).status_code == HTTPStatus.FOUND
    assert not SupportSession.objects.exists()
    assert "Trop de demandes" in words(client.get(HOME))


def test_it_is_in_the_menu_of_those_who_help_and_nobody_else_comes_in(world, helper, helped):
    assert "Assistance" in signed_in(helper).get("/espace/").content.decode()
    for user in (helped[0], world.correspondent, world.cast.experts[0]):
        client = signed_in(user)
        assert f'href="{HOME}"' not in client.get("/espace/").content.decode()
        assert client.get(HOME).status_code == HTTPStatus.FORBIDDEN
        assert client.post(ASK, form(world.coordinator)).status_code == HTTPStatus.FORBIDDEN
    assert signed_in(world.bureau).get(HOME).status_code == HTTPStatus.OK


def test_sessions_of_another_do_not_exist(world, helper, session):
    for address in (f"{HOME}{session.pk}/entrer/", f"{HOME}{session.pk}/terminer/"):
        assert signed_in(world.bureau).post(address).status_code == HTTPStatus.NOT_FOUND
    session.refresh_from_db()
    assert session.state == "opened"


def test_the_person_seen_reads_who_looked_when_and_why(world, helper, helped, session):
    address = "/compte/donnees/"
    page = read(helped[0], address)
    assert "Qui a vu la plateforme à votre place" in page
    for expected in (str(helper), str(world.bureau), WHY):
        assert expected in page
    assert "Qui a vu la plateforme à votre place" not in read(world.correspondent, address)
    asked = support.ask(helper, actor=helper, person=world.coordinator, reason="Page vide.", minutes=30)
    assert "Page vide." not in read(world.coordinator, address)
    support.open_session(asked, actor=world.bureau)
    assert "Page vide." in read(world.coordinator, address)


def test_the_list_costs_the_same_whatever_it_holds(world, helper, session, helped):
    one = queries_of(helper, HOME), queries_of(helped[0], "/compte/donnees/")
    for n in range(2):
        person = User.objects.create_user(f"n{n}@example.org", f"Personne {n}")
        asked = support.ask(helper, actor=helper, person=person, reason=WHY, minutes=30)
        support.open_session(asked, actor=world.bureau)
        support.end(SupportSession.objects.filter(person=helped[0], state="opened").get(), actor=world.bureau)
        again = support.ask(helper, actor=helper, person=helped[0], reason=WHY, minutes=30)
        support.open_session(again, actor=world.bureau)
    three = queries_of(helper, HOME), queries_of(helped[0], "/compte/donnees/")
    assert three == one
    assert max(three) <= 15


def test_the_trace_of_a_page_costs_a_constant(seeing, helped):
    for address in ("/espace/operations/", "/espace/dossiers/"):
        seeing.get(address)
        with CaptureQueriesContext(connection) as captured:
            seeing.get(address)
        asked = [query["sql"] for query in captured if not query["sql"].startswith(("BEGIN", "SAVEPOINT", "RELEASE"))]
        assert len(asked) - queries_of(helped[0], address) <= TRACE
