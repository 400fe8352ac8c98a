"""The lists of the sheet on the bureau's screen."""

import pytest
from django.urls import reverse

from ecoquartier.operations.models import Term
from tests.support.pages import queries_of, read, signed_in, words

VOCABULARY = reverse("bureau:vocabulary")
ADD = reverse("bureau:term-add", kwargs={"kind": "vocations"})


def edit(term):
    return reverse("bureau:term", kwargs={"pk": term.pk})


@pytest.fixture
def habitat(world):
    return Term.objects.get(kind="vocations", code="habitat")


def test_every_list_is_shown_in_order(world, habitat):
    habitat.is_active = False
    habitat.save()
    page = read(world.bureau, VOCABULARY)
    assert "Vocations Habitat fermé Commerces" in page
    assert "Densification" not in page.partition("Vocations")[2]
    assert queries_of(world.bureau, VOCABULARY) <= 8


def test_a_choice_is_added(world):
    response = signed_in(world.bureau).post(ADD, {"label": "tourisme"})
    assert response["Location"] == f"{VOCABULARY}#vocations"
    assert Term.objects.get(kind="vocations", label="tourisme").rank == 6


@pytest.mark.parametrize("label", ["habitat", "Habitat", " HABITÀT "])
def test_a_label_already_there_is_refused_beside_its_field(world, label):
    response = signed_in(world.bureau).post(ADD, {"label": label})
    assert response.status_code == 422
    assert "Ce libellé est déjà dans la liste." in words(response)


def test_a_choice_is_renamed_moved_and_closed(world, habitat):
    world.part()
    client = signed_in(world.bureau)
    page = words(client.get(edit(habitat)))
    assert "1 opération l’a choisi." in page
    assert "renouvellement urbain" not in page  # only types have it
    assert client.post(edit(habitat), {"label": "logements", "after": "commerce"}).status_code == 302
    habitat.refresh_from_db()
    assert (habitat.label, habitat.rank, habitat.is_active) == ("logements", 2, False)


def test_a_type_says_whether_it_is_renewal(world):
    term = Term.objects.get(kind="types", code="couture")
    sent = {"label": term.label, "after": "extension", "is_active": "on", "is_renewal": "on"}
    assert signed_in(world.bureau).post(edit(term), sent).status_code == 302
    term.refresh_from_db()
    assert term.is_renewal


def test_the_last_choice_is_not_closed(world, habitat):
    Term.objects.filter(kind="vocations").exclude(pk=habitat.pk).update(is_active=False)
    response = signed_in(world.bureau).post(edit(habitat), {"label": "habitat", "after": ""})
    assert response.status_code == 422
    assert "C’est le dernier choix proposé" in words(response)


def test_an_unknown_list_does_not_exist(world):
    wrong = reverse("bureau:term-add", kwargs={"kind": "couleurs"})
    assert signed_in(world.bureau).get(wrong).status_code == 404


def test_these_pages_are_the_bureau_s(world, habitat):
    for address in (VOCABULARY, ADD, edit(habitat)):
        assert signed_in(world.coordinator).get(address).status_code == 403
