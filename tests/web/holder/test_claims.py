"""Claiming an operation, and the correspondent's desk."""

import pytest
from django.urls import reverse

from ecoquartier.operations import services
from ecoquartier.operations.enums import ClaimState, TeamRole
from ecoquartier.operations.models import Claim
from tests.web.holder.test_operations import text, url

DESK = reverse("holder:claims")


def claim_url(name: str, claim: Claim) -> str:
    return reverse(f"holder:{name}", kwargs={"pk": claim.pk})


@pytest.fixture
def claimant(person):
    return person("demandeur", organisation="SEM du Vallon")


@pytest.fixture
def claim(free_operation, claimant):
    """A claim on a free operation of Laval."""
    return services.claim(free_operation(), actor=claimant, organisation=claimant.memberships.get().organisation)


def ask(client, operation, user):
    body = user.memberships.get().organisation
    return client.post(url("operation-claim", operation), {"organisation": str(body.pk)})


# Claiming


def test_somebody_claims_for_one_of_their_organisations(free_operation, claimant, sign_in):
    operation, client = free_operation(), sign_in(claimant)
    page = text(client.get(url("operation-claim", operation)))
    assert "SEM du Vallon" in page
    assert "Ce qui va se passer" in page
    response = ask(client, operation, claimant)
    assert response.status_code == 302
    made = Claim.objects.get()
    assert (made.user, made.state) == (claimant, ClaimState.PROVISIONAL)
    assert "Votre demande est envoyée" in text(client.get(response["Location"]))


def test_asking_twice_is_refused(claim, claimant, sign_in):
    response = ask(sign_in(claimant), claim.operation, claimant)
    assert response.status_code == 422
    assert "Vous avez déjà demandé à reprendre cette opération." in text(response)


def test_a_person_without_organisation_reads_what_to_do(free_operation, person, sign_in):
    operation, client = free_operation(), sign_in(person("seule"))
    page = text(client.get(url("operation-claim", operation)))
    assert "Vous n’êtes rattaché à aucun organisme." in page
    assert 'name="organisation"' not in page
    assert client.post(url("operation-claim", operation), {}).status_code == 422


def test_somebody_else_s_organisation_is_refused(free_operation, claimant, person, sign_in):
    operation = free_operation()
    other = person("autre", organisation="Autre organisme").memberships.get().organisation
    response = sign_in(claimant).post(url("operation-claim", operation), {"organisation": str(other.pk)})
    assert response.status_code == 422
    assert not Claim.objects.exists()


def test_a_held_operation_says_who_holds_it(world, claimant, sign_in):
    part = world.part(filled=False)
    page = text(sign_in(claimant).get(url("operation-claim", part.operation)))
    assert "Cette opération a déjà un porteur : Société d’aménagement, Laval" in page
    assert "disabled" in page


def test_a_visitor_signs_in_first(free_operation, client):
    response = client.get(url("operation-claim", free_operation()))
    assert response.status_code == 302
    assert reverse("account:sign-in") in response["Location"]


# The desk


def test_the_correspondent_reads_the_claim_and_confirms(world, claim, claimant, sign_in):
    client = sign_in(world.correspondent)
    assert "SEM du Vallon" in text(client.get(DESK))
    page = text(client.get(claim_url("claim", claim)))
    for words in ("Demandeur", "chargé d’opération", "demandeur@example.org", "aménageur", "Le Vallon des Lices"):
        assert words in page
    assert "SEM du Vallon devient le porteur de l’opération." in page
    assert client.post(claim_url("claim", claim)).status_code == 302
    claim.refresh_from_db()
    operation = claim.operation
    assert claim.state == ClaimState.CONFIRMED
    assert operation.holder.name == "SEM du Vallon"
    assert operation.team.get(user=claimant).role == TeamRole.LEAD
    assert "Aucune demande n’attend." in text(client.get(DESK))
    assert "SEM du Vallon" in text(client.get(DESK, {"etat": "traitees"}))


def test_confirming_twice_is_refused(world, claim, sign_in):
    client = sign_in(world.correspondent)
    client.post(claim_url("claim", claim))
    assert "Cette demande est déjà confirmée." in text(client.get(claim_url("claim", claim)))
    response = client.post(claim_url("claim", claim))
    assert response.status_code == 422
    assert "C’est déjà fait" in text(response)


def test_a_rival_claim_is_shown_then_closed(world, claim, person, sign_in):
    rival = person("rivale", organisation="Régie des Lices")
    other = services.claim(claim.operation, actor=rival, organisation=rival.memberships.get().organisation)
    client = sign_in(world.correspondent)
    assert "Régie des Lices" in text(client.get(claim_url("claim", claim)))
    client.post(claim_url("claim", claim))
    page = text(client.get(claim_url("claim", other)))
    assert "Cette opération a déjà un porteur : SEM du Vallon." in page
    assert "disabled" in page


def test_refusing_needs_a_reason_that_the_person_reads(world, claim, claimant, sign_in):
    client = sign_in(world.correspondent)
    address = claim_url("claim-refuse", claim)
    assert "ne reprendra pas" in text(client.get(address))
    assert client.post(address, {"reason": " "}).status_code == 422
    assert client.post(address, {"reason": "Organisme inconnu ici."}).status_code == 302
    claim.refresh_from_db()
    assert (claim.state, claim.reason) == (ClaimState.REFUSED, "Organisme inconnu ici.")
    assert "Organisme inconnu ici." in text(sign_in(claimant).get(reverse("holder:operations")))
    again = client.post(address, {"reason": "Encore."})
    assert again.status_code == 422
    assert "Cette demande est déjà refusée." in text(client.get(address))


@pytest.mark.parametrize("name", ["claim", "claim-refuse"])
def test_others_do_not_find_a_claim(world, claim, claimant, sign_in, name):
    for user in (claimant, world.coordinator, world.cast.experts[0]):
        assert sign_in(user).get(claim_url(name, claim)).status_code == 404
        assert sign_in(user).post(claim_url(name, claim), {"reason": "x"}).status_code == 404
    assert sign_in(world.bureau).get(claim_url(name, claim)).status_code == 200


def test_the_desk_is_for_services(claimant, sign_in):
    response = sign_in(claimant).get(DESK)
    assert response.status_code == 403
    assert "confirmées par les correspondants" in text(response)


def test_queries_of_the_desk_do_not_grow(world, free_operation, person, sign_in, django_assert_max_num_queries):
    def add(number: int) -> None:
        user = person(f"demandeur-{number}", organisation=f"SEM {number}")
        body = user.memberships.get().organisation
        services.claim(free_operation(f"Opération {number}"), actor=user, organisation=body)

    def count() -> int:
        client = sign_in(world.correspondent)
        with django_assert_max_num_queries(15) as queries:
            client.get(DESK)
        return len(queries)

    add(1)
    one = count()
    add(2)
    add(3)
    assert count() == one
