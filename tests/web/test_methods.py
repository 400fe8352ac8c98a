"""Every address, by every method and every persona: reading rights hold for writing too, and nothing else answers.

The rights themselves are the table of `test_access_matrix`. Each request is taken back, so that all start from the same
state.
"""

from __future__ import annotations

from contextlib import contextmanager
from http.cookies import SimpleCookie

import pytest
from django.db import transaction
from django.urls import reverse

from ecoquartier.journal.models import Entry
from ecoquartier.people.models import User
from tests.support.client import StrictClient
from tests.support.world import fresh
from tests.web.test_access_matrix import PERSONAS, arguments, every_address, letter, play, read_table

# Served, seen in the page, taken as written; never an error of ours.
ANSWERS = {200, 202, 302, 400, 403, 404, 405, 409, 422, 503}
REFUSED = {"L": {302}, "3": {403, 405}, "4": {403, 404, 405}}


@contextmanager
def taken_back(client):
    """Whatever the request wrote, and the session it may have closed, is as before."""
    cookies = SimpleCookie(client.cookies.output(header="", sep=";"))
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    client.cookies = cookies


@pytest.fixture
def walk(world, settings):
    """function(persona, method) → name, answer and number of acts written, for each address."""
    settings.DEMO = True
    people, objects = play(world)
    args_of = arguments(world, *objects)
    addresses = {name: reverse(name, kwargs=args_of(name, pattern)) for name, pattern in every_address().items()}

    def ask(persona, method, client=None):
        client = client or StrictClient()
        if user := people[persona]:
            client.force_login(fresh(user))
        before = Entry.objects.count()
        for name, address in addresses.items():
            with taken_back(client):
                response = client.generic(method, address)
                yield name, response, Entry.objects.count() - before

    return ask


@pytest.mark.parametrize("persona", PERSONAS)
def test_who_may_not_read_may_not_write(walk, persona):
    table = read_table()
    for name, response, acts in walk(persona, "POST"):
        expected = table[name][persona] if name in table else ""
        assert response.status_code in ANSWERS, f"{name}: {response.status_code}"
        if expected in REFUSED:
            assert response.status_code in REFUSED[expected], f"{name}: {response.status_code}"
            assert acts == 0, name
            if expected == "L":
                assert "/compte/connexion/" in response["Location"], name


@pytest.mark.parametrize("persona", ["visitor", "bureau"])
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_no_other_method_is_served(walk, persona, method):
    for name, response, acts in walk(persona, method):
        assert response.status_code in {302, 403, 404, 405}, f"{name}: {response.status_code}"
        if response.status_code == 302:
            assert "/compte/connexion/" in response["Location"], name
        assert acts == 0, name


@pytest.mark.parametrize("persona", ["visitor", "bureau"])
def test_a_head_is_a_get_without_its_body(walk, persona):
    table = read_table()
    for name, response, acts in walk(persona, "HEAD"):
        assert name not in table or letter(response) == table[name][persona], name
        assert response.streaming or response.content == b"", name
        assert acts == 0, name


def test_nothing_is_written_without_the_token_of_the_page(walk):
    table = read_table()
    for name, response, acts in walk("bureau", "POST", StrictClient(enforce_csrf_checks=True)):
        # What does not exist for them does not exist by POST either.
        refused = {404} if name in table and table[name]["bureau"] == "4" else set()
        assert response.status_code in {403, 405} | refused, f"{name}: {response.status_code}"
        assert acts == 0, name


def test_somebody_suspended_is_nobody_from_the_next_request(walk, world):
    """The session was open: it opens nothing any more."""
    client = StrictClient()
    person = world.bureau
    client.force_login(person)
    desk = reverse("bureau:journal")
    assert client.get(desk).status_code == 200
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get(desk).status_code == 302
    client.logout()
    table = read_table()
    asked = 0
    for name, response, acts in walk("bureau", "POST"):
        if table.get(name, {}).get("visitor") == "L":
            assert response.status_code == 302, name
            assert "/compte/connexion/" in response["Location"], name
            assert acts == 0, name
            asked += 1
    assert asked > 20
