"""The page of an invitation: read by anybody who has the link, accepted by a form, once."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from ecoquartier.accounts.models import Invitation
from ecoquartier.accounts.queries import invitation_secret
from ecoquartier.accounts.services import invitations, roles
from ecoquartier.core import clock
from ecoquartier.notifications.services import send_ready
from ecoquartier.people.models import User
from ecoquartier.web.account.invitations import GUESSES
from tests.support.client import StrictClient
from tests.support.pages import signed_in, words
from tests.support.world import fresh

ADDRESS = "dominique@ville.example"
TYPED = {"full_name": "Dominique Lebrun", "password": "une phrase assez longue"}


@pytest.fixture
def place(world):
    return world.correspondent.memberships.get().organisation


@pytest.fixture
def invitation(world, place):
    actor = world.coordinator
    return invitations.invite(actor, actor=actor, email=ADDRESS, reason="Nouvelle.", organisation=place)


def url(secret):
    return reverse("account:invitation", kwargs={"secret": secret})


@pytest.fixture
def link(invitation):
    return url(invitation_secret(invitation.pk))


def test_the_link_of_the_letter_opens_the_page(world, invitation, client, place):
    mail.outbox.clear()
    send_ready()
    letter = next(m for m in mail.outbox if m.to == [ADDRESS])
    path = re.search(r"/compte/invitation/[\w-]+/", letter.body)[0]
    response = client.get(path)
    page = words(response)
    assert f"{world.coordinator} vous invite à rejoindre {place}" in page
    assert ADDRESS in page
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "strict-origin"
    assert '<meta name="robots" content="noindex">' in response.content.decode()


def test_reading_changes_nothing_and_the_form_accepts(link, client, place):
    client.get(link)
    client.head(link)
    assert Invitation.objects.get().is_open
    response = client.post(link, TYPED)
    assert (response.status_code, response["Location"]) == (302, "/espace/")
    person = User.objects.get(email=ADDRESS)
    assert fresh(person).rights.organisations == {place.pk}
    assert person.check_password(TYPED["password"])


def test_one_page_for_what_opens_nothing(link, client, invitation):
    with clock.travel(clock.now() + timedelta(days=15)):
        unknown, expired = client.get(url("x" * 43)), client.get(link)
        Invitation.objects.update(withdrawn_at=clock.now(), expires_at=clock.now() + timedelta(days=1))
        withdrawn = client.get(link)
    assert {r.status_code for r in (unknown, expired, withdrawn)} == {404}
    assert len({words(r) for r in (unknown, expired, withdrawn)}) == 1
    assert "Cette invitation ne sert plus" in words(unknown)


def test_a_link_that_has_served_says_so_and_leads_to_the_sign_in(link, client):
    StrictClient().post(link, TYPED)
    for used in (client.get(link), client.post(link, TYPED)):
        assert used.status_code == 410
        assert "Cette invitation a déjà été acceptée" in words(used)
        assert 'href="/compte/connexion/"' in used.content.decode()


def test_a_used_link_creates_nothing_more(link, client):
    client.post(link, TYPED)
    response = client.post(link, TYPED | {"full_name": "Autre"})
    assert response.status_code == 410
    assert User.objects.get(email=ADDRESS).full_name == TYPED["full_name"]


def test_secrets_are_not_tried_for_long(db, client):
    for n in range(GUESSES.most):
        assert client.get(url(f"{n:043}")).status_code == 404
    assert client.get(url("y" * 43)).status_code == 429


@pytest.mark.parametrize("wrong", [{"password": "court"}, {"password": ""}, {"full_name": ""}])
def test_what_is_missing_is_said_and_the_password_is_not_sent_back(link, client, wrong):
    response = client.post(link, TYPED | wrong)
    assert response.status_code == 422
    assert TYPED["password"] not in response.content.decode()
    assert not User.objects.filter(email=ADDRESS).exists()


def test_an_account_signs_in_then_accepts(link, client, place):
    person = User.objects.create_user(ADDRESS, "Dominique Lebrun", TYPED["password"])
    page = client.get(link)
    assert "Cette adresse a déjà un compte" in words(page)
    assert f"/compte/connexion/?next={link}" in page.content.decode()
    # Whoever has the link only does not become the account.
    assert client.post(link, TYPED | {"password": "une autre phrase longue"}).status_code == 422
    assert signed_in(person).post(link).status_code == 302
    assert fresh(person).rights.organisations == {place.pk}
    assert fresh(person).check_password(TYPED["password"])


def test_nobody_accepts_in_the_place_of_another(world, link):
    for other in (world.coordinator, world.cast.experts[0]):
        client = signed_in(other)
        assert "Vous êtes connecté sous le nom de" in words(client.get(link))
        assert client.post(link, TYPED).status_code == 403
    assert Invitation.objects.get().is_open
    assert not User.objects.filter(email=ADDRESS).exists()


def test_an_invitation_of_a_suspended_person_gives_nothing(world, link, client):
    roles.suspend(world.coordinator, actor=world.bureau, reason="Doute.")
    assert client.post(link, TYPED).status_code == 403
    assert not User.objects.filter(email=ADDRESS).exists()
