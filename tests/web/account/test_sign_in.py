"""Signing in and out, and the personas of a demonstration."""

import pytest
from django.contrib.auth import SESSION_KEY

from ecoquartier.people.models import Installation, User
from ecoquartier.web.account.attempts import FAILURES
from tests.support.client import StrictClient

SIGN_IN = "/compte/connexion/"
PASSWORD = "une phrase assez longue"


@pytest.fixture
def person(db):
    return User.objects.create_user("camille@example.org", "Camille Armand", PASSWORD)


def sign_in(client, email="camille@example.org", password=PASSWORD, **more):
    return client.post(SIGN_IN, {"email": email, "password": password, **more})


def words(response) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def test_the_right_password_opens_the_space(person, client):
    response = sign_in(client)
    assert (response.status_code, response.headers["Location"]) == (302, "/espace/")
    assert client.session[SESSION_KEY] == str(person.pk)


def test_the_case_of_the_address_does_not_matter(person, client):
    assert sign_in(client, email="Camille@Example.ORG").status_code == 302


@pytest.mark.parametrize(
    ("email", "password"), [("camille@example.org", "une autre phrase"), ("inconnue@example.org", PASSWORD)]
)
def test_a_refusal_says_the_same_whether_the_address_exists_or_not(person, client, email, password):
    response = sign_in(client, email=email, password=password)
    assert response.status_code == 422
    page = words(response)
    assert "L’adresse ou le mot de passe n’est pas le bon." in page
    assert email in page
    assert password not in page
    assert SESSION_KEY not in client.session


def test_a_suspended_person_is_told_once_the_password_is_right(person, client):
    User.objects.filter(pk=person.pk).update(is_active=False)
    wrong = sign_in(client, password="une autre phrase")
    assert "L’adresse ou le mot de passe n’est pas le bon." in words(wrong)
    assert "suspendu" not in words(wrong)
    refused = sign_in(client)
    assert "Votre compte est suspendu." in words(client.get(refused["Location"]))
    assert SESSION_KEY not in client.session


def test_an_empty_form_says_what_is_missing(client, db):
    response = client.post(SIGN_IN, {})
    assert response.status_code == 422
    assert "2 points à corriger" in words(response)


@pytest.mark.parametrize("email", ["camille@example.org", "inconnue@example.org"])
def test_ten_failures_close_the_door_even_to_the_right_password(person, client, email):
    for _ in range(FAILURES.most):
        assert sign_in(client, email=email, password="faux").status_code == 422
    response = sign_in(client, email=email)
    assert response.status_code == 429
    assert "réessayez dans quinze minutes" in words(response)
    assert SESSION_KEY not in client.session


def test_the_door_stays_open_for_others_and_elsewhere(person, client):
    User.objects.create_user("autre@example.org", "Autre Personne", PASSWORD)
    for _ in range(FAILURES.most):
        sign_in(client, password="faux")
    assert sign_in(StrictClient(), email="autre@example.org").status_code == 302
    assert sign_in(StrictClient(REMOTE_ADDR="192.0.2.7")).status_code == 302


def test_a_success_forgets_the_failures(person, client):
    for _ in range(FAILURES.most - 1):
        sign_in(client, password="faux")
    assert sign_in(client).status_code == 302
    assert not FAILURES.is_reached("camille@example.org", "127.0.0.1")
    assert sign_in(StrictClient(), password="faux").status_code == 422


def test_an_address_is_believed_from_a_trusted_proxy_only(person, settings):
    def fails_from(address):
        for _ in range(FAILURES.most):
            sign_in(StrictClient(headers={"X-Forwarded-For": f"203.0.113.9, {address}"}), password="faux")

    fails_from("198.51.100.1")
    assert FAILURES.is_reached("camille@example.org", "127.0.0.1")
    settings.TRUSTED_PROXIES = ["127.0.0.0/8"]
    fails_from("198.51.100.2")
    assert FAILURES.is_reached("camille@example.org", "198.51.100.2")
    assert not FAILURES.is_reached("camille@example.org", "203.0.113.9")


def test_the_person_goes_where_they_were_going(person, client):
    refused = client.get("/espace/operations/")
    assert refused.headers["Location"] == f"{SIGN_IN}?next=/espace/operations/"
    page = words(client.get(refused.headers["Location"]))
    assert 'name="next" value="/espace/operations/"' in page
    assert sign_in(client, next="/espace/operations/").headers["Location"] == "/espace/operations/"


@pytest.mark.parametrize(
    "elsewhere", ["https://example.com/", "//example.com/", "javascript:alert(1)", "/\\example.com"]
)
def test_nobody_is_sent_to_another_site(person, client, elsewhere):
    assert sign_in(client, next=elsewhere).headers["Location"] == "/espace/"


def test_somebody_already_signed_in_goes_on(person, client):
    client.force_login(person)
    assert client.get(SIGN_IN).headers["Location"] == "/espace/"


def test_signing_out_is_a_post(person, client):
    client.force_login(person)
    assert client.get("/compte/deconnexion/").status_code == 405
    assert client.session[SESSION_KEY]
    left = client.post("/compte/deconnexion/")
    assert (left["Location"], left["Clear-Site-Data"]) == ("/", '"cache"')
    assert SESSION_KEY not in client.session


def test_signing_out_twice_is_no_error(client, db):
    assert client.post("/compte/deconnexion/").status_code == 302


def test_the_form_needs_its_token(person):
    client = StrictClient(enforce_csrf_checks=True)
    assert sign_in(client).status_code == 403


# The demonstration


@pytest.fixture
def persona(db, settings):
    settings.DEMO = True
    user = User.objects.create_user("experte@demo.example", "Rémi Doucelande", is_demo=True)
    other = User.objects.create_user("second@demo.example", "Armelle Islemaure", is_demo=True)
    Installation.objects.create(
        is_demo=True,
        personas=[
            [str(user.pk), "Expert, premier", "Visite et scelle son expertise."],
            [str(other.pk), "Expert, second", "Approuve la synthèse."],
        ],
    )
    return user


def demo(user) -> str:
    return f"/compte/demonstration/{user.pk}/"


def test_a_demonstration_offers_each_persona_with_what_they_do(persona, client):
    page = words(client.get(SIGN_IN))
    assert page.count('class="card-title">Expert</h3>') == 1
    assert "Visite et scelle son expertise." in page
    assert "Entrer : Rémi Doucelande" in page
    assert demo(persona) in page


def test_one_click_signs_in(persona, client):
    response = client.post(demo(persona), {"next": "/espace/operations/"})
    assert response.headers["Location"] == "/espace/operations/"
    assert client.session[SESSION_KEY] == str(persona.pk)


def test_a_persona_can_be_left_for_another(persona, client):
    client.post(demo(persona))
    other = User.objects.get(email="second@demo.example")
    assert "Armelle Islemaure" in words(client.get(SIGN_IN))
    client.post(demo(other))
    assert client.session[SESSION_KEY] == str(other.pk)


def test_one_click_is_a_post(persona, client):
    assert client.get(demo(persona)).status_code == 405
    assert SESSION_KEY not in client.session


def test_only_invented_and_active_people_are_offered(persona, client):
    real = User.objects.create_user("reelle@example.org", "Personne Réelle", PASSWORD)
    assert client.post(demo(real)).status_code == 404
    User.objects.filter(pk=persona.pk).update(is_active=False)
    assert client.post(demo(persona)).status_code == 404
    assert SESSION_KEY not in client.session


def test_outside_a_demonstration_nothing_is_offered(persona, client, settings):
    settings.DEMO = False
    assert "Rémi Doucelande" not in words(client.get(SIGN_IN))
    assert client.post(demo(persona)).status_code == 404


def test_an_unmarked_database_is_not_a_demonstration(persona, client):
    Installation.objects.all().delete()
    assert "Rémi Doucelande" not in words(client.get(SIGN_IN))
    assert client.post(demo(persona)).status_code == 404


def test_queries_are_constant(persona, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        client.get(SIGN_IN)
