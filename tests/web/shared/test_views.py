"""What every page of the platform inherits: who comes in, what is found, what a refusal becomes."""

import re
from datetime import date
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ImproperlyConfigured

from ecoquartier.people.models import User
from ecoquartier.web.shared.views import ActionView, TemplatePage
from tests.support.client import StrictClient
from tests.web.shared.pages import Versioned

HTMX = {"HX-Request": "true"}


def text(response):
    """Words of a page, tags removed, spaces folded."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def said(response):
    """Messages waiting for the next page."""
    return [str(message) for message in get_messages(response.wsgi_request)]


# --- Who comes in -------------------------------------------------------------------------------------------------


def test_a_view_that_declares_nothing_does_not_start():
    with pytest.raises(ImproperlyConfigured, match="declares neither"):
        TemplatePage.as_view(template_name="base/page.html")


@pytest.mark.parametrize("restriction", [{"permission": "bureau.desk"}, {"signed_in": True}])
def test_a_view_cannot_be_public_and_restricted(restriction):
    with pytest.raises(ImproperlyConfigured, match="public and restricted"):
        TemplatePage.as_view(public=True, template_name="base/page.html", **restriction)


def test_an_action_asks_for_an_account_unless_told():
    assert getattr(ActionView.as_view(service=print), "login_required", True) is True
    assert ActionView.as_view(service=print, public=True).login_required is False


def test_a_private_page_sends_visitors_to_sign_in(client, db):
    response = client.get("/space/home/")
    assert (response.status_code, response["Location"]) == (302, "/account/sign-in/?next=/space/home/")


def test_a_view_nobody_declared_asks_for_an_account(client, db):
    assert client.get("/undeclared/").status_code == 302


def test_a_public_page_is_the_same_for_everybody(client, signed_in, django_assert_num_queries):
    with django_assert_num_queries(0):
        ours = signed_in.get("/public/home/")
    theirs = client.get("/public/home/")
    assert ours.content == theirs.content
    assert "Se connecter" in text(ours)
    assert "csrfmiddlewaretoken" not in ours.content.decode()
    assert ours["Vary"] == "Accept-Encoding"
    assert not ours.cookies


def test_a_private_page_shows_the_person_and_how_to_leave(signed_in):
    response = signed_in.get("/space/home/")
    assert "Camille Armand" in text(response)
    assert '<form method="post" action="/account/sign-out/"' in response.content.decode()
    assert response["Cache-Control"] == "no-cache, private"


def test_the_menu_hides_what_a_person_has_no_use_for(signed_in):
    nav = re.search(r'<nav class="main-nav".*?</nav>', signed_in.get("/space/home/").content.decode(), re.S)[0]
    assert re.findall(r'href="([^"]+)"', nav) == [
        "/space/home/",
        "/holder/operations/",
        "/dossiers/list/",
    ]
    assert 'href="/space/home/" aria-current="true"' in nav


# --- What is found ------------------------------------------------------------------------------------------------


def test_an_object_of_the_scope_is_shown(signed_in, person):
    assert "<h1>Camille Armand</h1>" in signed_in.get(f"/people/{person.pk}/").content.decode()


@pytest.mark.parametrize("key", ["hidden", "unknown", "malformed"])
def test_what_is_out_of_scope_does_not_exist(signed_in, key):
    hidden = User.objects.create_user("cache@example.org", "Caché")
    keys = {"hidden": hidden.pk, "unknown": uuid4(), "malformed": "42"}
    response = signed_in.get(f"/people/{keys[key]}/")
    assert response.status_code == 404
    assert "Cette page n’existe pas" in text(response)


def test_in_scope_but_forbidden_says_why_and_leads_back(signed_in, person):
    response = signed_in.get(f"/people/{person.pk}/bureau/", headers={"Referer": "http://testserver/people/?q=a"})
    assert response.status_code == 403
    assert "Seul le bureau lit cette fiche." in text(response)
    assert 'href="/people/?q=a"' in response.content.decode()


def test_breadcrumb_lists_the_pages_above(signed_in, person):
    page = signed_in.get(f"/people/{person.pk}/rename/").content.decode()
    crumbs = re.search(r'<nav class="breadcrumb".*?</nav>', page, re.S)[0]
    assert '<a href="/space/home/">Personnes</a>' in crumbs
    assert '<li aria-current="page">Renommer</li>' in crumbs


# --- Lists --------------------------------------------------------------------------------------------------------


def names(response):
    return re.findall(r'<p class="person">([^<]*)</p>', response.content.decode())


@pytest.fixture
def many(person):
    return [User.objects.create_user(f"p{number}@example.org", f"Personne {number}") for number in range(4)]


def test_a_list_is_cut_in_pages_that_keep_the_filters(signed_in, many):
    response = signed_in.get("/people/?q=Personne&page=2")
    assert names(response) == ["Personne 2", "Personne 3"]
    assert "4 résultats" in text(response)
    assert 'href="?q=Personne" rel="prev"' in response.content.decode()


@pytest.mark.parametrize(("page", "expected"), [("99", ["Personne 3"]), ("x", ["Camille Armand", "Personne 0"])])
def test_a_wrong_page_number_gives_the_nearest(signed_in, many, page, expected):
    assert names(signed_in.get(f"/people/?page={page}")) == expected


def test_an_empty_list_says_what_is_asked(signed_in):
    User.objects.update(full_name="Caché")
    assert "Personne encore." in text(signed_in.get("/people/"))
    assert "Aucun résultat avec ces filtres." in text(signed_in.get("/people/?q=zzz"))


def test_a_filter_that_is_not_understood_shows_nothing_and_says_which(signed_in, many):
    response = signed_in.get("/people/?kind=zzz")
    assert names(response) == []
    assert "1 point à corriger" in text(response)


@pytest.mark.parametrize("number", [1, 3])
def test_a_list_costs_the_same_whatever_its_rows(signed_in, number, django_assert_num_queries):
    for index in range(1, number):
        User.objects.create_user(f"p{index}@example.org", f"Personne {index}")
    with django_assert_num_queries(4):  # session, person, count, rows
        signed_in.get("/people/", headers=HTMX)


def test_htmx_gets_the_rows_that_the_page_has(signed_in, many):
    page = signed_in.get("/people/?q=Personne")
    fragment = signed_in.get("/people/?q=Personne", headers=HTMX)
    assert fragment.content.decode().strip() in page.content.decode()
    assert "<html" not in fragment.content.decode()
    assert "HX-Request" in fragment["Vary"]
    assert "htmx-2.min.js" in page.content.decode()


def test_going_back_in_history_gives_the_whole_page(signed_in, many):
    headers = {**HTMX, "HX-History-Restore-Request": "true"}
    assert "<html" in signed_in.get("/people/", headers=headers).content.decode()


# --- Unchanged pages ----------------------------------------------------------------------------------------------


def test_an_unchanged_public_page_is_not_sent_again(client, db):
    first = client.get("/versioned/")
    again = client.get("/versioned/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert client.get("/versioned/?v=2", headers={"If-None-Match": first["ETag"]}).status_code == 200
    assert first["Cache-Control"] == "no-cache, public"


def test_a_new_day_changes_the_page(client, db, monkeypatch):
    first = client.get("/versioned/")
    monkeypatch.setattr("ecoquartier.core.clock.today", lambda: date(2031, 1, 1))
    assert client.get("/versioned/", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_public_page_is_drawn_once_for_everybody(client, signed_in, db, settings, monkeypatch):
    settings.CACHES = settings.CACHES | {"pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    drawn = []
    monkeypatch.setattr(Versioned, "get_title", lambda view: drawn.append(view) or "Versions")
    first, again = client.get("/versioned/"), signed_in.get("/versioned/")
    assert (len(drawn), again.content, again["ETag"]) == (1, first.content, first["ETag"])
    assert client.get("/versioned/?v=2").status_code == 200
    assert len(drawn) == 2


# --- Forms --------------------------------------------------------------------------------------------------------


def test_a_form_is_performed_then_says_so(signed_in, person):
    response = signed_in.post(f"/people/{person.pk}/rename/", {"reason": "Camille B."})
    assert (response.status_code, response["Location"]) == (302, "/space/home/")
    assert "Renommé en Camille B." in text(signed_in.get("/space/home/"))


def test_a_wrong_form_comes_back_with_its_errors(signed_in, person):
    response = signed_in.post(f"/people/{person.pk}/rename/", {"reason": ""})
    assert response.status_code == 422
    page = response.content.decode()
    assert "<title>Erreur – Renommer – ÉcoQuartier</title>" in page
    assert '<a href="#id_reason">Motif</a>' in page
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_reason_error"' in page


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [("domain", "Ce nom est déjà pris."), ("transition", "Cette personne est déjà renommée.")],
)
def test_a_refusal_of_the_domain_keeps_what_was_typed(signed_in, person, reason, sentence):
    response = signed_in.post(f"/people/{person.pk}/rename/", {"reason": reason})
    assert response.status_code == 422
    assert sentence in text(response)
    assert f'value="{reason}"' in response.content.decode()


def test_what_a_model_refuses_is_shown_beside_the_field_or_above(signed_in, person):
    response = signed_in.post(f"/people/{person.pk}/rename/", {"reason": "model"})
    assert response.status_code == 422
    assert response.context["form"].errors == {
        "reason": ["Trop court."],
        "__all__": ["Champ absent du formulaire."],
    }


def test_a_refused_permission_is_a_page(signed_in, person):
    response = signed_in.post(f"/people/{person.pk}/rename/", {"reason": "permission"})
    assert response.status_code == 403
    assert "Seul le bureau renomme." in text(response)


def test_a_form_sent_by_htmx_moves_the_whole_page(signed_in, person):
    response = signed_in.post(f"/people/{person.pk}/rename/", {"reason": "Camille"}, headers=HTMX)
    assert (response.status_code, response["HX-Redirect"]) == (200, "/space/home/")


def test_a_confirmation_shows_what_will_happen_then_does_it(signed_in, person):
    page = signed_in.get(f"/people/{person.pk}/confirm/")
    assert "Ce qui va se passer Le nom change partout." in text(page)
    assert "Ce qui ne pourra pas être défait L’ancien nom est oublié." in text(page)
    assert "button-danger" in page.content.decode()
    response = signed_in.post(f"/people/{person.pk}/confirm/", {"reason": "Dominique"})
    assert response["Location"] == "/space/home/"
    person.refresh_from_db()
    assert person.full_name == "Dominique"


def test_a_closed_confirmation_says_why(signed_in, person):
    User.objects.update(full_name="Verrou")
    page = signed_in.get(f"/people/{person.pk}/confirm/")
    assert "Le nom est verrouillé." in text(page)
    assert "Ce qui ne pourra pas être défait" not in text(page)
    assert re.search(r'<button class="button button-danger" type="submit" disabled>', page.content.decode())


# --- Acts in one click --------------------------------------------------------------------------------------------


def test_an_act_goes_back_where_the_person_was(signed_in, person):
    response = signed_in.post(
        f"/people/{person.pk}/act/", {"reason": "Dominique"}, headers={"Referer": "http://testserver/people/?page=2"}
    )
    assert (response["Location"], said(response)) == ("/people/?page=2", ["C’est fait."])


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_an_act_never_sends_elsewhere(signed_in, person, elsewhere):
    response = signed_in.post(
        f"/people/{person.pk}/act/", {"reason": "Dominique", "next": elsewhere}, headers={"Referer": elsewhere}
    )
    assert response["Location"] == "/"


def test_an_act_follows_its_next(signed_in, person):
    response = signed_in.post(f"/people/{person.pk}/act/", {"reason": "Dominique", "next": "/people/?q=a"})
    assert response["Location"] == "/people/?q=a"
    assert signed_in.post(f"/people/{person.pk}/act-home/", {"reason": "D"})["Location"] == "/space/home/"


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("transition", "Cette personne est déjà renommée."),
        ("model", "Trop court. Champ absent du formulaire."),
        ("", "Motif : Ce champ est obligatoire."),
    ],
)
def test_a_refused_act_comes_back_with_its_sentence(signed_in, person, reason, sentence):
    headers = {"Referer": "http://testserver/people/"}
    response = signed_in.post(f"/people/{person.pk}/act/", {"reason": reason}, headers=headers)
    assert (response.status_code, response["Location"]) == (302, "/people/")
    assert said(response) == [sentence.replace("Motif :", "Motif\u00a0:")]
    assert signed_in.post(f"/people/{person.pk}/act-home/", {"reason": reason})["Location"] == "/space/home/"


def test_a_refused_act_is_a_fragment_for_htmx(signed_in, person):
    response = signed_in.post(f"/people/{person.pk}/act/", {"reason": "transition"}, headers=HTMX)
    assert (response.status_code, response["HX-Retarget"]) == (422, "#messages")
    assert text(response) == "Cette personne est déjà renommée."


def test_a_forbidden_act_is_a_page_or_a_fragment(signed_in, person):
    address = f"/people/{person.pk}/act/"
    assert signed_in.post(address, {"reason": "permission"}).status_code == 403
    fragment = signed_in.post(address, {"reason": "permission"}, headers=HTMX)
    assert (fragment.status_code, text(fragment)) == (403, "Seul le bureau renomme.")


def test_an_act_opened_as_a_page_explains_itself(signed_in, person):
    response = signed_in.get(f"/people/{person.pk}/act/")
    assert (response.status_code, response["Allow"]) == (405, "POST, OPTIONS")
    assert "Elle sert à un bouton" in text(response)


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_page_that_is_only_read_serves_nothing_else(db, method):
    response = StrictClient(enforce_csrf_checks=True).generic(method, "/versioned/")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")
