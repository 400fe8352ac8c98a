"""What one receives, chosen by oneself; an address that fails."""

from django.urls import reverse

from ecoquartier.notifications.models import Bounce, Preference
from tests.support.pages import read, signed_in, words

PAGE = reverse("account:notifications")
CHOICE = {"deadline": "daily", "progress": "never", "news": "at_once"}


def test_families_and_what_is_never_turned_off(world):
    page = read(world.coordinator, PAGE)
    assert "Avancement des dossiers" in page
    assert "Toujours tout de suite Ce qui est attendu de vous Décisions et convocations" in page
    assert "refuse nos messages" not in page


def test_choices_come_in_the_same_order_and_none_is_asked_for(world):
    page = read(world.coordinator, PAGE)
    assert page.count("Tout de suite Dans un résumé par jour") == 3
    assert "obligatoires" not in page


def test_what_is_not_said_stays_as_it_was(world):
    signed_in(world.coordinator).post(PAGE, {"progress": "never"})
    assert dict(Preference.objects.values_list("family", "cadence")) == {"progress": "never"}


def test_choices_are_kept(world):
    person = world.coordinator
    response = signed_in(person).post(PAGE, CHOICE, follow=True)
    assert "Vos choix sont enregistrés." in words(response)
    assert dict(Preference.objects.filter(user=person).values_list("family", "cadence")) == CHOICE


def test_an_official_family_is_not_turned_off_by_a_forged_form(world):
    client = signed_in(world.coordinator)
    assert client.post(PAGE, CHOICE | {"deadline": "never"}).status_code == 422
    client.post(PAGE, CHOICE | {"act": "never"})
    assert not Preference.objects.filter(cadence="never").exclude(family="progress").exists()


def test_a_failing_address_is_shown_to_its_owner_who_vouches_for_it(world):
    person = world.coordinator
    Bounce.objects.create(user=person, address=person.email, reason="550 Boîte fermée")
    assert "Vérifier votre adresse électronique" in read(person, reverse("space:home"))
    assert "550 Boîte fermée" in read(person, PAGE)
    response = signed_in(person).post(reverse("account:confirm-address"), follow=True)
    assert "de nouveau considérée comme bonne" in words(response)
    assert not Bounce.objects.exists()


def test_a_visitor_signs_in_first(client):
    assert "/compte/connexion/" in client.get(PAGE)["Location"]
