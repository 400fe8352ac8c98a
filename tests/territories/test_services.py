"""Loading the committed lists."""

import csv
from datetime import date

import pytest
from django.apps import apps
from django.db import connection

from ecoquartier.territories.models import Commune, County, Region
from ecoquartier.territories.services import load_territories

LISTS = {
    "regions": [["code", "name"], ["84", "Auvergne-Rhône-Alpes"]],
    "counties": [["code", "name", "region", "timezone"], ["01", "Ain", "84", "Europe/Paris"]],
    "epci": [["siren", "name"], ["200040350", "CC Bugey Sud"]],
    "communes": [
        ["insee", "name", "county", "population", "epci", "postal_codes", "former_names"],
        ["01015", "Arboys en Bugey", "01", "710", "200040350", "01300 01301", "Arbignieu"],
        ["01034", "Belley", "01", "", "", "01300", ""],
    ],
    "former": [
        ["insee", "name", "kind", "successor", "merged_on"],
        ["01340", "Saint-Bois", "former", "01015", "2016-01-01"],
    ],
    "points": [["insee", "latitude", "longitude"], ["01034", "45.75919", "5.68813"]],
}


@pytest.fixture
def folder(tmp_path):
    """Small lists of the same shape as the committed ones."""
    write(tmp_path, LISTS)
    return tmp_path


@pytest.fixture
def nothing_loaded(db):
    """The template of the test database may hold the whole of France: empty it for this test.

    Nothing else is in it, and the keys are looked at when a transaction ends: the order does not matter.
    """
    with connection.cursor() as cursor:
        for model in apps.get_app_config("territories").get_models():
            cursor.execute(f"DELETE FROM {model._meta.db_table}")


def write(folder, lists):
    for name, rows in lists.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)


def test_load_territories_writes_every_list(nothing_loaded, folder):
    said = []
    counts = load_territories(said.append, folder=folder)
    assert counts == {"regions": 1, "counties": 1, "communes": 2, "former": 1, "written": 5}
    assert said == [
        "Régions\u00a0: 1",
        "Départements\u00a0: 1",
        "Communes\u00a0: 2",
        "Anciennes communes et arrondissements\u00a0: 1",
    ]
    commune = Commune.objects.get(pk="01015")
    assert commune.county.region.name == "Auvergne-Rhône-Alpes"
    assert (commune.population, commune.postal_codes, commune.former_names) == (710, ["01300", "01301"], ["Arbignieu"])
    assert (commune.epci_siren, commune.epci_name) == ("200040350", "CC Bugey Sud")
    assert (commune.sort_key, commune.search_key) == ("arboys en bugey", "arboys en bugey | arbignieu")
    assert commune.timezone == "Europe/Paris"
    assert str(commune) == "Arboys en Bugey (01)"
    former = Commune.objects.get(pk="01340")
    assert (former.is_current, former.successor, former.merged_on) == (False, commune, date(2016, 1, 1))
    assert (former.today, former.weight, former.latitude) == (commune, 710, None)
    belley = Commune.objects.get(pk="01034")
    assert (belley.epci_siren, belley.today) == (None, belley)
    assert (belley.latitude, belley.longitude, belley.is_place_approximate) == (45.75919, 5.68813, False)
    assert (commune.latitude, commune.longitude, commune.is_place_approximate) == (45.75919, 5.68813, True)


def test_load_territories_writes_names_as_they_are_printed(nothing_loaded, folder):
    rows = [LISTS["communes"][0], ["01214", "L'Abergement", "01", "3", "200040350", "01090", "L'Ancien"]]
    write(folder, LISTS | {"epci": [*LISTS["epci"], ["200042935", "CC d'Ici"]], "communes": rows, "former": []})
    load_territories(folder=folder)
    commune = Commune.objects.get(pk="01214")
    assert (commune.name, commune.former_names) == ("L’Abergement", ["L’Ancien"])
    assert (commune.sort_key, commune.rare_key) == ("l abergement", "abergement")
    assert commune.search_key == "l abergement | l ancien | labergement | lancien"


def test_load_territories_twice_writes_nothing_more(nothing_loaded, folder):
    load_territories(folder=folder)
    assert load_territories(folder=folder)["written"] == 0


def test_load_territories_corrects_what_changed_and_keeps_what_left_the_list(nothing_loaded, folder):
    load_territories(folder=folder)
    changed = LISTS | {
        "communes": [LISTS["communes"][0], ["01015", "Arboys", "01", "720", "", "01300", "Arboys en Bugey"]],
        "former": [*LISTS["former"], ["01034", "Belley", "former", "01015", "2027-01-01"]],
    }
    write(folder, changed)
    # The changed one, the merged one, and the former one whose weight is that of its successor.
    assert load_territories(folder=folder)["written"] == 3
    merged = Commune.objects.get(pk="01034")
    assert (merged.kind, merged.successor_id, merged.successor.name) == ("former", "01015", "Arboys")
    write(folder, {"former": [LISTS["former"][0]]})
    assert load_territories(folder=folder)["written"] == 0
    assert Commune.objects.filter(pk="01340").exists()


def test_load_territories_loads_the_committed_lists(territories):
    assert Region.objects.count() == 26
    assert County.objects.count() == 109
    assert Commune.objects.current().count() == 34_969
    assert Commune.objects.with_territory().get(pk="98818").county.timezone == "Pacific/Noumea"
    assert load_territories()["written"] == 0
