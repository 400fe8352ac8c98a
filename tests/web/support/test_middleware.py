"""Seeing as somebody: what is shown, what is refused, what is written, and what never leaks to another request."""

import uuid
from datetime import timedelta
from http import HTTPStatus
from io import BytesIO

import pytest
from django.db import connection, transaction
from django.db.utils import InternalError
from django.http import FileResponse, HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ecoquartier.accounts.models import SupportSession
from ecoquartier.accounts.services import roles, support
from ecoquartier.core import clock
from ecoquartier.expertise import services as expertise
from ecoquartier.journal.models import Entry
from ecoquartier.people.models import User
from ecoquartier.web.shared.middleware import ReadOnlyGuard
from ecoquartier.web.space.home import Home
from ecoquartier.web.support.middleware import SESSION_KEY
from tests.support.client import StrictClient
from tests.support.pages import signed_in, words
from tests.support.world import fresh

HOME = "/espace/assistance/"
LEAVE = f"{HOME}quitter/"
BANNER = "sans rien pouvoir y faire"


def pages_viewed():
    return [entry.detail.content["page"] for entry in Entry.objects.filter(event="support.page_viewed").order_by("seq")]


def enter(client, session):
    return client.post(f"{HOME}{session.pk}/entrer/")


# --- What is shown --------------------------------------------------------------------------------------------------


def test_pages_are_those_of_the_person_with_a_banner_on_each(seeing, helped, helper):
    person, dossier = helped
    for address in ("/espace/", "/espace/dossiers/", f"/espace/dossiers/{dossier.pk}/", "/espace/operations/"):
        mine, theirs = seeing.get(address), signed_in(person).get(address)
        assert mine.status_code == HTTPStatus.OK
        assert words(mine) == words(theirs)
        page = mine.content.decode()
        assert BANNER in page
        assert str(person) in page
        assert "Le bouton « Déposer » reste fermé." in page
        assert f'action="{LEAVE}"' in page
        assert BANNER not in theirs.content.decode()
        assert "no-store" in mine["Cache-Control"]
    assert signed_in(helper).get(f"/espace/dossiers/{dossier.pk}/").status_code == HTTPStatus.NOT_FOUND


def test_each_page_is_written_before_it_is_shown_those_that_do_not_exist_too(seeing, session, helper, helped):
    _person, dossier = helped
    elsewhere = f"/espace/dossiers/{uuid.uuid4()}/"
    assert seeing.get(f"/espace/dossiers/{dossier.pk}/?onglet=secret").status_code == HTTPStatus.OK
    missing = seeing.get(elsewhere)
    assert missing.status_code == HTTPStatus.NOT_FOUND
    assert BANNER in missing.content.decode()
    forbidden = seeing.get("/espace/pilotage/")
    assert forbidden.status_code == HTTPStatus.FORBIDDEN
    assert BANNER in forbidden.content.decode()
    assert pages_viewed() == [f"/espace/dossiers/{dossier.pk}/", elsewhere, "/espace/pilotage/"]
    entries = Entry.objects.filter(event="support.page_viewed")
    assert {(e.actor, e.object_id, e.about_id) for e in entries} == {
        (str(helper.pk), str(session.pk), str(session.person_id))
    }


def test_a_secret_in_a_path_is_not_written(seeing):
    seeing.get("/compte/invitation/un-secret-de-quarante-signes/")
    assert pages_viewed() == ["/compte/invitation/***/"]


def test_a_fragment_is_that_of_the_person_and_is_written(seeing, helped):
    response = seeing.get("/espace/operations/", headers={"HX-Request": "true"})
    assert response.status_code == HTTPStatus.OK
    assert helped[1].operation.name in response.content.decode()
    assert pages_viewed() == ["/espace/operations/"]


def test_head_is_reading(seeing):
    assert seeing.head("/espace/").status_code == HTTPStatus.OK
    assert pages_viewed() == ["/espace/"]


def test_the_report_of_an_expert_at_work_stays_closed(world, helper):
    _part, dossier = world.under_expertise()
    world.play.visit(dossier)
    report = dossier.reports.order_by("assignment__part")[0]
    expert = report.assignment.expert
    expertise.save_report(report, actor=expert, opinion="Une phrase secrète.", proposal="", marks={})
    address = reverse("expert:report", kwargs={"pk": report.pk})
    assert "Une phrase secrète." in signed_in(expert).get(address).content.decode()
    asked = support.ask(helper, actor=helper, person=expert, reason="Page lente.", minutes=30)
    client = signed_in(helper)
    enter(client, support.open_session(asked, actor=world.bureau))
    response = client.get(address)
    assert response.status_code in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
    assert "Une phrase secrète." not in response.content.decode()
    assert client.get("/espace/expertise/").status_code == HTTPStatus.OK


# --- What is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_nothing_is_done(seeing, helped, method):
    person, dossier = helped
    address = f"/espace/dossiers/{dossier.pk}/deposer/"
    assert signed_in(person).get(address).status_code == HTTPStatus.OK
    entries = Entry.objects.exclude(event="support.page_viewed").count()
    response = getattr(seeing, method)(address)
    assert response.status_code == HTTPStatus.FORBIDDEN
    assert "vous lisez sans rien pouvoir faire" in words(response)
    assert BANNER in response.content.decode()
    assert Entry.objects.exclude(event="support.page_viewed").count() == entries


@pytest.mark.parametrize(
    "address",
    [
        "/compte/",
        "/compte/securite/",
        "/compte/sessions/",
        "/compte/donnees/",
        "/compte/donnees/copie.zip",
        "/compte/donnees/effacer/",
        "/compte/notifications/",
        "/compte/invitation/x/",
        "/compte/connexion/",
    ],
)
def test_the_account_stays_closed(seeing, address):
    response = seeing.get(address)
    assert response.status_code == HTTPStatus.FORBIDDEN
    assert "Les pages du compte restent fermées" in words(response)
    assert "Si vous pensez qu’elle devrait vous être ouverte" not in words(response)


def test_the_menu_does_not_offer_what_is_closed(helper, seeing):
    own, seen = (browser.get("/espace/").content.decode() for browser in (signed_in(helper), seeing))
    assert 'href="/compte/securite/"' in own
    assert 'href="/compte/securite/"' not in seen


@pytest.mark.parametrize("address", ["/compte/connexion/", "/verifier/", "/compte/mot-de-passe/oublie/"])
def test_public_forms_are_not_sent_either(seeing, address):
    assert seeing.post(address, {"email": "a@example.org", "code": "x"}).status_code == HTTPStatus.FORBIDDEN


def test_no_other_session_is_entered_from_a_session(seeing, helper, world, session):
    other = support.ask(helper, actor=helper, person=world.correspondent, reason="Autre.", minutes=30)
    other = support.open_session(other, actor=world.bureau)
    assert enter(seeing, other).status_code == HTTPStatus.FORBIDDEN
    assert seeing.session[SESSION_KEY] == str(session.pk)


def answer_with(monkeypatch, response):
    monkeypatch.setattr(Home, "get", lambda self, request: response)


def test_neither_files_nor_data_are_given(seeing, monkeypatch):
    for response in (
        FileResponse(BytesIO(b"un nom"), as_attachment=True, filename="liste.csv"),
        HttpResponse("un nom", content_type="application/json"),
        HttpResponse("un nom", content_type="text/csv"),
    ):
        answer_with(monkeypatch, response)
        answer = seeing.get("/espace/")
        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert "elle ne donne ni fichier ni copie de données" in words(answer)
    answer_with(monkeypatch, HttpResponse(b"photo", content_type="image/webp"))
    assert seeing.get("/espace/").content == b"photo"


def test_the_database_refuses_what_a_page_would_write_even_unguarded(seeing, helped, monkeypatch):
    person, _dossier = helped

    def writing(self, request):
        with transaction.atomic():
            User.objects.filter(pk=person.pk).update(full_name="Changé")
        return HttpResponse("", content_type="text/html")

    monkeypatch.setattr(Home, "get", writing)
    monkeypatch.setattr(ReadOnlyGuard, "writes", staticmethod(lambda text: False))
    with pytest.raises(InternalError, match="read-only transaction"):
        seeing.get("/espace/")
    assert fresh(person).full_name == person.full_name
    # The same page writes for the person: it is the session that could not.
    assert signed_in(person).get("/espace/").status_code == HTTPStatus.OK
    assert fresh(person).full_name == "Changé"


# --- Until when -----------------------------------------------------------------------------------------------------


def assert_over(client, address="/espace/", method="get", why=""):
    """Back to oneself, told why; nothing was shown nor done in between."""
    response = getattr(client, method)(address)
    assert (response.status_code, response["Location"]) == (HTTPStatus.FOUND, HOME)
    assert SESSION_KEY not in client.session
    said = client.get("/").status_code, client.get("/compte/").content.decode()
    assert "Vous n’êtes plus en assistance." in said[1]
    assert why in said[1]
    assert BANNER not in said[1]


@pytest.mark.parametrize("method", ["get", "post"])
def test_its_time_ends_while_it_is_used(seeing, session, method):
    with clock.travel(session.expires_at - timedelta(seconds=1)):
        assert seeing.get("/espace/").status_code == HTTPStatus.OK
    with clock.travel(session.expires_at):
        assert_over(seeing, method=method, why="Le temps de cette assistance est passé")


def test_the_end_of_the_role_bites_at_the_next_page(seeing, helper, world):
    assert seeing.get("/espace/").status_code == HTTPStatus.OK
    roles.end_role(helper.grants.get(), actor=world.bureau, reason="Fin du marché.")
    assert_over(seeing)


def test_a_suspended_helper_sees_nothing_more(seeing, helper, world):
    roles.suspend(helper, actor=world.bureau, reason="Doute.")
    response = seeing.get("/espace/")
    assert response.status_code == HTTPStatus.FOUND
    assert response["Location"].startswith("/compte/connexion/")


def test_a_person_who_is_suspended_is_seen_no_more(seeing, helped, world):
    roles.suspend(helped[0], actor=world.bureau, reason="Doute.")
    assert_over(seeing, why="est fermé")


def test_the_bureau_ends_it_at_once(seeing, session, world):
    support.end(session, actor=world.bureau)
    assert_over(seeing, why="finie")


def test_a_fragment_moves_the_whole_page_once_it_is_over(seeing, session, world):
    support.end(session, actor=world.bureau)
    response = seeing.get("/espace/operations/", headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == HOME


@pytest.mark.parametrize("forged", ["another", "unknown"])
def test_a_forged_session_opens_nothing(world, session, forged):
    other = User.objects.create_user("autre@example.org", "Autre Aide")
    roles.grant_role(other, actor=world.bureau, role="support", reason="Marché.")
    client = signed_in(other)
    stored = client.session
    stored[SESSION_KEY] = str(session.pk if forged == "another" else uuid.uuid4())
    stored.save()
    assert_over(client)
    assert pages_viewed() == []


def test_a_session_that_is_not_opened_is_not_entered(world, helper, helped):
    asked = support.ask(helper, actor=helper, person=helped[0], reason="Page vide.", minutes=30)
    client = signed_in(helper)
    response = client.post(f"{HOME}{asked.pk}/entrer/", follow=True)
    assert "Cette assistance est « à ouvrir »." in words(response).replace("\u00a0", " ")
    assert SESSION_KEY not in client.session
    for user in (helped[0], world.bureau):
        assert enter(signed_in(user), asked).status_code == HTTPStatus.NOT_FOUND


def test_the_second_factor_is_asked_of_whoever_helps(helper, session):
    client = StrictClient()
    client.force_login(helper, second_factor=False)
    assert enter(client, session)["Location"].startswith("/compte/double-verification/")
    stored = client.session
    stored[SESSION_KEY] = str(session.pk)
    stored.save()
    assert client.get("/espace/")["Location"].startswith("/compte/double-verification/")
    assert pages_viewed() == []


# --- Leaving --------------------------------------------------------------------------------------------------------


def test_leaving_gives_oneself_back_and_one_may_enter_again(seeing, session, helper):
    key = seeing.session.session_key
    seeing.get("/espace/")
    response = seeing.post(LEAVE, follow=True)
    assert "Vous voyez de nouveau la plateforme comme vous-même." in words(response)
    page = seeing.get("/espace/").content.decode()
    assert str(helper) in page
    assert BANNER not in page
    assert seeing.session.session_key == key
    enter(seeing, session)
    assert BANNER in seeing.get("/espace/").content.decode()
    assert SupportSession.objects.get().state == "opened"


def test_signing_out_leaves_too(seeing, helper):
    assert seeing.post("/compte/deconnexion/").status_code == HTTPStatus.FOUND
    assert SESSION_KEY not in seeing.session
    seeing.force_login(helper)
    assert BANNER not in seeing.get("/espace/").content.decode()


def test_others_see_nothing_of_it(seeing, helped, helper):
    seeing.get("/espace/")
    for user in (helped[0], helper):
        page = signed_in(user).get("/espace/").content.decode()
        assert BANNER not in page
        assert str(user) in page


# --- What costs nothing ---------------------------------------------------------------------------------------------


def test_public_pages_stay_the_same_for_all(seeing):
    visitor = StrictClient().get("/")
    with CaptureQueriesContext(connection) as captured:
        page = seeing.get("/")
    assert page.content == visitor.content
    assert (page["ETag"], page["Cache-Control"]) == (visitor["ETag"], visitor["Cache-Control"])
    assert not any("session" in query["sql"] for query in captured)
    assert pages_viewed() == []


def test_whoever_is_not_in_a_session_pays_no_query(helped):
    client = signed_in(helped[0])
    client.get("/espace/")
    with CaptureQueriesContext(connection) as captured:
        client.get("/espace/")
    asked = [query["sql"] for query in captured if "supportsession" in query["sql"]]
    assert asked == []
