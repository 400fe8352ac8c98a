"""An operation over several communes is found by each of them, by its name or by its code."""

import pytest
from django.core.management import call_command

from ecoquartier.directory import queries as directory
from ecoquartier.directory.models import DirectoryRow
from ecoquartier.directory.queries import Asked, directory_breaches, version
from ecoquartier.directory.services import rebuild
from ecoquartier.operations import services
from ecoquartier.operations.services import merging
from ecoquartier.operations.services.communes import MAX_OTHERS
from ecoquartier.territories.enums import CommuneKind
from ecoquartier.territories.models import Commune
from tests.support.public import labelled
from tests.support.world import fresh

CRAON = "53084"


def names(**asked):
    return [row.name for row in directory.find(Asked(**asked), directory.tallies()).rows]


def row_of(operation):
    return DirectoryRow.objects.get(pk=operation.pk)


@pytest.fixture
def shared(db):
    """An operation led by Laval, that is in Craon and in Cherbourg too."""
    operation = labelled("Les Rives")
    labelled("La Gare")
    operation.other_communes.add(CRAON, "50129")
    rebuild([operation.pk])
    return operation


@pytest.mark.parametrize(
    "text",
    [
        *("craon", "CRAON", "Craon (Mayenne)", "Craon (53)", "rives craon", "laval craon", "53400", CRAON, "crao"),
        *("Cherbourg-en-Cotentin", "50100", "Tourlaville"),  # Tourlaville is of Cherbourg now
    ],
)
def test_each_commune_finds_it(shared, text):
    assert names(text=text) == ["Les Rives"]


def test_a_commune_nearly_written_finds_it(shared):
    result = directory.find(Asked(text="cherbouurg"), directory.tallies())
    assert ([row.name for row in result.rows], result.is_near) == (["Les Rives"], True)


@pytest.mark.parametrize(
    ("commune", "expected"), [(CRAON, ["Les Rives"]), ("53130", ["La Gare", "Les Rives"]), ("44109", [])]
)
def test_the_filter_of_a_commune_keeps_it(shared, commune, expected):
    assert names(commune=commune) == expected
    assert [row.name for row in directory.selection(Asked(commune=commune))] == expected


def test_the_one_that_a_commune_leads_comes_first(shared):
    labelled("Le Verger", commune=CRAON)
    assert names(text="craon") == ["Le Verger", "Les Rives"]


def test_it_is_counted_where_its_lead_commune_is(shared):
    found = directory.find(Asked(commune="50129"), directory.tallies())
    assert (found.count, found.counts["county"]) == (1, {"53": 1})
    assert names(choice={"county": "50"}) == []


def test_the_act_that_says_a_commune_changes_the_row(world):
    part = world.part()
    craon, before = Commune.objects.get(pk=CRAON), version()
    services.add_other_commune(part.operation, actor=part.lead, commune=craon)
    assert row_of(part.operation).commune_codes == [part.operation.lead_commune_id, CRAON]
    assert names(text="craon") == [part.operation.name]
    said = version()
    assert said != before
    services.remove_other_commune(part.operation, actor=part.lead, commune=craon)
    assert (row_of(part.operation).other_communes, names(commune=CRAON)) == ("", [])
    assert version() != said
    assert directory_breaches() == []


def test_the_commune_of_a_duplicate_finds_the_one_that_stays(world):
    kept, duplicate = labelled("Les Rives"), labelled("Rives", commune=CRAON)
    merging.merge_operation(
        duplicate, actor=fresh(world.bureau), into=kept, reason="Entrée deux fois.", with_commune=True
    )
    assert names(commune=CRAON) == ["Les Rives"]
    assert directory_breaches() == []


def test_a_commune_that_merges_finds_it_under_the_one_that_it_became(shared):
    Commune.objects.filter(pk=CRAON).update(kind=CommuneKind.FORMER, successor="53097")
    services.follow_communes()
    assert row_of(shared).commune_codes == ["53130", "50129", "53097"]
    assert names(text="craon") == names(commune="53097") == ["Les Rives"]
    assert directory_breaches() == []


def test_as_many_communes_as_can_be_said_are_all_found(db):
    operation = labelled("L’" + "a" * 250)
    found = Commune.objects.filter(kind=CommuneKind.COMMUNE, name__contains="-").exclude(pk="53130")
    longest = sorted(found, key=lambda commune: (-len(commune.name), commune.pk))[:MAX_OTHERS]
    operation.other_communes.add(*longest)
    rebuild([operation.pk])
    assert len(row_of(operation).commune_codes) == MAX_OTHERS + 1
    for commune in longest[:: MAX_OTHERS // 5]:
        assert names(text=commune.name) == names(text=commune.pk) == [operation.name]
    assert directory_breaches() == []


def test_rows_written_before_are_mended_by_the_command(shared, capsys):
    """What an older database holds once migrated: where each operation leads, nothing of the others."""
    DirectoryRow.objects.update(commune_codes=["53130"], other_communes="", names_key="les rives laval")
    assert names(commune=CRAON) == []
    assert directory_breaches() != []
    call_command("rebuild_directory")
    capsys.readouterr()
    assert names(commune=CRAON) == names(text="craon") == ["Les Rives"]
    assert directory_breaches() == []
