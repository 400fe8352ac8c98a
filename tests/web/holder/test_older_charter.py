"""Confirming or setting aside, on screen, the signatures that an older sheet tells of; signing for several."""

import pytest

from ecoquartier.core import clock
from ecoquartier.operations import services
from ecoquartier.operations.enums import CharterState, FactKind
from ecoquartier.operations.models import CharterSignature, LegacyFact, Operation
from ecoquartier.operations.queries import has_charter, work_of
from ecoquartier.people.enums import OrganisationKind
from ecoquartier.people.models import Membership, Organisation
from tests.support.world import fresh
from tests.web.holder.test_charter import unsigned
from tests.web.holder.test_operations import text, url


@pytest.fixture
def older(world, free_operation):
    """(operation, signature) of an imported operation."""
    operation = free_operation()
    LegacyFact.objects.create(operation=operation, kind=FactKind.CALL, year=2011, source="reprise 2016")
    return operation, CharterSignature.objects.create(operation=operation, year=2014, source="reprise 2016")


def test_the_correspondent_reads_what_the_sheet_said_and_confirms(world, sign_in, client, older):
    operation, signature = older
    address = url("charter-confirm", operation, charter=signature.pk)
    correspondent = sign_in(world.correspondent)
    assert address in text(correspondent.get(url("charter-sign", operation)))
    page = text(correspondent.get(address))
    assert "Ce que dit l’ancien tableau" in page
    assert "2014" in page
    assert "reprise 2016" in page
    assert "2011" in page
    assert "Commune de Laval" in page
    assert world.commune.epci_name in page
    assert client.get(f"/ecoquartiers/{operation.slug}/").status_code == 404
    response = correspondent.post(address, {"organisation": "commune", "year": "2014"})
    assert response["Location"] == url("operation", operation)
    signature.refresh_from_db()
    assert (signature.state, str(signature.organisation)) == (CharterState.CONFIRMED, "Commune de Laval")
    assert client.get(f"/ecoquartiers/{operation.slug}/").status_code == 200


def test_what_is_public_already_does_not_become_public(world, sign_in, older):
    operation, signature = older
    client, address = sign_in(world.correspondent), url("charter-confirm", operation, charter=signature.pk)
    assert "devient publique" in text(client.get(address))
    services.record_stage(
        operation, rank=2, name="Label", scheme_title="2013", year=2013, source="reprise 2016", published_at=clock.now()
    )
    assert "devient publique" not in text(client.get(address))
    response = client.post(address, {"organisation": "commune", "year": "2014"}, follow=True)
    assert "La signature est confirmée." in text(response)
    assert "figure désormais" not in text(response)


def test_the_grouping_may_have_signed(world, sign_in, older):
    operation, signature = older
    sign_in(world.correspondent).post(
        url("charter-confirm", operation, charter=signature.pk),
        {"organisation": "intercommunalite", "signed_on": "2014-06-01"},
    )
    signature.refresh_from_db()
    assert signature.organisation.kind == OrganisationKind.EPCI
    assert list(operation.collectivites.all()) == [signature.organisation]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"organisation": "commune"}, "ou au moins son année"),
        ({"organisation": "commune", "year": "1999"}, "depuis 2009"),
        ({"organisation": "commune", "year": "deux mille"}, "nombre entier"),
        ({"organisation": "commune", "year": "2013", "signed_on": "2014-06-01"}, "n’est pas celle du jour"),
        ({"organisation": "autre", "year": "2014"}, "Sélectionnez un choix valide"),
    ],
    ids=["no date", "too old", "not a year", "two years", "somebody else"],
)
def test_a_wrong_answer_comes_back_with_a_sentence(world, sign_in, older, sent, said):
    operation, signature = older
    response = sign_in(world.bureau).post(url("charter-confirm", operation, charter=signature.pk), sent)
    assert response.status_code == 422
    assert said in text(response)
    signature.refresh_from_db()
    assert signature.state == CharterState.TO_CONFIRM
    assert not operation.collectivites.exists()


def test_it_is_set_aside_with_a_reason_that_stays_readable(world, sign_in, older):
    operation, signature = older
    correspondent, address = sign_in(world.correspondent), url("charter-set-aside", operation, charter=signature.pk)
    assert correspondent.post(address, {"reason": ""}).status_code == 422
    correspondent.post(address, {"reason": "Aucun document."})
    page = text(correspondent.get(url("charter-sign", operation)))
    assert "signature ancienne écartée : Aucun document." in page
    assert "Confirmer la signature" not in page
    assert "n’est pas possible maintenant" in text(
        correspondent.get(url("charter-confirm", operation, charter=signature.pk))
    )


def test_who_may_not_sees_no_button_and_opens_no_page(world, sign_in):
    part = world.part(filled=False)
    CharterSignature.objects.filter(operation=part.operation).delete()
    row = CharterSignature.objects.create(operation=part.operation, year=2014, source="reprise 2016")
    for user in (part.lead, part.elected, world.coordinator):
        client = sign_in(user)
        assert "Confirmer la signature" not in text(client.get(url("charter-sign", part.operation)))
        for name in ("charter-confirm", "charter-set-aside"):
            assert client.get(url(name, part.operation, charter=row.pk)).status_code == 403
            assert client.post(url(name, part.operation, charter=row.pk), {"reason": "x"}).status_code == 403


def test_a_signature_of_another_operation_is_not_found(world, sign_in, older, free_operation):
    _operation, signature = older
    other = free_operation("Le Pré")
    assert sign_in(world.bureau).get(url("charter-confirm", other, charter=signature.pk)).status_code == 404


# --- Several collectivités ----------------------------------------------------------------------------------------


def test_who_represents_two_collectivites_signs_for_each(world, sign_in):
    operation, _lead, elected = unsigned(world)
    town = operation.collectivites.get()
    grouping = services.epci_of(world.commune)
    operation.collectivites.add(grouping)
    Membership.objects.create(user=elected, organisation=grouping, is_representative=True)
    client, address = sign_in(elected), url("charter-sign", operation)
    page = text(client.get(address))
    assert f'value="{town.pk}"' in page
    assert f'value="{grouping.pk}"' in page
    client.post(address, {"organisation": str(town.pk), "has_read": "on"})
    page = text(client.get(address))
    assert f'value="{town.pk}"' not in page
    assert f'value="{grouping.pk}"' in page
    assert not has_charter(Operation.objects.get(pk=operation.pk))
    assert [task.path for task in work_of(fresh(elected)).to_do] == [address]
    client.post(address, {"organisation": str(grouping.pk), "has_read": "on"})
    assert has_charter(Operation.objects.get(pk=operation.pk))
    assert not work_of(fresh(elected)).to_do


def test_two_people_sign_each_for_their_own(world, sign_in, person):
    operation, _lead, elected = unsigned(world)
    grouping = services.epci_of(world.commune)
    operation.collectivites.add(grouping)
    president = person("presidente")
    Membership.objects.create(user=president, organisation=grouping, is_representative=True)
    town = operation.collectivites.get(kind=OrganisationKind.TOWN)
    client, address = sign_in(president), url("charter-sign", operation)
    assert client.post(address, {"organisation": str(town.pk), "has_read": "on"}).status_code == 422
    client.post(address, {"organisation": str(grouping.pk), "has_read": "on"})
    page = text(sign_in(elected).get(address))
    assert "à signer" in page
    assert "signée le" in page


def test_what_replaced_another_is_shown_with_what_it_was(world, sign_in):
    part = world.part(filled=False)
    Operation.objects.filter(pk=part.operation.pk).update(former_commune="53097")
    holder = part.operation.holder
    Organisation.objects.create(name="Ancienne société", kind=holder.kind, successor=holder)
    page = text(sign_in(part.lead).get(url("operation", part.operation)))
    former = Operation.objects.get(pk=part.operation.pk).former_commune.name
    assert f"Laval (anciennement {former})" in page
    assert f"{holder.name} (anciennement Ancienne société)".replace("\u00a0", " ") in page
