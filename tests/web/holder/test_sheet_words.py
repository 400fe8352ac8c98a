"""« Autre » in words, and the actors, on the pages of the sheet."""

import pytest
from django.urls import reverse

from ecoquartier.operations.models import Operation
from ecoquartier.operations.services import update_operation
from tests.support.pages import read, signed_in, words


@pytest.fixture
def part(world):
    """An operation and its team."""
    return world.part(filled=False)


def url(part, name: str) -> str:
    return reverse("holder:operation-edit", kwargs={"pk": part.operation.pk, "part": name})


def fresh(part) -> Operation:
    return Operation.objects.get(pk=part.operation.pk)


def identity(part, **changes) -> dict:
    """What the first part sends."""
    name = part.operation.name
    return {"name": name, "initial-name": name, "description": "", **changes}


def test_other_is_said_in_words_under_its_list(part):
    client = signed_in(part.lead)
    assert "Si « autre », précisez" in words(client.get(url(part, "identite")))
    sent = identity(part, vocations=["habitat", "autre"], other_vocations="Port à sec")
    response = client.post(url(part, "identite"), sent)
    assert response.status_code == 302
    page = words(client.get(response["Location"]))
    assert "Vocations habitat, autre (Port à sec)" in page
    history = read(part.lead, reverse("holder:operation-history", args=[part.operation.pk]))
    assert "Précisions sur « autre » rien vocations : Port à sec" in history


def test_words_without_the_choice_are_refused_beside_them(part):
    response = signed_in(part.lead).post(url(part, "identite"), identity(part, other_vocations="Port à sec"))
    assert response.status_code == 422
    [sentence] = response.context["form"].errors["other_vocations"]
    assert sentence == "Cochez «\u00a0autre\u00a0» dans la liste, ou effacez cette précision."
    assert 'value="Port à sec"' in response.content.decode()


def test_a_list_without_other_asks_nothing(part):
    assert "précisez" not in words(signed_in(part.lead).get(url(part, "demarches")))


def test_actors_are_written_one_a_line_and_read_by_kind(part):
    client = signed_in(part.lead)
    assert "Pas de nom de personne." in words(client.get(url(part, "acteurs")))
    names = "Habitat 53\r\n\r\n  Méduane   Habitat \r\nHabitat 53"
    response = client.post(url(part, "acteurs"), {"actors_bailleurs": names, "actors_amenageur": "SPLA du Vallon"})
    assert response.status_code == 302
    assert fresh(part).actors == {"amenageur": ["SPLA du Vallon"], "bailleurs": ["Habitat 53", "Méduane Habitat"]}
    page = words(client.get(response["Location"]))
    assert "Aménageur SPLA du Vallon Bailleurs sociaux Habitat 53, Méduane Habitat" in page
    history = read(part.lead, reverse("holder:operation-history", args=[part.operation.pk]))
    assert "aménageur : SPLA du Vallon ; bailleurs sociaux : Habitat 53, Méduane Habitat" in history


def test_kinds_that_others_wrote_meanwhile_are_kept(part):
    update_operation(part.operation, actor=part.lead, actors={"promoteurs": ["Bâtir"]})
    sent = {"actors_amenageur": "SPLA du Vallon", "initial-actors_promoteurs": "", "actors_promoteurs": ""}
    signed_in(part.lead).post(url(part, "acteurs"), sent)
    assert fresh(part).actors == {"amenageur": ["SPLA du Vallon"], "promoteurs": ["Bâtir"]}


def test_too_long_a_name_is_refused_beside_its_kind(part):
    response = signed_in(part.lead).post(url(part, "acteurs"), {"actors_amenageur": "x" * 161})
    assert response.status_code == 422
    assert "160 signes au plus par nom" in response.context["form"].errors["actors_amenageur"][0]


def test_the_sheet_of_an_operation_that_says_nothing_has_no_empty_label(part):
    page = read(part.lead, reverse("holder:operation-record", args=[part.operation.pk]))
    assert "None" not in page
    assert "Acteurs Rien n’est encore écrit." in page
