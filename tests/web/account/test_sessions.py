"""Where one is signed in, and closing it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ecoquartier.people.models import User
from ecoquartier.web.account.sessions import machine_of
from tests.support.pages import words
from tests.web.account.support import PASSWORD, SECURITY, SIGN_IN, enter

PAGE = "/compte/sessions/"


def test_each_session_is_listed_with_its_machine(person):
    here, _elsewhere = enter(person), enter(person)
    page = words(here.get(PAGE))
    assert page.count("Firefox, Linux") == 2
    assert page.count("cette session") == 1
    assert "Votre compte est ouvert sur 2 appareils." in words(here.get(SECURITY))


def test_closing_one_ends_it_at_its_next_request(person):
    here, elsewhere = enter(person), enter(person)
    other = person.usersession_set.get(session_key=elsewhere.session.session_key)
    assert here.post(f"{PAGE}{other.pk}/fermer/")["Location"] == PAGE
    assert SIGN_IN in elsewhere.get(PAGE)["Location"]
    assert here.get(PAGE).status_code == 200


def test_closing_the_others_keeps_this_one(person):
    here, first, second = enter(person), enter(person), enter(person)
    here.post(f"{PAGE}fermer/")
    assert here.get(PAGE).status_code == 200
    assert [SIGN_IN in client.get(PAGE)["Location"] for client in (first, second)] == [True, True]


def test_somebody_elses_does_not_exist(person):
    other = User.objects.create_user("autre@example.org", "Autre Personne", PASSWORD)
    theirs = enter(other)
    session = other.usersession_set.get()
    assert enter(person).post(f"{PAGE}{session.pk}/fermer/").status_code == 404
    assert theirs.get(PAGE).status_code == 200


def test_a_session_that_was_left_is_no_longer_listed(person):
    left, here = enter(person), enter(person)
    left.post("/compte/deconnexion/")
    assert words(here.get(PAGE)).count("Firefox, Linux") == 1


def test_queries_are_constant(person):
    counts = set()
    for _ in range(3):
        client = enter(person)
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        counts.add(len(queries))
    assert len(counts) == 1


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140 Safari/537.36 Edg/140",
            "Edge, Windows",
        ),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("curl/8", "Navigateur inconnu"),
    ],
)
def test_machines_are_named_in_plain_words(agent, said):
    assert machine_of(agent) == said
