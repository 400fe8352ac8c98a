"""The map of the directory: the server's drawing, the file that brings it to life, what it never says."""

import gzip
import json

import pytest

from ecoquartier.directory.models import DirectoryRow
from ecoquartier.operations.services import add_operation
from ecoquartier.territories.models import Commune

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


def test_many_operations_of_a_county_share_a_mark(three, main, monkeypatch):
    monkeypatch.setattr("ecoquartier.web.public.directory_map.MOST_PINS", 2)
    page = main("/ecoquartiers/?vue=carte&annee=2015")
    assert page.count('class="pin"') == 2
    assert 'class="cluster"' not in page
    page = main("/ecoquartiers/?vue=carte")
    assert 'href="?departement=53&amp;vue=carte" aria-label="Mayenne : 2 opérations"' in page
    assert page.count('class="cluster"') == 2


def test_what_the_drawing_does_not_show_is_said(public_operation, main):
    public_operation("Le Cap", commune="97502")
    assert "1 opération n’est pas dessinée : elle est dans la liste." in main("/ecoquartiers/?vue=carte")


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
