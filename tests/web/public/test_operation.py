"""The sheet of an operation."""

import pytest

from ecoquartier.core import clock
from ecoquartier.directory.services import rebuild
from ecoquartier.operations.models import Operation, StageHistory
from ecoquartier.operations.services import add_operation
from ecoquartier.territories.models import Commune


def sheet(operation: Operation) -> str:
    return f"/ecoquartiers/{operation.slug}/"


def test_the_sheet_says_stages_with_year_and_scheme(public_operation, main):
    operation = public_operation(
        description="Un quartier au bord de la rivière.",
        types=["brownfield"],
        area_ha="12.50",
        dwellings=1_200,
        social_dwellings=300,
    )
    page = main(sheet(operation))
    assert "Étape 3, label, 2015" in page
    assert "Millésime 2015. Régime : Premier label (2013)." in page
    assert "Label antérieur à la plateforme" in page
    assert "Un quartier au bord de la rivière." in page
    assert "12,5 ha" in page
    assert "1 200" in page
    assert "300 logements (25 %)" in page
    assert "requalification de friche" in page


def test_what_nobody_gave_is_said_to_be_missing(public_operation, main):
    assert main(sheet(public_operation())).count("non renseigné") == 5


def test_a_charter_alone_is_an_engaged_operation(world, main):
    page = main(sheet(world.part().operation))
    assert "Opération engagée dans la démarche" in page
    assert "Elle ne détient encore aucune étape du label." in page
    assert "Charte ÉcoQuartier signée" in page


def test_a_published_label_leads_to_its_verification(published, main):
    page = main(sheet(published.operation))
    assert f'href="/verifier/{published.code}/"' in page
    assert f"Étape 2, chantier, {published.year}" in page
    assert "Label antérieur" not in page


def test_a_withdrawn_label_is_no_longer_shown(public_operation, client):
    operation = public_operation()
    StageHistory.objects.filter(operation=operation).update(withdrawn_on=clock.today())
    rebuild([operation.pk])
    assert client.get(sheet(operation)).status_code == 404


def test_an_operation_that_is_not_public_does_not_exist(db, client):
    operation = add_operation(name="Le Moulin", lead_commune=Commune.objects.get(pk="53130"))
    assert client.get(sheet(operation)).status_code == 404


@pytest.mark.parametrize("rank", [2, 3])
def test_queries_are_few_and_constant(public_operation, queries, rank):
    operation = public_operation(rank=rank)
    one = queries(sheet(operation))
    public_operation("Les Rives")
    public_operation("La Gare")
    assert queries(sheet(operation)) == one <= 8


def test_the_sheet_names_nobody(published, main):
    page = main(sheet(published.operation))
    for member in published.operation.team.select_related("user"):
        assert member.user.full_name not in page
        assert member.user.email not in page


def test_an_unchanged_sheet_is_not_sent_again(public_operation, client):
    operation = public_operation()
    etag = client.get(sheet(operation)).headers["ETag"]
    assert client.get(sheet(operation), headers={"If-None-Match": etag}).status_code == 304
