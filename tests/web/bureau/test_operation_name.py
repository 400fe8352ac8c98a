"""An operation that its old table did not name: the bureau names it, once, with a reason."""

import pytest
from django.urls import reverse

from ecoquartier.core.errors import PermissionRefused, TransitionRefused
from ecoquartier.journal.models import Entry
from ecoquartier.operations import services
from ecoquartier.operations.models import Operation, SheetChange
from ecoquartier.operations.services.naming import name_operation
from tests.support.pages import read, signed_in, words


@pytest.fixture
def unnamed(world):
    """An operation as the import writes it, without a name."""
    operation = services.add_operation(name="Opération à nommer (Laval)", lead_commune=world.commune)
    Operation.objects.filter(pk=operation.pk).update(source_key="53130/")
    operation.refresh_from_db()
    return operation


def page_of(operation) -> str:
    return reverse("bureau:operation-name", kwargs={"pk": operation.pk})


def sheet_of(operation) -> str:
    return reverse("holder:operation", kwargs={"pk": operation.pk})


def test_the_bureau_names_it_from_its_sheet(world, unnamed):
    assert "Nommer l’opération" in read(world.bureau, sheet_of(unnamed))
    sent = {"name": "Le Clos", "reason": "Lu dans le dossier de 2011."}
    assert signed_in(world.bureau).post(page_of(unnamed), sent)["Location"] == sheet_of(unnamed)
    unnamed.refresh_from_db()
    assert unnamed.name == "Le Clos"
    change = SheetChange.objects.get(operation=unnamed)
    assert (change.before, change.after) == ("Opération à nommer (Laval)", "Le Clos")
    entry = Entry.objects.get(event="operation.named")
    assert entry.detail.content == {"reason": "Lu dans le dossier de 2011."}
    assert "Nommer l’opération" not in read(world.bureau, sheet_of(unnamed))


@pytest.mark.parametrize("missing", ["name", "reason"])
def test_a_name_and_a_reason_are_asked(world, unnamed, missing):
    sent = {"name": "Le Clos", "reason": "Lu dans le dossier de 2011.", missing: " "}
    response = signed_in(world.bureau).post(page_of(unnamed), sent)
    assert response.status_code == 422
    assert "obligatoire" in words(response)
    assert not SheetChange.objects.exists()


def test_a_name_that_somebody_wrote_is_not_the_bureau_s(world):
    part = world.part(filled=False)
    with pytest.raises(TransitionRefused, match="a déjà un nom"):
        name_operation(part.operation, actor=world.bureau, name="Autre", reason="Erreur.")
    assert "Nommer l’opération" not in read(world.bureau, sheet_of(part.operation))


def test_the_page_of_a_name_that_is_known_leads_to_its_operation(world):
    operation = world.part(filled=False).operation
    response = signed_in(world.bureau).get(page_of(operation))
    assert (response.status_code, response["Location"]) == (302, sheet_of(operation))
    refused = signed_in(world.bureau).post(page_of(operation), {"name": "Autre", "reason": "Erreur."})
    assert refused.status_code == 422
    assert "a déjà un nom" in words(refused)
    assert signed_in(world.correspondent).get(page_of(operation)).status_code == 403


def test_nobody_else_names_it(world, unnamed):
    with pytest.raises(PermissionRefused):
        name_operation(unnamed, actor=world.correspondent, name="Le Clos", reason="Lu.")
    assert signed_in(world.correspondent).get(page_of(unnamed)).status_code == 403
