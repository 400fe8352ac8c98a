"""The list of sittings, a new one, its agenda."""

from datetime import timedelta

from django.urls import reverse

from ecoquartier.commissions import services
from ecoquartier.commissions.enums import SittingState
from ecoquartier.commissions.models import Sitting
from ecoquartier.core import clock
from tests.support.pages import queries_of, read, signed_in, words

LIST = reverse("commission:sittings")


def plan_url(commission):
    return reverse("commission:sitting-plan", kwargs={"pk": commission.pk})


def test_a_member_reads_the_sittings_of_their_commissions(room, nation):
    page = read(room.member, LIST)
    assert page.count("Séance du") == 2  # the one that proposed the other dossier, and the one to come
    assert "Commission nationale" not in page
    assert "Préparer une séance" not in page


def test_who_runs_a_commission_prepares_its_sittings(room):
    for person in (room.secretary, room.world.coordinator):
        response = signed_in(person).get(LIST)
        assert plan_url(room.commission) in response.content.decode()
    assert plan_url(room.commission) not in signed_in(room.world.bureau).get(LIST).content.decode()


def test_the_list_is_filtered_by_state_and_commission(room):
    address = f"{LIST}?etat=minuted"
    assert "Aucun résultat avec ces filtres." in read(room.secretary, address)
    assert "1 résultat" in read(room.secretary, f"{LIST}?etat=convened&commission={room.commission.pk}")
    other = room.world.cast.commission(None)
    assert "choix" in words(signed_in(room.secretary).get(f"{LIST}?commission={other.pk}")).lower()


def test_an_empty_list_says_why(world):
    commission = world.cast.commission(world.commune.county.region)
    page = read(world.cast.seat_holder(commission, "member"), LIST)
    assert "Aucune séance n’est prévue" in page


def test_the_list_is_not_for_those_who_do_not_sit(world):
    part = world.part()
    response = signed_in(part.lead).get(LIST)
    assert response.status_code == 403
    assert "Les séances sont ouvertes aux membres des commissions" in words(response)


def test_a_sitting_is_prepared_on_the_dossiers_that_are_ready(world):
    _part, dossier = world.assessed()
    commission = world.cast.commission(world.commune.county.region)
    client = signed_in(world.coordinator)
    page = words(client.get(plan_url(commission)))
    assert dossier.operation.name in page
    assert "la moitié des sièges qui votent" in page
    day = clock.today() + timedelta(days=10)
    response = client.post(
        plan_url(commission), {"held_on": day.isoformat(), "place": "En préfecture", "dossiers": [str(dossier.pk)]}
    )
    sitting = Sitting.objects.get()
    assert response["Location"] == reverse("commission:sitting", kwargs={"pk": sitting.pk})
    assert (sitting.held_on, sitting.place, sitting.needs_quorum) == (day, "En préfecture", True)
    assert [item.dossier for item in sitting.items.all()] == [dossier]
    assert "Aucun dossier n’est prêt" in words(client.get(plan_url(commission)))


def test_a_preparation_is_refused_without_dossier_or_in_the_past(world):
    _part, dossier = world.assessed()
    commission = world.cast.commission(world.commune.county.region)
    client = signed_in(world.coordinator)
    response = client.post(plan_url(commission), {"held_on": clock.today().isoformat()})
    assert response.status_code == 422
    assert "Choisissez au moins un dossier." in words(response)
    yesterday = clock.today() - timedelta(days=1)
    response = client.post(plan_url(commission), {"held_on": yesterday.isoformat(), "dossiers": [str(dossier.pk)]})
    assert response.status_code == 422
    assert "La séance ne peut pas être prévue dans le passé." in words(response)
    assert not Sitting.objects.exists()


def test_a_first_sitting_cannot_do_without_quorum(world):
    _part, dossier = world.assessed()
    commission = world.cast.commission(world.commune.county.region)
    response = signed_in(world.coordinator).post(
        plan_url(commission),
        {"held_on": clock.today().isoformat(), "dossiers": [str(dossier.pk)], "without_quorum": "on"},
    )
    assert response.status_code == 422
    assert "le quorum est requis" in words(response)


def test_members_prepare_nothing(room):
    assert signed_in(room.member).get(plan_url(room.commission)).status_code == 404
    assert signed_in(room.world.bureau).get(plan_url(room.commission)).status_code == 404


def test_the_agenda_is_completed(room):
    _part, other = room.world.assessed()
    address = reverse("commission:agenda", kwargs={"pk": room.sitting.pk})
    client = signed_in(room.world.coordinator)
    assert other.operation.name in words(client.get(address))
    assert client.post(address, {"dossiers": [str(other.pk)]}).status_code == 302
    assert room.sitting.items.count() == 2
    assert "Aucun autre dossier n’est prêt" in words(client.get(address))
    assert client.post(address, {"dossiers": [str(other.pk)]}).status_code == 422
    assert signed_in(room.member).get(address).status_code == 403


def test_the_list_costs_the_same_whatever_its_rows(room):
    first = queries_of(room.secretary, LIST)
    for days in (3, 4):
        services.plan_sitting(
            room.commission,
            actor=room.secretary,
            campaign=room.world.play.campaign,
            held_on=clock.today() + timedelta(days=days),
        )
    assert Sitting.objects.filter(state=SittingState.PLANNED).count() == 2
    assert queries_of(room.secretary, LIST) == first
    assert first <= 15
