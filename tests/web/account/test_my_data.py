"""My account, what is known of me, my copy, and my erasure."""

import json

from django.urls import reverse

from ecoquartier.accounts.queries import held_counts
from ecoquartier.core.registry import personal_data
from ecoquartier.people.models import User
from tests.support.client import StrictClient
from tests.support.pages import queries_of, read, signed_in, words
from tests.support.world import fresh

HOME, DATA, ERASE = (reverse(f"account:{name}") for name in ("home", "data", "data-erase"))
EXPORT = reverse("account:data-export")


def test_my_account_says_who_i_am(world):
    page = read(world.correspondent, HOME)
    assert "Correspondant ville durable, Mayenne (53)" in page
    assert str(world.correspondent.memberships.get().organisation) in page
    page = read(User.objects.create_user("seule@example.org", "Seule"), HOME)
    assert "Aucun rôle ne vous est confié" in page
    assert "Vous n’agissez pour aucun organisme" in page


def test_what_is_known_is_said_in_words(world):
    part, _dossier = world.submitted()
    page = read(part.lead, DATA)
    for held in ("Le nom et l’adresse électronique", "Les équipes d’opérations", "Les actes de la personne"):
        assert held in page
    assert queries_of(part.lead, DATA) <= 15
    assert queries_of(part.lead, HOME) <= 15


def test_the_counts_are_those_of_the_copy(world):
    part, _dossier = world.submitted()
    copy = json.loads(signed_in(part.lead).get(EXPORT).content)
    counted = {key for key, data in personal_data.items() if data.fields and data.person}
    assert held_counts(part.lead) == {key: len(copy.get(key, ())) for key in held_counts(part.lead)}
    assert set(copy) <= counted


def test_the_copy_is_a_file_of_ones_own(world):
    response = signed_in(world.correspondent).get(EXPORT)
    assert response["Content-Disposition"].startswith('attachment; filename="mes-donnees-')
    assert "no-store" in response["Cache-Control"]
    found = json.loads(response.content)
    assert found["people.User"][0]["email"] == world.correspondent.email
    assert world.bureau.email not in response.content.decode()


def test_erasing_asks_for_the_address_and_ends_everything(world):
    person = User.objects.create_user("partante@example.org", "Paule Partante")
    here, elsewhere = signed_in(person), signed_in(person)
    assert "Effacer pour toujours" in words(here.get(ERASE))
    refused = here.post(ERASE, {"email": "autre@example.org"})
    assert refused.status_code == 422
    assert "Ce n’est pas l’adresse de ce compte." in words(refused)
    assert fresh(person).full_name == "Paule Partante"
    response = here.post(ERASE, {"email": "Partante@Example.org"}, follow=True)
    assert "Votre compte et vos données sont effacés." in response.content.decode()
    assert fresh(person).full_name == "Personne effacée"
    for client in (here, elsewhere):
        assert client.get(HOME).status_code == 302


def test_who_holds_a_duty_reads_why_not(world):
    person = world.correspondent
    assert "demandez d’abord la fin de ce rôle" in read(person, DATA)
    client = signed_in(person)
    assert "demandez d’abord la fin de ce rôle" in words(client.get(ERASE))
    assert client.post(ERASE, {"email": person.email}).status_code == 422
    assert fresh(person).is_active


def test_it_is_for_who_is_signed_in(db):
    for address in (HOME, DATA, ERASE, EXPORT):
        assert StrictClient().get(address).status_code == 302
