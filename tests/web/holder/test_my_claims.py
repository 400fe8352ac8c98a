"""What a provisional holder does: reads where the demand stands, writes a draft apart, takes it back."""

import pytest
from django.urls import reverse

from ecoquartier.operations import services
from ecoquartier.operations.enums import ClaimState
from ecoquartier.operations.models import Operation
from ecoquartier.people.models import Membership
from ecoquartier.web.holder.sheet_forms import PARTS
from tests.support.world import fresh
from tests.web.holder.test_operations import text, url

SECRET = "Écrit par le porteur actuel."


@pytest.fixture
def claimant(person):
    return person("demandeur", organisation="SEM du Vallon")


@pytest.fixture
def claim(free_operation, claimant):
    """A claim on an operation whose sheet is filled by others."""
    operation = free_operation()
    operation.dwellings = 777
    operation.context = operation.programme = SECRET
    operation.types = ["renewal"]
    operation.save()
    return services.claim(operation, actor=claimant, organisation=claimant.memberships.get().organisation)


def mine(name, claim, **more):
    return reverse(f"holder:{name}", kwargs={"pk": claim.pk, **more})


def draft(client, claim, part, **values):
    return client.post(mine("claim-draft", claim, part=part), values)


def test_nothing_of_the_register_is_shown_but_name_and_commune(claim, claimant, sign_in):
    client = sign_in(claimant)
    addresses = [mine("my-claim", claim)]
    addresses += [mine("claim-draft", claim, part=part) for part in PARTS]
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200
        page = text(response)
        assert SECRET not in page
        assert "777" not in page
        assert "checked" not in page
    assert "Laval" in text(client.get(addresses[0]))


def test_an_actor_with_an_address_is_refused(claim, claimant, sign_in):
    response = draft(sign_in(claimant), claim, "acteurs", actors_bailleurs="jean@dupont.example")
    assert response.status_code == 422
    assert "« jean@dupont.example » donne un téléphone ou une adresse électronique" in text(response)


def test_a_description_that_says_how_to_reach_somebody_is_questioned_to_both(world, claim, claimant, sign_in):
    sent = {"name": "Le Vallon des Lices", "description": "Écrire à jean@dupont.example."}
    assert draft(sign_in(claimant), claim, "identite", **sent).status_code == 302
    question = "La description donne un téléphone ou une adresse électronique"
    assert question in text(sign_in(claimant).get(mine("my-claim", claim)))
    assert question in text(sign_in(world.bureau).get(mine("claim", claim)))


def test_who_asks_is_not_told_that_they_follow_nothing(claim, claimant, person, sign_in):
    operations, said = reverse("holder:operations"), "Vous ne suivez encore aucune opération"
    assert said not in text(sign_in(claimant).get(operations))
    assert said in text(sign_in(person("nouvelle")).get(operations))


def test_the_draft_is_written_part_by_part(claim, claimant, sign_in):
    client = sign_in(claimant)
    response = draft(client, claim, "site", initial_site="Une friche.", context="Près de la gare.")
    assert response["Location"] == mine("my-claim", claim)
    page = text(client.get(response["Location"]))
    assert "Le brouillon est enregistré." in page
    assert "Près de la gare." in page
    draft(client, claim, "chiffres", dwellings="1 240", area_ha="12,5")
    page = text(client.get(mine("claim-draft", claim, part="chiffres")))
    assert 'value="1\u202f240"' in page or 'value="1240"' in page
    assert 'value="12,5"' in page
    claim.refresh_from_db()
    assert claim.draft["dwellings"] == 1240
    assert Operation.objects.get().context == SECRET


def test_an_impossible_figure_comes_back_at_its_field(claim, claimant, sign_in):
    response = draft(sign_in(claimant), claim, "chiffres", dwellings="100", social_dwellings="150")
    assert response.status_code == 422
    assert "Il y a plus de logements sociaux que de logements." in text(response)
    assert 'value="150"' in text(response)


def test_an_unknown_part_does_not_exist(claim, claimant, sign_in):
    assert sign_in(claimant).get(mine("claim-draft", claim, part="perimetre")).status_code == 404


def test_a_provisional_holder_is_nothing_else(world, claim, claimant, sign_in):
    client = sign_in(claimant)
    for name in ("operation", "operation-record", "operation-history", "notebook", "charter-sign", "perimeter"):
        assert client.get(url(name, claim.operation)).status_code == 404
    assert claim.operation.name not in text(client.get(reverse("holder:operations"))).split("Vos demandes")[0]


@pytest.mark.parametrize("name", ["my-claim", "claim-withdraw", "claim-draft"])
def test_nobody_else_finds_the_draft(world, claim, person, sign_in, name):
    more = {"part": "site"} if name == "claim-draft" else {}
    people = (person("rivale", organisation="Régie"), world.correspondent, world.coordinator, world.bureau)
    for user in people:
        assert sign_in(user).get(mine(name, claim, **more)).status_code == 404
        if name != "my-claim":
            assert sign_in(user).post(mine(name, claim, **more), {"context": "x"}).status_code == 404


def test_taking_it_back_erases_the_draft(world, claim, claimant, sign_in):
    client = sign_in(claimant)
    draft(client, claim, "site", context="Près de la gare.")
    assert "Le brouillon est effacé." in text(client.get(mine("claim-withdraw", claim)))
    assert client.post(mine("claim-withdraw", claim)).status_code == 302
    claim.refresh_from_db()
    assert (claim.state, claim.draft) == (ClaimState.WITHDRAWN, {})
    assert "Vous avez retiré cette demande." in text(client.get(mine("my-claim", claim)))
    assert client.get(mine("claim-draft", claim, part="site")).status_code == 409
    assert client.post(mine("claim-withdraw", claim)).status_code == 422
    assert "Le Vallon des Lices" not in text(sign_in(world.correspondent).get(reverse("holder:claims")))


def test_what_a_refusal_leaves(world, claim, claimant, sign_in):
    client = sign_in(claimant)
    draft(client, claim, "site", context="Près de la gare.")
    services.refuse_claim(claim, actor=world.correspondent, reason="Mandat à fournir.")
    page = text(client.get(mine("my-claim", claim)))
    assert "Mandat à fournir." in page
    assert "Près de la gare." not in page
    draft(client, claim, "site", context="Encore.")
    claim.refresh_from_db()
    assert claim.draft == {}


def test_once_confirmed_the_draft_is_read_and_the_operation_opens(world, claim, claimant, sign_in):
    client = sign_in(claimant)
    draft(client, claim, "site", context="Près de la gare.")
    claim.refresh_from_db()
    services.confirm_claim(claim, actor=world.correspondent, choices={"context": False})
    page = text(client.get(mine("my-claim", claim)))
    assert "Ce que disait votre brouillon" in page
    assert "Près de la gare." in page
    assert url("operation", claim.operation) in page
    assert client.get(url("operation", claim.operation)).status_code == 200


def test_a_public_operation_has_a_link_to_its_public_sheet(world, claimant, sign_in):
    operation = world.part(filled=False).operation  # its charter is signed
    claim = services.claim(operation, actor=claimant, organisation=claimant.memberships.get().organisation)
    assert reverse("public:operation", args=[operation.slug]) in text(sign_in(claimant).get(mine("my-claim", claim)))


def test_queries_do_not_grow(claim, claimant, sign_in, django_assert_max_num_queries):
    def count(address):
        with django_assert_max_num_queries(15) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    client = sign_in(claimant)
    draft(client, claim, "site", context="Près de la gare.")
    addresses = mine("my-claim", claim), mine("claim-draft", claim, part="site")
    one = [count(address) for address in addresses]
    draft(client, claim, "site", context="Près de la gare.", initial_site="Une friche.")
    draft(client, claim, "chiffres", dwellings="12")
    assert [count(address) for address in addresses] == one


# The collectivité


@pytest.fixture
def change(world, claimant):
    """A change of holder, and who may agree to it."""
    part = world.part(filled=False)
    organisation = claimant.memberships.get().organisation
    return part, services.claim(part.operation, actor=claimant, organisation=organisation)


def test_a_representative_agrees(world, change, sign_in):
    part, claim = change
    client, address = sign_in(fresh(part.elected)), mine("claim-agree", claim)
    assert "Donner ou refuser l’accord au nouveau porteur" in text(client.get("/espace/"))
    page = text(client.get(address))
    for words in ("SEM du Vallon", "Demandeur", "Commune de Laval", str(part.operation.holder)):
        assert words in page
    town = part.operation.collectivites.get()
    assert client.post(address, {"organisation": str(town.pk)}).status_code == 302
    assert claim.agreements.get().organisation == town
    assert "Aucun accord de votre collectivité n’est attendu." in text(client.get(address))
    assert client.post(address, {"organisation": str(town.pk)}).status_code == 422


def test_a_representative_declines_with_a_reason(world, change, claimant, sign_in):
    part, claim = change
    client, address = sign_in(fresh(part.elected)), mine("claim-decline", claim)
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "Le mandat court encore."}).status_code == 302
    assert "Le mandat court encore." in text(sign_in(claimant).get(mine("my-claim", claim)))
    assert "Cette demande est déjà refusée." in text(client.get(address))


@pytest.mark.parametrize("name", ["claim-agree", "claim-decline"])
def test_only_representatives_find_the_change(world, change, claimant, person, sign_in, name):
    part, claim = change
    agent = person("agente")
    Membership.objects.create(user=agent, organisation=part.operation.collectivites.get(), title="agente")
    for user in (claimant, part.lead, agent, world.correspondent, world.bureau):
        assert sign_in(fresh(user)).get(mine(name, claim)).status_code == 404
        assert sign_in(fresh(user)).post(mine(name, claim), {"reason": "x"}).status_code == 404


def test_a_claim_on_a_free_operation_asks_no_collectivite(world, person, sign_in):
    part = world.part(filled=False)
    Operation.objects.filter(pk=part.operation.pk).update(holder=None)
    user = person("voisine", organisation="Voisine")
    claim = services.claim(
        Operation.objects.get(pk=part.operation.pk), actor=user, organisation=user.memberships.get().organisation
    )
    assert sign_in(fresh(part.elected)).get(mine("claim-agree", claim)).status_code == 404
