"""Claiming an operation, asking to create one: what a stranger sees, and what they never do."""

import re

import pytest
from django.urls import reverse

from ecoquartier.operations import services
from ecoquartier.operations.enums import ClaimState, TeamRole
from ecoquartier.operations.models import Claim, Operation, TeamMember
from ecoquartier.operations.services.merging import merge_operation
from ecoquartier.people.models import Organisation
from ecoquartier.web.holder.sheet_forms import PARTS
from tests.web.holder.test_operations import text, url

REGISTER = reverse("holder:register")
CREATE = reverse("holder:operation-create")


@pytest.fixture
def claimant(person):
    return person("demandeur", organisation="SEM du Vallon")


def body_of(user):
    return user.memberships.get().organisation


def ask(client, operation, user):
    return client.post(url("operation-claim", operation), {"organisation": str(body_of(user).pk)})


def creation(user, **values):
    return {"name": "Les Prés hauts", "commune": "Laval (53)", "organisation": str(body_of(user).pk), **values}


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
    assert response["Location"] == reverse("holder:my-claim", kwargs={"pk": made.pk})
    assert "Votre demande est envoyée" in text(client.get(response["Location"]))


def test_asking_twice_is_refused(free_operation, claimant, sign_in):
    operation, client = free_operation(), sign_in(claimant)
    ask(client, operation, claimant)
    response = ask(client, operation, claimant)
    assert response.status_code == 422
    assert "Vous avez déjà demandé à reprendre cette opération." in text(response)
    mine = reverse("holder:my-claim", kwargs={"pk": Claim.objects.get().pk})
    for page in (response, client.get(url("operation-claim", operation))):
        assert mine in text(page)


def test_a_person_without_organisation_reads_what_to_do(free_operation, person, sign_in):
    operation, client = free_operation(), sign_in(person("seule"))
    for address in (url("operation-claim", operation), CREATE):
        page = text(client.get(address))
        assert "Vous n’êtes rattaché à aucun organisme." in page
        assert 'name="organisation"' not in page
        assert client.post(address, {}).status_code == 422


def test_somebody_else_s_organisation_is_refused(free_operation, claimant, person, sign_in):
    operation = free_operation()
    other = body_of(person("autre", organisation="Autre organisme"))
    for address, values in ((url("operation-claim", operation), {}), (CREATE, creation(claimant))):
        response = sign_in(claimant).post(address, {**values, "organisation": str(other.pk)})
        assert response.status_code == 422
    assert not Claim.objects.exists()


def test_a_visitor_signs_in_first(free_operation, client):
    response = client.get(url("operation-claim", free_operation()))
    assert response.status_code == 302
    assert reverse("account:sign-in") in response["Location"]


# A stranger learns nothing


def hold(operation):
    """Somebody else holds the operation, with a team and a filled sheet."""
    body = Organisation.objects.create(name="Porteur Secret", kind="developer")
    Operation.objects.filter(pk=operation.pk).update(holder=body, description="Une description secrète.")
    return body


def secret_situations(operation, person):
    """Each situation of an operation that a stranger must not tell from another."""
    yield "libre"
    rival = person("rivale", organisation="Régie rivale")
    other = services.claim(operation, actor=rival, organisation=body_of(rival))
    yield "demandée par une autre personne"
    other.delete()
    hold(operation)
    yield "portée"
    TeamMember.objects.create(operation=operation, user=person("equipiere"), role=TeamRole.LEAD)
    services.claim(operation, actor=rival, organisation=body_of(rival))
    yield "portée et demandée"


def bare(response):
    """The page without what changes at each request: tokens, numbers of a claim."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    page = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "uuid", page)
    return response.status_code, re.sub(r'nonce[-="]+[\w+/=]+', "", page)


def everything_seen(client, operation, user):
    """Each page that a stranger reaches before, during and after their claim."""
    pages = [bare(client.get(REGISTER)), bare(client.get(url("operation-claim", operation)))]
    asked = ask(client, operation, user)
    claim = Claim.objects.get(user=user, state=ClaimState.PROVISIONAL)
    mine = {"pk": claim.pk}
    pages += [
        (asked.status_code, ""),
        *(bare(client.get(reverse(f"holder:{name}", kwargs=mine))) for name in ("my-claim", "claim-withdraw")),
        *(bare(client.get(reverse("holder:claim-draft", kwargs={**mine, "part": part}))) for part in PARTS),
        *(bare(client.get(reverse(f"holder:{name}", kwargs=mine))) for name in ("claim", "claim-agree")),
        bare(client.get(url("operation", operation))),
        bare(client.get("/espace/")),
        bare(client.get(REGISTER)),
        bare(client.get(reverse("holder:operations"))),
    ]
    client.post(reverse("holder:claim-draft", kwargs={**mine, "part": "site"}), {"context": "Mon brouillon."})
    pages.append(bare(client.get(reverse("holder:my-claim", kwargs=mine))))
    claim.delete()
    return pages


def test_a_stranger_s_pages_are_the_same_bytes_whatever_the_situation(db, free_operation, claimant, person, sign_in):
    operation, client = free_operation(), sign_in(claimant)
    seen = {}
    for situation in secret_situations(operation, person):
        seen[situation] = everything_seen(client, operation, claimant)
    assert len(seen) == 4
    for situation, pages in seen.items():
        for number, (found, expected) in enumerate(zip(pages, seen["libre"], strict=True)):
            assert found == expected, (situation, number)
    assert [status for status, _page in seen["libre"]][:5] == [200, 200, 302, 200, 200]


def test_a_refusal_says_the_same_whatever_the_situation(world, free_operation, claimant, person, sign_in):
    operation, client, pages = free_operation(), sign_in(claimant), []
    for _situation in secret_situations(operation, person):
        claim = services.claim(operation, actor=claimant, organisation=body_of(claimant))
        services.refuse_claim(claim, actor=world.correspondent, reason="Mandat à fournir.")
        pages.append(bare(client.get(reverse("holder:my-claim", kwargs={"pk": claim.pk}))))
        claim.delete()
    assert len(set(pages)) == 1
    assert "Mandat à fournir." in pages[0][1]


def test_the_register_names_operations_and_communes_only(free_operation, claimant, sign_in):
    operation = free_operation()
    hold(operation)
    page = text(sign_in(claimant).get(REGISTER))
    assert "Le Vallon des Lices" in page
    assert "Laval" in page
    assert "Porteur" not in page
    assert url("operation-claim", operation) in page


# Creating


def test_the_register_forgives_and_says_so(free_operation, claimant, sign_in):
    free_operation("L’ancienne tannerie")
    client, said = sign_in(claimant), "Aucune opération ne porte ces mots"
    page = text(client.get(REGISTER, {"q": "tanerie"}))
    assert ("L’ancienne tannerie" in page, said in page) == (True, True)
    assert said not in text(client.get(REGISTER, {"q": "tannerie"}))
    assert said not in text(client.get(REGISTER))


def test_a_register_without_result_leads_to_the_creation(free_operation, claimant, sign_in):
    page = text(sign_in(claimant).get(REGISTER, {"q": "xylophone"}))
    assert f'<a href="{CREATE}">demandez à la créer</a>' in page
    assert "écrivez au correspondant" not in page


def test_a_place_never_says_its_region_twice(free_operation, claimant, sign_in):
    client = sign_in(claimant)
    for insee, place in (("97411", "Saint-Denis, La Réunion"), ("53130", "Laval (Mayenne), Pays de la Loire")):
        page = text(client.get(url("operation-claim", free_operation("Le Clos", insee))))
        assert f">{place}<" in page


def test_an_abandoned_operation_is_said_so_and_is_not_claimed(free_operation, claimant, sign_in):
    operation, client = free_operation(), sign_in(claimant)
    Operation.objects.filter(pk=operation.pk).update(
        state="abandoned", state_since="2026-03-03", state_reason="Abandon du projet."
    )
    page = text(client.get(url("operation-claim", operation)))
    assert "abandonnée le 3 mars 2026" in page
    assert "sa fiche se lit et ne se modifie plus" in page
    assert "disabled" in page


def test_an_operation_to_create_is_nothing_in_the_register(db, claimant, sign_in):
    client = sign_in(claimant)
    response = client.post(CREATE, creation(claimant))
    claim = Claim.objects.get()
    assert response["Location"] == reverse("holder:my-claim", kwargs={"pk": claim.pk})
    assert (claim.operation, claim.name, claim.commune_id) == (None, "Les Prés hauts", "53130")
    assert not Operation.objects.exists()
    assert "Les Prés hauts" not in text(client.get(REGISTER, {"q": "Prés hauts"})).split("</form>")[-1]
    assert "Création de « Les Prés hauts »" in text(client.get("/espace/"))


def test_those_alike_are_shown_once_and_the_person_may_go_on(free_operation, claimant, sign_in):
    near = free_operation("Les Pres-Hauts")
    hold(near)
    elsewhere = free_operation("Les Prés-Hauts", "53062")  # Château-Gontier, same county
    stranger = free_operation("Le Port", "53062")
    client = sign_in(claimant)
    response = client.post(CREATE, creation(claimant))
    page = text(response)
    assert response.status_code == 422
    assert "Le registre a déjà des opérations qui pourraient être la vôtre" in page
    assert url("operation-claim", near) in page
    assert url("operation-claim", elsewhere) in page
    assert url("operation-claim", stranger) not in page
    assert "Porteur Secret" not in page
    assert 'value="Les Prés hauts"' in page
    assert not Claim.objects.exists()
    assert client.post(CREATE, creation(claimant, is_another="on")).status_code == 302
    assert Claim.objects.get().name == "Les Prés hauts"


def test_an_unknown_commune_comes_back_filled(db, claimant, sign_in):
    response = sign_in(claimant).post(CREATE, creation(claimant, commune="Nullepart"))
    assert response.status_code == 422
    assert "Aucune commune de ce nom." in text(response)
    assert 'value="Les Prés hauts"' in text(response)


@pytest.mark.parametrize("name", ["", "é" * 300, "\u200b"])
def test_a_name_that_cannot_be_comes_back_with_its_sentence(db, claimant, sign_in, name):
    response = sign_in(claimant).post(CREATE, creation(claimant, name=name))
    assert response.status_code == 422
    assert "name" in response.context["form"].errors


def test_the_same_creation_is_not_asked_twice(db, claimant, sign_in):
    client = sign_in(claimant)
    client.post(CREATE, creation(claimant))
    response = client.post(CREATE, creation(claimant, name="les pres HAUTS"))
    assert response.status_code == 422
    assert "Vous avez déjà demandé à créer cette opération." in text(response)
    assert reverse("holder:my-claim", kwargs={"pk": Claim.objects.get().pk}) in text(response)


def test_a_service_registers_an_operation_of_its_territory(world, sign_in):
    client, address = sign_in(world.correspondent), reverse("holder:operation-register")
    assert "Son département confirme" not in text(client.get(address))
    assert address in text(client.get(REGISTER))
    assert "pas de votre territoire" in text(client.post(address, {"name": "Loin", "commune": "Nantes (44)"}))
    response = client.post(address, {"name": "Les Prés hauts", "commune": "Laval (53)"})
    operation = Operation.objects.get(name="Les Prés hauts")
    assert response["Location"] == url("operation", operation)
    assert (operation.holder, operation.phases.count()) == (None, 1)
    again = client.post(address, {"name": "Les Prés hauts", "commune": "Laval (53)"})
    assert "Est-ce l’une de celles-ci" in text(again)
    assert Operation.objects.filter(name="Les Prés hauts").count() == 1


def test_the_words_of_a_registration_are_those_of_a_service(world, free_operation, sign_in):
    free_operation("Les Prés-Hauts")
    address, values = reverse("holder:operation-register"), {"name": "Les Prés hauts", "commune": "Laval (53)"}
    for user, has_territory in ((world.correspondent, True), (world.bureau, False)):
        page = text(sign_in(user).post(address, values))
        assert "C’est une autre opération que celles-ci" in page
        assert "mienne" not in page
        assert "la vôtre" not in page
        assert ("Elle est dans votre territoire." in page) is has_territory


def test_only_services_register(claimant, sign_in):
    client, address = sign_in(claimant), reverse("holder:operation-register")
    assert client.get(address).status_code == 403
    assert client.post(address, {"name": "X", "commune": "Laval (53)"}).status_code == 403
    assert address not in text(client.get(REGISTER))


def test_the_page_of_a_merged_record_leads_to_that_of_the_one_that_stays(world, free_operation, claimant, sign_in):
    gone, kept = free_operation("Le Quai"), free_operation("Le Quai (bis)")
    merge_operation(gone, actor=world.bureau, into=kept, reason="La même.")
    client = sign_in(claimant)
    for response in (client.get(url("operation-claim", gone)), ask(client, gone, claimant)):
        assert response["Location"] == url("operation-claim", kept)
    assert not Claim.objects.exists()
