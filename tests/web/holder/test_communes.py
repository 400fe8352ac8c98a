"""The page of the communes of an operation, and what the services of the others read."""

import pytest
from django.urls import reverse

from ecoquartier.operations.models import Operation
from ecoquartier.people.models import User
from ecoquartier.territories.models import Commune
from tests.support.pages import queries_of, read, signed_in, words

NANTES = "44109"


@pytest.fixture
def part(world):
    """An operation of Laval."""
    return world.part(filled=False)


def page(part) -> str:
    return reverse("holder:communes", args=[part.operation.pk])


def others(part) -> list[str]:
    return [commune.pk for commune in part.operation.other_communes.all()]


def test_a_commune_is_added_by_its_name_then_removed(part):
    client = signed_in(part.lead)
    assert "Aucune : l’opération est sur une seule commune." in words(client.get(page(part)))
    assert client.post(page(part), {"commune": "Nantes"}).status_code == 302
    assert others(part) == [NANTES]
    assert "Nantes, Loire-Atlantique (44)" in words(client.get(page(part)))
    remove = reverse("holder:commune-remove", args=[part.operation.pk, NANTES])
    assert "Retirer Nantes" in words(client.get(remove))
    client.post(remove)
    assert others(part) == []
    assert client.get(remove).status_code == 404


@pytest.mark.parametrize(("commune", "is_told"), [("Nantes", True), ("Changé (53)", False)])
def test_what_a_commune_of_another_county_entails_is_told(part, commune, is_told):
    response = signed_in(part.lead).post(page(part), {"commune": commune}, follow=True)
    assert len(others(part)) == 1
    assert ("est dans un autre département que la commune principale" in words(response)) == is_told


def test_words_that_fit_several_ask_which_one(part):
    client = signed_in(part.lead)
    response = client.post(page(part), {"commune": "Saint-Denis"})
    assert response.status_code == 422
    insee = response.context["form"].fields["commune"].widget.candidates[0].insee
    assert client.post(page(part), {"commune": "Saint-Denis", "commune_insee": insee}).status_code == 302
    assert others(part) == [insee]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("Laval (53)", "déjà la commune principale"), ("Zzzzz", "Aucune commune de ce nom"), ("", "obligatoire")],
)
def test_a_refusal_is_beside_the_field(part, typed, sentence):
    response = signed_in(part.lead).post(page(part), {"commune": typed})
    assert response.status_code == 422
    assert sentence in " ".join(response.context["form"].errors["commune"])


@pytest.mark.parametrize("who", ["reader", "correspondent"])
def test_only_writers_change_them(world, part, team_mate, who):
    client = signed_in(world.correspondent if who == "correspondent" else team_mate(part.operation, who))
    part.operation.other_communes.add(NANTES)
    remove = reverse("holder:commune-remove", args=[part.operation.pk, NANTES])
    assert client.post(page(part), {"commune": "Nantes"}).status_code == 403
    assert client.post(remove).status_code == 403
    assert others(part) == [NANTES]


def test_the_services_of_another_commune_read_the_sheet_and_no_more(world, part):
    part.operation.other_communes.add("67482")
    county = Commune.objects.select_related("county").get(pk="67482").county
    user = User.objects.get(pk=world.cast.correspondent(county).pk)
    pk = part.operation.pk
    said = read(user, reverse("holder:operation", args=[pk]))
    assert "Autres communes Strasbourg (67)" in said
    for closed in ("Noter la rencontre", "Modifier la fiche", "Voir les étapes", "Préparer une candidature"):
        assert closed not in said
    client = signed_in(user)
    for name in ("operation-record", "operation-history", "phases", "perimeter", "photos", "documents", "notebook"):
        assert client.get(reverse(f"holder:{name}", args=[pk])).status_code == 200, name
    for name in ("dossier-open", "recommendations", "operation-meeting", "communes"):
        assert client.get(reverse(f"holder:{name}", args=[pk])).status_code == 403, name


@pytest.mark.parametrize("many", [1, 3])
def test_queries_do_not_grow(part, many):
    Operation.objects.get(pk=part.operation.pk).other_communes.add(*[NANTES, "67482", "44162"][:many])
    assert queries_of(part.lead, page(part)) <= 11
