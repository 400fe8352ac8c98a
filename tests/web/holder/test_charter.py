"""Reading and signing the charter."""

from django.urls import reverse

from ecoquartier.operations import services
from ecoquartier.operations.enums import CharterState
from ecoquartier.operations.models import CharterSignature, Operation
from ecoquartier.people.models import User
from tests.web.holder.test_operations import text, url


def unsigned(world) -> tuple[Operation, User, User]:
    """(operation, lead, elected) of an operation just confirmed."""
    lead, elected, developer = world.cast.holder_team(world.commune, 9)
    operation = services.add_operation(name="Le Quai", lead_commune=world.commune)
    claim = services.claim(operation, actor=lead, organisation=developer)
    services.confirm_claim(claim, actor=world.correspondent)
    return Operation.objects.get(pk=operation.pk), lead, elected


def test_the_representative_signs(world, sign_in):
    operation, _lead, elected = unsigned(world)
    client, address = sign_in(elected), url("charter-sign", operation)
    page = text(client.get(address))
    assert '<li value="20">' in page
    assert "Commune de Laval" in page
    town = operation.collectivites.get()
    response = client.post(address, {"organisation": str(town.pk), "has_read": "on"})
    assert response.status_code == 302
    signature = CharterSignature.objects.get(operation=operation)
    assert (signature.state, signature.signed_by) == (CharterState.CONFIRMED, elected)
    assert "La charte est signée." in text(client.get(response["Location"]))


def test_signing_without_having_read_is_refused(world, sign_in):
    operation, _lead, elected = unsigned(world)
    town = operation.collectivites.get()
    response = sign_in(elected).post(url("charter-sign", operation), {"organisation": str(town.pk)})
    assert response.status_code == 422
    assert not CharterSignature.objects.filter(operation=operation).exists()


def test_signing_twice_is_refused(world, sign_in):
    operation, _lead, elected = unsigned(world)
    client, address, town = sign_in(elected), url("charter-sign", operation), operation.collectivites.get()
    sent = {"organisation": str(town.pk), "has_read": "on"}
    client.post(address, sent)
    assert client.post(address, sent).status_code == 422
    page = text(client.get(address))
    assert "Votre collectivité a déjà signé la charte pour cette opération." in page
    assert 'name="has_read"' not in page


def test_the_team_reads_and_does_not_sign(world, sign_in):
    operation, lead, _elected = unsigned(world)
    client, address, town = sign_in(lead), url("charter-sign", operation), operation.collectivites.get()
    page = text(client.get(address))
    assert "Seul un représentant de la collectivité peut la signer (Commune de Laval)." in page
    assert 'name="has_read"' not in page
    assert client.post(address, {"organisation": str(town.pk), "has_read": "on"}).status_code == 403


def test_the_charter_of_an_operation_without_holder_waits(world, free_operation, sign_in):
    page = text(sign_in(world.correspondent).get(url("charter-sign", free_operation())))
    assert "La collectivité compétente sera connue quand un porteur sera confirmé." in page


def test_a_stranger_does_not_find_the_charter(world, person, sign_in):
    operation, _lead, _elected = unsigned(world)
    assert sign_in(person("inconnue")).get(url("charter-sign", operation)).status_code == 404


def test_an_unknown_operation_is_not_found(world, sign_in):
    address = reverse("holder:charter-sign", kwargs={"pk": "00000000-0000-4000-8000-000000000000"})
    assert sign_in(world.bureau).get(address).status_code == 404
