"""The correspondent's desk: who asks, what the draft would bring, what is chosen."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from ecoquartier.core import clock
from ecoquartier.operations import services
from ecoquartier.operations.enums import ClaimState, TeamRole
from ecoquartier.operations.models import Claim, Operation
from ecoquartier.people.models import Membership, Organisation, RoleGrant
from ecoquartier.territories.models import Commune, County
from tests.support.world import fresh
from tests.web.holder.test_operations import text

DESK = reverse("holder:claims")


def claim_url(name: str, claim: Claim) -> str:
    return reverse(f"holder:{name}", kwargs={"pk": claim.pk})


@pytest.fixture
def claimant(person):
    return person("demandeur", organisation="SEM du Vallon")


def body_of(user):
    return user.memberships.get().organisation


@pytest.fixture
def claim(free_operation, claimant):
    """A claim on a free operation of Laval."""
    return services.claim(free_operation(), actor=claimant, organisation=body_of(claimant))


@pytest.fixture
def creation(world, claimant):
    """An operation to create in Laval."""
    return services.ask_creation(body_of(claimant), actor=claimant, name="Les Prés hauts", commune=world.commune)


def seen_in(response):
    return re.search(r'name="seen" value="(\w+)"', response.content.decode()).group(1)


def confirm(client, claim, **choices):
    seen = seen_in(client.get(claim_url("claim", claim)))
    return client.post(claim_url("claim", claim), {"seen": seen, **choices})


def write(claim, **values):
    services.write_draft(claim, actor=fresh(claim.user), **values)
    claim.refresh_from_db()


def test_the_correspondent_reads_the_claim_and_confirms(world, claim, claimant, sign_in):
    client = sign_in(world.correspondent)
    assert "SEM du Vallon" in text(client.get(DESK))
    page = text(client.get(claim_url("claim", claim)))
    for words in ("Demandeur", "chargé d’opération", "demandeur@example.org", "aménageur", "Le Vallon des Lices"):
        assert words in page
    assert "SEM du Vallon devient le porteur de l’opération." in page
    assert confirm(client, claim).status_code == 302
    claim.refresh_from_db()
    operation = claim.operation
    assert claim.state == ClaimState.CONFIRMED
    assert operation.holder.name == "SEM du Vallon"
    assert operation.team.get(user=claimant).role == TeamRole.LEAD
    assert "Aucune demande n’attend." in text(client.get(DESK))
    assert "SEM du Vallon" in text(client.get(DESK, {"etat": "traitees"}))


def test_confirming_twice_is_refused(world, claim, sign_in):
    client = sign_in(world.correspondent)
    address, seen = claim_url("claim", claim), seen_in(client.get(claim_url("claim", claim)))
    client.post(address, {"seen": seen})
    assert "Cette demande est déjà confirmée." in text(client.get(address))
    response = client.post(address, {"seen": seen})
    assert response.status_code == 422
    assert "C’est déjà fait" in text(response)


def test_a_rival_claim_is_shown_then_set_aside(world, claim, person, sign_in):
    rival = person("rivale", organisation="Régie des Lices")
    other = services.claim(claim.operation, actor=rival, organisation=body_of(rival))
    client = sign_in(world.correspondent)
    page = text(client.get(claim_url("claim", claim)))
    assert "Régie des Lices" in page
    assert "Les autres demandes pour cette opération sont écartées." in page
    confirm(client, claim)
    page = text(client.get(claim_url("claim", other)))
    assert "Cette demande est déjà refusée." in page
    assert "disabled" in page


def test_each_conflict_is_chosen(world, claim, sign_in):
    Operation.objects.filter(pk=claim.operation_id).update(context="Le contexte connu.")
    write(claim, context="Mon contexte.", programme="Mon programme.")
    client = sign_in(world.correspondent)
    page = text(client.get(claim_url("claim", claim)))
    for words in ("Le contexte connu.", "Mon contexte.", "à choisir", "Mon programme.", "entre dans la fiche"):
        assert words in page
    assert not re.search(r'name="context"[^>]*checked', page)
    response = confirm(client, claim)
    assert response.status_code == 422
    assert "Ce champ est obligatoire." in text(response)
    assert confirm(client, claim, context="draft").status_code == 302
    operation = Operation.objects.get(pk=claim.operation_id)
    assert (operation.context, operation.programme) == ("Mon contexte.", "Mon programme.")


def test_what_changed_meanwhile_is_told_and_shown_again(world, claim, sign_in):
    write(claim, context="Mon contexte.")
    client = sign_in(world.correspondent)
    seen = seen_in(client.get(claim_url("claim", claim)))
    Operation.objects.filter(pk=claim.operation_id).update(context="Écrit entre-temps.")
    response = client.post(claim_url("claim", claim), {"seen": seen, "context": "draft"})
    assert response.status_code == 422
    page = text(response)
    assert "La fiche ou le brouillon a changé depuis que cette page est ouverte" in page
    assert "Écrit entre-temps." in page
    again = client.post(claim_url("claim", claim), {"seen": seen_in(response), "context": "register"})
    assert again.status_code == 302
    assert Operation.objects.get(pk=claim.operation_id).context == "Écrit entre-temps."


def test_what_the_register_cannot_take_is_told_and_left(world, claim, sign_in):
    operation = claim.operation
    operation.dwellings = 100
    operation.save()
    write(claim, social_dwellings=150)
    client = sign_in(world.correspondent)
    page = text(client.get(claim_url("claim", claim)))
    assert "Il y a plus de logements sociaux que de logements." in page
    response = confirm(client, claim, social_dwellings="draft")
    assert response.status_code == 422
    assert "Il y a plus de logements sociaux que de logements." in text(response)
    assert confirm(client, claim, social_dwellings="register").status_code == 302
    assert Operation.objects.get(pk=operation.pk).social_dwellings is None


def test_refusing_needs_a_reason_that_the_person_reads(world, claim, claimant, sign_in):
    client = sign_in(world.correspondent)
    address = claim_url("claim-refuse", claim)
    assert "ne portera pas" in text(client.get(address))
    assert client.post(address, {"reason": " "}).status_code == 422
    assert client.post(address, {"reason": "Organisme inconnu ici."}).status_code == 302
    claim.refresh_from_db()
    assert (claim.state, claim.reason) == (ClaimState.REFUSED, "Organisme inconnu ici.")
    assert "Organisme inconnu ici." in text(sign_in(claimant).get(reverse("holder:operations")))
    again = client.post(address, {"reason": "Encore."})
    assert again.status_code == 422
    assert "Cette demande est déjà refusée." in text(client.get(address))


# Creations


def test_a_creation_is_confirmed(world, creation, sign_in):
    write(creation, context="Une friche.")
    client = sign_in(world.correspondent)
    assert "création" in text(client.get(DESK))
    page = text(client.get(claim_url("claim", creation)))
    assert "L’opération entre au registre." in page
    assert "Elle n’est pas encore au registre." in page
    assert confirm(client, creation).status_code == 302
    assert Operation.objects.get(name="Les Prés hauts").context == "Une friche."


@pytest.mark.parametrize(
    ("said", "draft", "is_told"),
    [
        ({"figures_source": "Tableau de 2016"}, {"dwellings": 90}, True),
        ({"figures_source": "Tableau de 2016"}, {"dwellings": 90, "figures_source": "Bilan 2025"}, False),
        ({"figures_source": "Tableau de 2016", "dwellings": 90}, {"dwellings": 90}, False),
        ({}, {"dwellings": 90}, False),
        ({"figures_source": "Tableau de 2016"}, {"context": "Une friche."}, False),
    ],
)
def test_it_says_that_the_source_of_figures_leaves_with_them(world, claim, sign_in, said, draft, is_told):
    for name, value in said.items():
        claim.operation.write(name, value)
    claim.operation.save()
    write(claim, **draft)
    page = text(sign_in(world.correspondent).get(claim_url("claim", claim)))
    assert ("la date et la source des chiffres de la fiche s’effacent" in page) is is_told


# Changes of holder


@pytest.fixture
def change(world, claimant):
    """A claim on an operation that somebody else holds."""
    part = world.part(filled=False)
    return part, services.claim(part.operation, actor=claimant, organisation=body_of(claimant))


def test_the_desk_says_whose_agreement_is_awaited(world, change, sign_in):
    part, claim = change
    client = sign_in(world.correspondent)
    assert "reprise, avec changement de porteur" in text(client.get(DESK))
    page = text(client.get(claim_url("claim", claim)))
    assert "accord attendu" in page
    assert "un accord est attendu (Commune de Laval)" in page
    assert "disabled" in page
    services.agree_to_holder(claim, actor=fresh(part.elected), organisation=part.operation.collectivites.get())
    page = text(client.get(claim_url("claim", claim)))
    assert "accord donné le" in page
    assert "ne la porte plus" in page
    assert confirm(client, claim).status_code == 302


def test_an_agreement_in_writing_is_recorded(world, change, sign_in):
    part, claim = change
    client, address = sign_in(world.correspondent), claim_url("claim-agreement", claim)
    town = part.operation.collectivites.get()
    day = clock.today() - timedelta(days=2)
    values = {"organisation": str(town.pk), "given_on": day.isoformat()}
    assert address not in text(client.get(claim_url("claim", claim)))
    assert "c’est à lui de donner son accord" in text(client.post(address, values))
    Membership.objects.filter(organisation=town).update(is_representative=False)
    assert address in text(client.get(claim_url("claim", claim)))
    assert "Cette date est à venir." in text(
        client.post(address, {**values, "given_on": (clock.today() + timedelta(days=1)).isoformat()})
    )
    assert client.post(address, values).status_code == 302
    assert "accord écrit du" in text(client.get(claim_url("claim", claim)))


# Who comes in


@pytest.mark.parametrize("name", ["claim", "claim-refuse", "claim-agreement"])
def test_others_do_not_find_a_claim(world, claim, claimant, person, sign_in, name):
    for user in (claimant, person("voisine", organisation="Voisine"), world.cast.experts[0]):
        assert sign_in(user).get(claim_url(name, claim)).status_code == 404
        assert sign_in(user).post(claim_url(name, claim), {"reason": "x"}).status_code == 404
    assert sign_in(world.bureau).get(claim_url(name, claim)).status_code == 200


def test_the_coordinator_follows_and_confirms_nothing(world, claim, sign_in):
    write(claim, context="Un brouillon pour le correspondant.")
    correspondent = world.correspondent
    client, address = sign_in(world.coordinator), claim_url("claim", claim)
    assert str(claim.user) in text(client.get(DESK))
    page = text(client.get(address))
    assert "À confirmer dans le département par" in page
    assert correspondent.full_name in page
    for hidden in ("Un brouillon pour le correspondant.", "Confirmer le porteur", claim_url("claim-refuse", claim)):
        assert hidden not in page
    for name in ("claim", "claim-refuse", "claim-agreement"):
        assert client.post(claim_url(name, claim), {"reason": "x"}).status_code == 403
    claim.refresh_from_db()
    assert claim.state == ClaimState.PROVISIONAL


def test_the_coordinator_reads_that_nobody_confirms_in_the_county(world, creation, sign_in):
    RoleGrant.objects.filter(role="correspondent", county="53").delete()
    page = text(sign_in(world.coordinator).get(claim_url("claim", creation)))
    assert "Ce département n’a aucun correspondant" in page


def test_the_coordinator_of_another_region_finds_nothing(world, claim, creation, sign_in):
    far = fresh(world.cast.coordinator(County.objects.get(pk="29").region))
    for row in (claim, creation):
        assert sign_in(far).get(claim_url("claim", row)).status_code == 404
    assert str(claim.user) not in text(sign_in(far).get(DESK))


def test_the_correspondent_of_another_county_does_not_find_a_creation(world, creation, sign_in):
    far = world.cast.correspondent(Commune.objects.get(pk="44109").county)
    assert sign_in(fresh(far)).get(claim_url("claim", creation)).status_code == 404
    assert "Les Prés hauts" not in text(sign_in(fresh(far)).get(DESK))


def test_the_desk_is_for_services(claimant, sign_in):
    response = sign_in(claimant).get(DESK)
    assert response.status_code == 403
    assert "confirmées par les correspondants" in text(response)


# Queries


def queries_of(client, address, django_assert_max_num_queries, most: int = 15) -> int:
    with django_assert_max_num_queries(most) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_queries_of_the_desk_do_not_grow(world, free_operation, person, sign_in, django_assert_max_num_queries):
    def add(number: int) -> None:
        user = person(f"demandeur-{number}", organisation=f"SEM {number}")
        operation = free_operation(f"Opération {number}")
        body = Organisation.objects.create(name=f"Porteur {number}", kind="developer")
        Operation.objects.filter(pk=operation.pk).update(holder=body)
        services.claim(operation, actor=user, organisation=body_of(user))
        services.ask_creation(body_of(user), actor=fresh(user), name=f"Neuve {number}", commune=world.commune)

    client = sign_in(world.correspondent)
    add(1)
    one = queries_of(client, DESK, django_assert_max_num_queries)
    space = queries_of(client, "/espace/", django_assert_max_num_queries, 30)
    add(2)
    add(3)
    assert queries_of(client, DESK, django_assert_max_num_queries) == one
    assert queries_of(client, "/espace/", django_assert_max_num_queries, space) == space


def test_queries_of_a_claim_do_not_grow(world, change, person, sign_in, django_assert_max_num_queries):
    part, claim = change
    client, address = sign_in(world.correspondent), claim_url("claim", claim)
    write(claim, context="Un contexte.")
    one = queries_of(client, address, django_assert_max_num_queries)
    write(claim, programme="Un programme.", description="Un quartier.", dwellings=12)
    for number in range(2):
        rival = person(f"rivale-{number}", organisation=f"Régie {number}")
        services.claim(part.operation, actor=rival, organisation=body_of(rival))
    assert queries_of(client, address, django_assert_max_num_queries) == one
