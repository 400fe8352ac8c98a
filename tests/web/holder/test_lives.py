"""Pages of the life of an operation, and what lists and sheets say of it."""

import pytest
from django.urls import reverse

from ecoquartier.core import clock
from ecoquartier.core.text import long_date
from ecoquartier.dossiers.services import abandon_operation
from ecoquartier.operations import services
from ecoquartier.operations.enums import OperationState, TeamRole
from ecoquartier.operations.models import Operation
from ecoquartier.operations.services import merging
from tests.web.holder.test_operations import MINE, REGISTER, text, url
from tests.web.holder.test_sheet import values

WHY = "Les acquisitions sont bloquées."


def state_of(operation) -> str:
    return Operation.objects.get(pk=operation.pk).state


def test_the_lead_pauses_from_the_page_and_everything_says_so(world, sign_in):
    part = world.part()
    client = sign_in(part.lead)
    page = text(client.get(url("life", part.operation)))
    assert "Suspendre l’opération" in page
    assert "Abandonner l’opération" in page
    assert "Rétablir" not in page
    response = client.post(url("life-step", part.operation, step="suspendre"), {"reason": WHY})
    assert response["Location"] == url("operation", part.operation)
    assert state_of(part.operation) == OperationState.PAUSED
    said = f"suspendue depuis le {long_date(clock.today())}".replace("\u00a0", " ")
    for address in (url("operation", part.operation), MINE, REGISTER, url("life", part.operation)):
        assert said in text(client.get(address)), address
    sheet = text(client.get(url("operation", part.operation)))
    assert "une candidature s’ouvre quand elle a repris" in sheet
    assert WHY in sheet
    assert "une candidature s’ouvre quand elle a repris" in text(client.get(url("dossier-open", part.operation)))


def test_a_reason_is_asked_and_what_was_typed_stays(world, sign_in):
    part = world.part(filled=False)
    response = sign_in(part.lead).post(url("life-step", part.operation, step="suspendre"), {"reason": ""})
    assert response.status_code == 422
    assert state_of(part.operation) == OperationState.ACTIVE


def test_an_open_candidature_closes_the_button_and_is_named(world, sign_in):
    part, dossier = world.draft()
    client, address = sign_in(part.lead), url("life-step", part.operation, step="abandonner")
    page = text(client.get(address))
    assert "Pourquoi ce n’est pas possible maintenant" in page
    assert str(dossier.stage) in page
    assert client.post(address, {"reason": WHY}).status_code == 422
    assert state_of(part.operation) == OperationState.ACTIVE


def test_the_abandonment_says_that_labels_stay(world, sign_in):
    part = world.part(filled=False)
    page = text(sign_in(part.lead).get(url("life-step", part.operation, step="abandonner")))
    assert "Les étapes et les labels qu’elle détient restent" in page


def test_the_sheet_of_an_abandoned_operation_is_read_and_not_written(world, sign_in):
    part = world.part(filled=False)
    abandon_operation(part.operation, actor=part.lead, reason=WHY)
    client, page = sign_in(part.lead), url("operation-edit", part.operation, part="identite")
    assert "abandonnée le" in text(client.get(url("operation", part.operation)))
    response = client.post(page, values(part.operation, name="Autre", description="x"))
    assert response.status_code == 422
    assert "ne se modifie plus" in text(response)


@pytest.mark.parametrize("step", ["suspendre", "relancer", "abandonner", "retablir"])
def test_who_may_not_reads_the_page_and_opens_no_step(world, sign_in, team_mate, step):
    part = world.part(filled=False)
    for user in (team_mate(part.operation, TeamRole.READER), part.elected, world.correspondent, world.coordinator):
        client = sign_in(user)
        page = text(client.get(url("life", part.operation)))
        assert "L’opération est active" in page
        assert "Suspendre l’opération</a>" not in page
        assert client.get(url("life-step", part.operation, step=step)).status_code == 403
        assert client.post(url("life-step", part.operation, step=step), {"reason": WHY}).status_code == 403


def test_only_the_bureau_opens_the_revival(world, sign_in):
    part = world.part(filled=False)
    abandon_operation(part.operation, actor=part.lead, reason=WHY)
    assert sign_in(part.lead).get(url("life-step", part.operation, step="retablir")).status_code == 403
    sign_in(world.bureau).post(url("life-step", part.operation, step="retablir"), {"reason": "Erreur."})
    assert state_of(part.operation) == OperationState.ACTIVE


def test_an_unknown_step_and_a_stranger_find_nothing(world, sign_in, person):
    part = world.part(filled=False)
    assert sign_in(part.lead).get(url("life-step", part.operation, step="detruire")).status_code == 404
    stranger = sign_in(person("inconnue"))
    assert stranger.get(url("life", part.operation)).status_code == 404
    assert stranger.get(url("life-step", part.operation, step="suspendre")).status_code == 404


# --- Merged -------------------------------------------------------------------------------------------------------


@pytest.fixture
def merged(world):
    """(kept, gone): the register, after a merger."""
    part = world.part(filled=False)
    gone = services.add_operation(name="Doublon du quai", lead_commune=world.commune)
    merging.merge_operation(gone, actor=world.bureau, into=part.operation, reason="Doublon.")
    return part, gone


def test_the_pages_of_a_merged_operation_lead_to_the_one_that_stays(world, sign_in, merged):
    part, gone = merged
    for user in (part.lead, world.correspondent, world.bureau):
        for name in ("operation", "operation-record", "notebook", "team"):
            response = sign_in(user).get(url(name, gone))
            assert (response.status_code, response["Location"]) == (302, url("operation", part.operation))


def test_who_may_not_see_the_one_that_stays_finds_nothing(sign_in, person, merged):
    _part, gone = merged
    assert sign_in(person("inconnue")).get(url("operation", gone)).status_code == 404


def test_a_merged_operation_leaves_the_lists(world, sign_in, merged):
    _part, gone = merged
    client = sign_in(world.bureau)
    for address in (MINE, REGISTER):
        assert gone.name not in text(client.get(address))


def test_a_record_that_never_was_public_has_no_public_address(client, merged):
    _part, gone = merged
    assert client.get(reverse("public:operation", kwargs={"slug": gone.slug})).status_code == 404


def test_an_unknown_public_address_is_not_found(client, db):
    assert client.get("/ecoquartiers/nulle-part/").status_code == 404
