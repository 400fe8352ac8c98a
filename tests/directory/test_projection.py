"""The rows and the pieces of the counties: what rule 18 allows, rebuilt in the act that changes it."""

from datetime import date

import pytest
from django.core.management import call_command

from ecoquartier.accounts.services.organisations import update_organisation
from ecoquartier.core import clock
from ecoquartier.directory.domain.facets import TRAITS
from ecoquartier.directory.models import DirectoryCounty, DirectoryRow
from ecoquartier.directory.queries import directory_breaches, foremost_of_counties, map_points, version
from ecoquartier.directory.services import rebuild
from ecoquartier.operations.models import Operation, StageHistory
from ecoquartier.operations.services import add_operation, update_operation
from ecoquartier.territories.models import Commune
from tests.support.public import labelled


def stamps():
    return dict(DirectoryCounty.objects.values_list("code", "stamp"))


def test_only_public_operations_have_a_row(db):
    labelled("Les Rives")
    hidden = add_operation(name="Le Moulin", lead_commune=Commune.objects.get(pk="53130"))
    assert rebuild() == 1
    assert list(DirectoryRow.objects.values_list("name", flat=True)) == ["Les Rives"]
    assert not DirectoryRow.objects.filter(pk=hidden.pk).exists()
    assert "Moulin" not in "".join(map_points({}))


def test_a_stage_that_is_not_published_is_said_nowhere(db):
    operation = labelled(rank=2, year=2013)
    StageHistory.objects.create(
        operation=operation, rank=4, name="confirmé", scheme_title="Label", year=2026, source="award"
    )
    before = version()
    rebuild([operation.pk])
    row = DirectoryRow.objects.get(pk=operation.pk)
    assert (row.stage, row.year, [stage["rank"] for stage in row.stages]) == (2, 2013, [2])
    assert version() == before


def test_a_county_is_made_again_only_when_it_changes(db):
    here, there = labelled("Les Rives"), labelled("Bois-d’Olives", commune="97411")
    before = stamps()
    rebuild()
    assert stamps() == before
    Operation.objects.filter(pk=here.pk).update(figures={"dwellings": 12})
    rebuild([here.pk, there.pk])
    after = stamps()
    assert after["53"] != before["53"]
    assert after["974"] == before["974"]
    piece = DirectoryCounty.objects.get(pk="53")
    assert dict(zip(TRAITS, piece.traits[0], strict=True))["dwellings"] == 12


def test_what_is_no_longer_public_leaves_its_county(db):
    operation = labelled()
    StageHistory.objects.update(withdrawn_on=clock.today())
    rebuild([operation.pk])
    assert not DirectoryRow.objects.exists()
    piece = DirectoryCounty.objects.get(pk="53")
    assert (piece.points, piece.traits) == ("", [])


def test_an_operation_that_moves_leaves_one_county_for_another(db):
    operation = labelled()
    Operation.objects.filter(pk=operation.pk).update(lead_commune="97411")
    rebuild([operation.pk])
    assert DirectoryCounty.objects.get(pk="53").traits == []
    assert len(DirectoryCounty.objects.get(pk="974").traits) == 1
    assert directory_breaches() == []


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (lambda: DirectoryRow.objects.all().delete(), "absente"),
        (lambda: StageHistory.objects.update(published_at=None), "de trop"),
        (lambda: DirectoryRow.objects.update(sheet={}), "dit autre chose que le registre"),
        (lambda: DirectoryCounty.objects.update(points=""), "le département 53"),
        (lambda: DirectoryCounty.objects.all().delete(), "le département 53"),
    ],
)
def test_the_invariant_sees_what_differs_and_the_command_mends_it(db, capsys, broken, said):
    labelled()
    assert directory_breaches() == []
    broken()
    assert any(said in breach for breach in directory_breaches())
    call_command("rebuild_directory")
    assert "directory rebuilt" in capsys.readouterr().out
    assert directory_breaches() == []


def test_the_act_that_changes_a_sheet_changes_its_row(world):
    part = world.part()
    update_operation(part.operation, actor=part.lead, name="Le Nouveau Nom", description="Au bord de l’eau.")
    row = DirectoryRow.objects.get(pk=part.operation.pk)
    assert (row.name, row.description) == ("Le Nouveau Nom", "Au bord de l’eau.")
    assert directory_breaches() == []


def test_an_organisation_that_changes_name_is_called_by_it(world):
    part = world.part()
    update_organisation(part.operation.holder, actor=world.bureau, name="Ville nouvelle")
    assert DirectoryRow.objects.get(pk=part.operation.pk).sheet["holder"] == "Ville nouvelle"
    assert directory_breaches() == []


def test_a_row_says_where_an_operation_is_and_how_surely(db):
    Commune.objects.filter(pk="53130").update(latitude=48.07, longitude=-0.77, is_place_approximate=True)
    operation = labelled()
    row = DirectoryRow.objects.get(pk=operation.pk)
    assert (row.latitude, row.longitude, row.is_place_approximate) == (48.07, -0.77, True)


def test_a_row_keeps_only_the_figures_that_somebody_gave(db):
    labelled(dwellings=0, area_ha="12.50", figures_as_of=date(2020, 1, 1))
    sheet = DirectoryRow.objects.get().sheet
    assert sheet["figures"] == {"area_ha": "12.50", "dwellings": 0}
    assert sheet["figures_as_of"] == "2020-01-01"


def test_a_small_map_shows_the_operations_of_each_county_that_went_furthest(db):
    labelled("Engagée", rank=2)
    labelled("Premier", rank=3)
    labelled("Deuxième", rank=3)
    labelled("Ailleurs", rank=2, commune="97411")
    assert [row.name for row in foremost_of_counties(2)] == ["Deuxième", "Premier", "Ailleurs"]
