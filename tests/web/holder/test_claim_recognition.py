"""A creation that the register has already: compared, recognised, and separated again before it is confirmed."""

import pytest
from django.urls import reverse

from ecoquartier.notifications.models import Message
from ecoquartier.operations import services
from ecoquartier.operations.models import Claim, Operation
from ecoquartier.operations.queries import work_of
from ecoquartier.operations.services.merging import merge_operation
from ecoquartier.people.models import Membership
from tests.support.world import fresh
from tests.web.holder.test_claims_desk import confirm
from tests.web.holder.test_operations import text


def url(name: str, claim: Claim, *others) -> str:
    return reverse(f"holder:{name}", args=[claim.pk, *(row.pk for row in others)])


@pytest.fixture
def claimant(person):
    return person("demandeur", organisation="SEM du Vallon")


@pytest.fixture
def creation(world, claimant):
    """An operation to create in Laval, with a draft."""
    body = claimant.memberships.get().organisation
    claim = services.ask_creation(body, actor=claimant, name="Les Prés hauts", commune=world.commune)
    services.write_draft(claim, actor=fresh(claimant), context="Une friche ferroviaire.", dwellings=120)
    return Claim.objects.get(pk=claim.pk)


@pytest.fixture
def known(free_operation):
    operation = free_operation("Les Prés-Hauts")
    Operation.objects.filter(pk=operation.pk).update(context="Un ancien dépôt.")
    return operation


def test_nothing_is_done_from_the_page_of_the_demand(world, creation, known, sign_in):
    page = text(sign_in(world.correspondent).get(url("claim", creation)))
    assert "Est-ce une opération du registre" in page
    assert f'<a href="{url("claim-recognise", creation, known)}">Comparer' in page
    assert f'action="{url("claim-recognise", creation, known)}"' not in page


def test_both_are_shown_side_by_side_before_anything_is_done(world, creation, known, sign_in):
    shown = sign_in(world.correspondent).get(url("claim-recognise", creation, known))
    rows = {label: said for label, *said in shown.context["compared"]}
    assert rows["Nom de l’opération"] == ["Les Prés hauts", "Les Prés-Hauts"]
    assert rows["Commune principale"] == ["Laval (53)", "Laval (53)"]
    assert rows["Porteur de projet"] == ["SEM du Vallon", ""]
    assert rows["Contexte du site"] == ["Une friche ferroviaire.", "Un ancien dépôt."]
    assert ["120 logements", ""] in rows.values() or ["120", ""] in rows.values()
    page = text(shown)
    assert "aucune opération n’est créée" in page
    assert "Tant que la demande n’est pas confirmée" in page
    assert Claim.objects.get().operation is None


def test_a_creation_is_recognised(world, creation, known, sign_in):
    client = sign_in(world.correspondent)
    response = client.post(url("claim-recognise", creation, known))
    assert response["Location"] == url("claim", creation)
    page = text(client.get(response["Location"]))
    assert "La demande porte désormais sur l’opération du registre." in page
    assert "Est-ce une opération du registre" not in page
    creation.refresh_from_db()
    assert confirm(client, creation, name="register", context="draft").status_code == 302
    assert list(Operation.objects.values_list("name", flat=True)) == ["Les Prés-Hauts"]


def test_a_recognised_creation_is_separated_again(world, creation, known, sign_in):
    client = sign_in(world.correspondent)
    client.post(url("claim-recognise", creation, known))
    page = text(client.get(url("claim", creation)))
    assert url("claim-unrecognise", creation) in page
    assert "Elle demande de nouveau à créer « Les Prés hauts »." in text(client.get(url("claim-unrecognise", creation)))
    response = client.post(url("claim-unrecognise", creation))
    assert response["Location"] == url("claim", creation)
    creation.refresh_from_db()
    assert (creation.operation, creation.name) == (None, "Les Prés hauts")
    assert creation.draft == {"context": "Une friche ferroviaire.", "dwellings": 120}
    assert url("claim-unrecognise", creation) not in text(client.get(url("claim", creation)))


def test_what_its_author_named_it_meanwhile_stays(world, creation, known):
    services.recognise(creation, actor=world.correspondent, operation=known)
    creation.refresh_from_db()
    services.write_draft(creation, actor=fresh(creation.user), name="Les Hauts Prés")
    services.unrecognise(creation, actor=world.correspondent)
    creation.refresh_from_db()
    assert (creation.name, "name" in creation.draft) == ("Les Hauts Prés", False)


def test_the_holder_of_the_other_is_told_and_agreements_to_it_leave(world, creation, sign_in):
    part = world.part(filled=False)
    client = sign_in(world.correspondent)
    assert "la collectivité est invitée à donner son accord" in text(
        client.get(url("claim-recognise", creation, part.operation))
    )
    client.post(url("claim-recognise", creation, part.operation))
    town = part.operation.collectivites.get()
    services.agree_to_holder(Claim.objects.get(pk=creation.pk), actor=fresh(part.elected), organisation=town)
    address = url("claim-unrecognise", creation)
    assert "Les accords donnés au changement de porteur s’effacent." in text(client.get(address))
    client.post(address)
    assert not creation.agreements.exists()


def test_what_was_never_a_creation_or_is_settled_is_not_separated(world, creation, known, claimant, sign_in):
    body = claimant.memberships.get().organisation
    asked = services.claim(known, actor=fresh(claimant), organisation=body)
    client = sign_in(world.correspondent)
    assert url("claim-unrecognise", asked) not in text(client.get(url("claim", asked)))
    assert "n’a pas été rapprochée" in text(client.post(url("claim-unrecognise", asked)))
    asked.refresh_from_db()
    assert asked.operation == known
    services.refuse_claim(creation, actor=world.correspondent, reason="Hors du champ.")
    for name, others in (("claim-unrecognise", ()), ("claim-recognise", (known,))):
        assert "Cette demande est déjà refusée." in text(client.get(url(name, creation, *others)))


def test_it_is_not_separated_when_its_author_asked_for_the_same_again(world, creation, known, claimant, sign_in):
    services.recognise(creation, actor=world.correspondent, operation=known)
    body = claimant.memberships.get().organisation
    services.ask_creation(body, actor=fresh(claimant), name="Les Prés hauts", commune=world.commune)
    response = sign_in(world.correspondent).post(url("claim-unrecognise", creation))
    assert (response.status_code, "répondez à cette autre demande" in text(response)) == (422, True)


def test_what_may_not_be_recognised_says_why(world, creation, known, claimant, sign_in):
    client, address = sign_in(world.correspondent), url("claim-recognise", creation, known)
    Membership.objects.filter(user=claimant).update(is_representative=True)
    services.claim(known, actor=fresh(claimant), organisation=claimant.memberships.get().organisation)
    for response in (client.get(address), client.post(address)):
        assert "ou l’a déjà demandée" in text(response)
    creation.refresh_from_db()
    assert creation.operation is None


def test_a_stranger_recognises_nothing(world, creation, known, claimant, sign_in):
    for user, refusal in ((claimant, 404), (world.coordinator, 403)):
        for address in (url("claim-recognise", creation, known), url("claim-unrecognise", creation)):
            for method in ("get", "post"):
                assert getattr(sign_in(user), method)(address).status_code == refusal
    assert Claim.objects.get().operation is None


def test_an_operation_elsewhere_is_not_read(world, creation, free_operation, sign_in):
    far = free_operation("Les Prés hauts", "44109")
    assert sign_in(world.correspondent).get(url("claim-recognise", creation, far)).status_code == 404


def test_its_author_reads_that_it_is_on_an_operation_of_the_register(world, creation, known, claimant, sign_in):
    services.recognise(creation, actor=world.correspondent, operation=known)
    told = Message.objects.get(recipient=claimant, key="claim_recognised_to_claimant")
    assert (told.context["asked"], told.context["operation"]) == ("Les Prés hauts", "Les Prés-Hauts")
    page = text(sign_in(claimant).get(url("my-claim", creation)))
    assert "Vous avez demandé à créer « Les Prés hauts »" in page
    assert "« Les Prés-Hauts » : votre demande porte sur elle." in page
    (task,) = work_of(fresh(claimant)).going_on
    assert task.note.endswith("Déjà au registre\u00a0: vous demandiez à créer «\u00a0Les Prés hauts\u00a0»")


def test_its_author_reads_that_the_record_was_merged(world, free_operation, claimant, sign_in):
    gone, kept = free_operation("Le Quai"), free_operation("Le Quai (bis)")
    body = claimant.memberships.get().organisation
    claim = services.claim(gone, actor=fresh(claimant), organisation=body)
    told = "« Le Quai » et « Le Quai (bis) » ne font plus qu’une fiche au registre"
    client = sign_in(claimant)
    assert told not in text(client.get(url("my-claim", claim)))
    merge_operation(gone, actor=world.bureau, into=kept, reason="La même.")
    assert told in text(client.get(url("my-claim", claim)))
    message = Message.objects.get(recipient=claimant, key="claim_merged_to_claimant")
    assert (message.context["duplicate"], message.context["operation"]) == ("Le Quai", "Le Quai (bis)")


@pytest.mark.parametrize("is_recognised", [True, False])
def test_a_page_out_of_turn_announces_nothing(world, creation, known, sign_in, is_recognised):
    if is_recognised:
        services.recognise(creation, actor=world.correspondent, operation=known)
    address = url("claim-recognise", creation, known) if is_recognised else url("claim-unrecognise", creation)
    for method in ("get", "post"):
        response = getattr(sign_in(world.correspondent), method)(address)
        page = text(response)
        assert "Pourquoi ce n’est pas possible maintenant" in page
        assert (response.context["page"].lead, response.context["effects"]) == ("", [])
