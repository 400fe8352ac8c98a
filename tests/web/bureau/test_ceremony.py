"""The ceremony: its day, its laureates, two people to publish."""

import pytest
from django.urls import reverse

from ecoquartier.awards import services
from ecoquartier.awards.models import Award, Ceremony
from ecoquartier.core import clock
from tests.support.pages import queries_of, read, signed_in, words
from tests.support.world import fresh


@pytest.fixture
def year(world):
    return world.play.campaign.year


@pytest.fixture
def url(year):
    """Address of a page of this ceremony."""

    def of(name="ceremony"):
        return reverse(f"bureau:{name}", kwargs={"year": year})

    return of


@pytest.fixture
def second(world):
    return fresh(world.cast.bureau[1])


@pytest.fixture
def award(world):
    """A label notified to its holder."""
    _part, dossier = world.awarded()
    made = Award.objects.get(dossier=dossier)
    services.announce(made.item.sitting, actor=world.bureau)
    return Award.objects.get()


@pytest.fixture
def ceremony(world, award):
    return services.plan_ceremony(world.play.campaign, actor=world.bureau, held_on=clock.today())


def test_the_day_is_set_then_moved(world, url):
    client = signed_in(world.bureau)
    assert "Aucun lauréat pour le moment" in words(client.get(url()))
    today = clock.today()
    assert client.post(url(), {"held_on": today.isoformat()})["Location"] == url()
    assert Ceremony.objects.get().held_on == today
    response = client.post(url(), {"held_on": today.replace(today.year + 3, 1, 1).isoformat()})
    assert response.status_code == 422
    assert "La cérémonie a lieu l’année de la campagne ou la suivante." in words(response)


def test_laureates_are_listed_with_their_state(world, award, url):
    page = read(world.bureau, url())
    assert "1 lauréat" in page
    assert award.operation.name in page
    assert "notifié" in page
    assert "Après la publication" in page


def test_two_people_publish_page_by_page(world, award, ceremony, second, url):
    first = signed_in(world.bureau)
    assert "Demander la publication" in words(first.get(url()))
    assert first.post(url("ceremony-request"))["Location"] == url()
    page = words(first.get(url()))
    assert "Une autre personne du bureau doit confirmer la publication." in page
    response = first.post(url("ceremony-confirm"))
    assert response.status_code == 422
    assert "Une autre personne du bureau doit confirmer" in words(first.get(url("ceremony-confirm")))
    other = signed_in(second)
    page = words(other.get(url("ceremony-confirm")))
    assert "1 label devient public." in page
    assert "La publication ne s’annule pas." in page
    assert other.post(url("ceremony-confirm"))["Location"] == url()
    award.refresh_from_db()
    assert award.state == "published"
    page = words(other.get(url()))
    assert "En préparation" in page  # the certificate
    assert world.bureau.full_name in page
    assert "Enregistrer la date" not in page
    assert other.post(url("ceremony-confirm")).status_code == 422
    assert "La cérémonie est « publiée »." in words(other.get(url("ceremony-confirm")))


def test_a_closed_step_says_why(world, url):
    world.awarded()  # decided, not notified
    services.plan_ceremony(world.play.campaign, actor=world.bureau, held_on=clock.today())
    client = signed_in(world.bureau)
    assert "1 label n’est pas encore notifié à son porteur." in words(client.get(url()))
    response = client.post(url("ceremony-request"), follow=True)
    assert "pas encore notifié" in words(response)
    assert Ceremony.objects.get().state == "planned"


def test_a_request_is_taken_back(world, ceremony, second, url):
    signed_in(world.bureau).post(url("ceremony-request"))
    response = signed_in(second).post(url("ceremony-cancel"), follow=True)
    assert "La demande de publication est annulée." in words(response)
    assert Ceremony.objects.get().state == "planned"
    response = signed_in(second).post(url("ceremony-cancel"), follow=True)
    assert "C’est déjà fait" in words(response)


def test_nobody_else_sees_who_is_labelled(world, award, ceremony, url):
    for person in (world.coordinator, world.cast.seat_holder(award.item.sitting.commission, "secretary")):
        client = signed_in(person)
        assert client.get(url()).status_code == 403
        assert client.post(url("ceremony-request")).status_code == 404
        assert client.get(url("ceremony-confirm")).status_code == 404
    assert Ceremony.objects.get().state == "planned"


def test_an_unknown_year_does_not_exist(world):
    assert signed_in(world.bureau).get(reverse("bureau:ceremony", kwargs={"year": 1999})).status_code == 404


def test_the_page_has_a_bounded_cost(world, award, ceremony, url):
    assert queries_of(world.bureau, url()) <= 15
