"""The map of the directory: the server's drawing, the file that brings it to life, what it never says."""

import gzip
import json
import re

import pytest

from ecoquartier.directory.models import DirectoryRow
from ecoquartier.operations.services import add_operation
from ecoquartier.territories.models import Commune
from ecoquartier.web.public.france import drawing, on_drawing

FILE = "/ecoquartiers/carte.json"


@pytest.fixture
def three(public_operation):
    public_operation("L’Îlot des Tanneries")
    public_operation("Les Rives", rank=2, year=2013)
    public_operation("Bois-d’Olives", commune="97411")


def points(client, query=""):
    return [point[1] for point in client.get(f"{FILE}{query}").json()["points"]]


def test_each_operation_is_a_link_to_its_sheet_with_its_stage(three, main):
    page = main("/ecoquartiers/?vue=carte")
    assert page.count('class="pin"') == 3
    assert 'href="/ecoquartiers/les-rives-laval/" aria-label="Les Rives, Laval : Étape 2, engagé (2013)' in page
    assert page.count('href="#pin-3"') == 2
    assert page.count('href="#pin-2"') == 1
    # The list that says the same is below.
    assert page.count("operation-card") == 3


def test_a_list_has_no_map(three, read):
    page = read("/ecoquartiers/")
    assert "map.js" not in page
    assert '<svg class="atlas-map"' not in page


def test_the_map_keeps_the_filters(three, main):
    page = main("/ecoquartiers/?vue=carte&etape=2&tri=annee")
    assert page.count('class="pin"') == 1
    assert 'data-eq-map="/ecoquartiers/carte.json?etape=2"' in page
    assert 'href="?etape=2&amp;tri=annee&amp;vue=carte" aria-current="page"' in page
    assert 'href="?etape=2&amp;tri=annee">' in page


def test_many_operations_share_a_mark_by_region_then_by_county_and_never_in_a_county(three, main, monkeypatch):
    monkeypatch.setattr("ecoquartier.web.public.directory_map.MOST_PINS", 2)
    page = main("/ecoquartiers/?vue=carte&annee=2015")
    assert page.count('class="pin"') == 2
    assert 'class="cluster"' not in page
    page = main("/ecoquartiers/?vue=carte")
    assert 'href="?region=52&amp;vue=carte" aria-label="Pays de la Loire : 2 opérations"' in page
    assert page.count('class="cluster"') == 2
    monkeypatch.setattr("ecoquartier.web.public.directory_map.MOST_PINS", 1)
    page = main("/ecoquartiers/?vue=carte&region=52")
    assert 'href="?region=52&amp;departement=53&amp;vue=carte" aria-label="Mayenne : 2 opérations"' in page
    page = main("/ecoquartiers/?vue=carte&region=52&departement=53")
    assert page.count('class="pin"') == 2
    assert 'class="cluster"' not in page


def test_a_county_of_many_operations_says_how_many_are_in_the_list_only(three, main, monkeypatch):
    monkeypatch.setattr("ecoquartier.web.public.directory_map.MOST_OF_A_COUNTY", 1)
    page = main("/ecoquartiers/?vue=carte&departement=53")
    assert page.count('class="pin"') == 1
    assert "1 opération n’est pas dessinée : elle est dans la liste." in page


def view(page):
    return [float(value) for value in re.search(r'class="atlas-map[^>]*viewBox="([^"]*)"', page)[1].split()]


@pytest.mark.parametrize("commune", ["97411", "97502", "97701", "97801", "98613", "98735", "98818"])
def test_an_operation_overseas_fills_the_map_with_the_frame_of_its_territory(public_operation, main, commune):
    row = public_operation("Le Cap", commune=commune).directory_row
    page = main(f"/ecoquartiers/?vue=carte&departement={row.county}")
    left, top, width, height = view(page)
    frame = next(inset for inset in drawing()["insets"] if inset["county"] == row.county)
    assert left <= frame["x"] < frame["x"] + frame["width"] <= left + width
    assert top <= frame["y"] < frame["y"] + frame["height"] <= top + height
    x, y = on_drawing(row.latitude, row.longitude)
    assert frame["x"] < x < frame["x"] + frame["width"]
    assert frame["y"] < y < frame["y"] + frame["height"]
    assert width < drawing()["width"] / 3
    assert "dessinée : elle est dans la liste" not in page


def test_what_the_drawing_does_not_show_is_said(public_operation, main):
    public_operation("Le Cap")
    DirectoryRow.objects.update(latitude=-49.35, longitude=70.22)
    assert "1 opération n’est pas dessinée : elle est dans la liste." in main("/ecoquartiers/?vue=carte")


def test_the_whole_is_shown_with_its_names_and_a_way_to_the_list(three, main):
    page = main("/ecoquartiers/?vue=carte")
    assert view(page) == [-20, -20, 1040, drawing()["height"] + 40]
    for inset in drawing()["insets"]:
        for line in inset["name"]:
            assert f">{line['text']}</tspan>" in page
    assert 'href="#liste">Aller à la liste</a>' in page
    assert 'id="liste"' in page


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"L’Îlot des Tanneries", "Les Rives", "Bois-d’Olives"}),
        ("?region=04", {"Bois-d’Olives"}),
        ("?departement=53&etape=2", {"Les Rives"}),
        ("?q=tanerie", {"L’Îlot des Tanneries"}),
        ("?q=introuvable", set()),
        ("?etape=charte&departement=53", None),
    ],
)
def test_the_file_has_the_same_operations_as_the_list(three, client, query, names):
    response = client.get(f"{FILE}{query}")
    if names is None:  # a value that nobody has
        assert response.status_code == 400
        return
    assert {point[1] for point in response.json()["points"]} == names
    assert {row.name for row in client.get(f"/ecoquartiers/{query}").context["rows"]} == names


def test_the_file_says_nothing_that_the_rows_do_not(three, client):
    add_operation(name="Le Moulin", lead_commune=Commune.objects.get(pk="53130"))
    file = client.get(FILE).json()
    row = DirectoryRow.objects.get(slug="les-rives-laval")
    assert dict(zip(file["champs"], next(p for p in file["points"] if p[0] == row.slug), strict=True)) == {
        "adresse": "les-rives-laval",
        "nom": "Les Rives",
        "commune": "Laval",
        "latitude": row.latitude,
        "longitude": row.longitude,
        "position_approximative": int(row.is_place_approximate),
        "etape": 2,
        "millesime": 2013,
    }


def test_an_unchanged_file_is_not_sent_again(three, public_operation, client):
    etag = client.get(FILE).headers["ETag"]
    assert client.get(FILE, headers={"If-None-Match": etag}).status_code == 304
    public_operation("La Gare")
    assert client.get(FILE, headers={"If-None-Match": etag}).status_code == 200


def test_the_file_is_light(public_operation, client):
    """Sixty bytes an operation, compressed: names of places repeat less here than in a whole register."""
    kinds = ("Les Rives", "Le Clos", "La Gare", "Les Jardins", "L’Îlot", "La Croisée")
    places = ("de la Fontaine", "du Vieux Port", "des Tanneurs", "de Bellevue", "des Trois Ormes")
    for place in places:
        for kind in kinds:
            public_operation(f"{kind} {place}", year=2015, rank=3)
    weight = len(gzip.compress(client.get(FILE).content))
    assert weight / (len(kinds) * len(places)) <= 60
    assert json.loads(client.get(FILE).content)


def test_tiles_are_asked_of_another_site_only_when_it_is_set(three, main, settings):
    assert "data-eq-tiles" not in main("/ecoquartiers/?vue=carte")
    settings.TILES_URL = "https://tuiles.example.fr/{z}/{x}/{y}.png"
    assert 'data-eq-tiles="https://tuiles.example.fr/{z}/{x}/{y}.png"' in main("/ecoquartiers/?vue=carte")


def test_queries_are_few_and_constant(public_operation, queries):
    public_operation()
    one = queries("/ecoquartiers/?vue=carte")
    public_operation("Les Rives", commune="97411")
    public_operation("La Gare", rank=2)
    assert queries("/ecoquartiers/?vue=carte") == one <= 8
