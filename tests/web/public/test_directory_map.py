"""The map of the directory: the server's drawing, the file that brings it to life, what it never says."""

import gzip
import json
import re
from html import unescape

import pytest

from ecoquartier.directory.models import DirectoryRow
from ecoquartier.operations.services import add_operation
from ecoquartier.territories.models import Commune
from ecoquartier.web.public.directory_map import name_of
from ecoquartier.web.public.france import drawing, inset_of
from ecoquartier.web.public.map_view import FONT, Room, View, alone, written_towns

FILE = "/ecoquartiers/carte.json"
LEGEND = 1
"""How often the legend shows each mark."""


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
    assert page.count('href="#pin-3"') == 2 + LEGEND
    assert page.count('href="#pin-2"') == 1 + LEGEND
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
    assert page.count('class="cluster"') == LEGEND
    page = main("/ecoquartiers/?vue=carte")
    assert 'href="?region=52&amp;vue=carte" aria-label="Pays de la Loire : 2 opérations"' in page
    assert page.count('class="cluster"') == 2 + LEGEND
    monkeypatch.setattr("ecoquartier.web.public.directory_map.MOST_PINS", 1)
    page = main("/ecoquartiers/?vue=carte&region=52")
    assert 'href="?region=52&amp;departement=53&amp;vue=carte" aria-label="Mayenne : 2 opérations"' in page
    page = main("/ecoquartiers/?vue=carte&region=52&departement=53")
    assert page.count('class="pin"') == 2
    assert page.count('class="cluster"') == LEGEND


def test_a_county_of_many_operations_says_how_many_are_in_the_list_only(three, main, monkeypatch):
    monkeypatch.setattr("ecoquartier.web.public.directory_map.MOST_OF_A_COUNTY", 1)
    page = main("/ecoquartiers/?vue=carte&departement=53")
    assert page.count('class="pin"') == 1
    assert "1 opération n’est pas dessinée : elle est dans la liste." in page


def view(page):
    return [float(value) for value in re.search(r'class="atlas-map[^>]*viewBox="([^"]*)"', page)[1].split()]


@pytest.mark.parametrize("commune", ["97411", "97502", "97701", "97801", "98613", "98735", "98818"])
def test_a_selection_overseas_shows_its_territory_alone(public_operation, main, commune):
    row = public_operation("Le Cap", commune=commune).directory_row
    public_operation("Les Rives")
    page = main(f"/ecoquartiers/?vue=carte&departement={row.county}")
    left, top, width, height = view(page)
    frame = next(inset for inset in drawing()["insets"] if inset["county"] == row.county)
    assert (left, top, left + width) == (frame["x"], frame["y"], frame["x"] + frame["width"])
    # Its outline, and that of no other; no other frame, no other name, no line of another county.
    assert page.count('class="map-land"') == 1
    assert f'd="{next(s["path"] for s in drawing()["shapes"] if s["county"] == row.county)}"' in page
    assert not re.search(r'class="map-(frame|place|regions|counties)"', page)
    assert f"Carte des opérations trouvées, {name_of(frame)} ;" in page
    assert 'data-eq-zoom="0">Tout le territoire<' in page
    # Nothing of what `map.js` is told is elsewhere.
    assert len(json.loads(unescape(re.search(r'data-eq-frames="([^"]*)"', page)[1]))) == 1
    for town in unescape(re.search(r'data-eq-towns="([^"]*)"', page)[1]).split(";"):
        _name, x, y = town.split("|")
        assert frame["x"] < float(x) < frame["x"] + frame["width"]
        assert frame["y"] < float(y) < frame["foot"]
    for x, y, _size in marks(page):
        assert frame["x"] < x < frame["x"] + frame["width"]
        assert frame["y"] < y < frame["foot"]


def marks(page):
    """Middle and width of each pin."""
    uses = re.findall(r'<use href="#pin-\d" x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)"', page)
    return [(float(x) + float(size) / 2, float(y) + float(size) / 2, float(size)) for x, y, size in uses]


def test_the_pins_of_a_territory_stay_in_its_frame_and_off_its_name(public_operation, main):
    for number in range(12):
        public_operation(f"Quartier {number}", commune="98735")
    public_operation("Les Rives")
    page = main("/ecoquartiers/?vue=carte")
    frame = next(inset for inset in drawing()["insets"] if inset["county"] == "987")
    overseas = sorted(marks(page), key=lambda mark: mark[1])[1:]
    assert len(overseas) == 12
    for x, y, size in overseas:
        assert frame["x"] <= x - size / 2 < x + size / 2 <= frame["x"] + frame["width"] + 0.1
        assert frame["y"] <= y - size / 2 < y + size / 2 <= frame["foot"] + 0.1


def test_the_operations_of_one_place_are_told_apart_by_their_names(public_operation, main):
    for name in ("Le Quai", "La Gare", "L’Ancien Grand Séminaire des Missions étrangères"):
        public_operation(name)
    page = main("/ecoquartiers/?vue=carte&departement=53")
    written = re.findall(r'<text class="pin-name[^>]*y="([\d.]+)"[^>]*>([^<]*)<', page)
    assert {name for _y, name in written} == {"Le Quai", "La Gare", "L’Ancien Grand Séminaire des Miss…"}
    lines = sorted(float(y) for y, _name in written)
    size = marks(page)[0][2]
    assert lines[1] - lines[0] > size
    assert lines[2] - lines[1] > size


def test_the_map_of_a_selection_has_towns_and_lines_around(three, main):
    page = main("/ecoquartiers/?vue=carte&departement=53")
    assert re.search(r'<path class="map-counties" clip-path="url\(#terre\)" d="M\d', page)
    towns = re.findall(r'<text x="([\d.]+)" y="([\d.]+)" dy=".35em">([^<]*)<', page)
    names = [name for _x, _y, name in towns]
    assert {"Angers", "Mayenne"} <= {*names}
    assert len(names) == len({*names})


def test_nothing_is_written_over_anything_nor_out_of_sight():
    room = Room(View(0, 0, 1040, 1218))
    room.take(500, 500, 40)
    assert not room.write("Paris", 490, 500)
    assert room.write("Paris", 530, 500)
    assert not room.write("Lyon", 540, 505)
    assert not room.write("Lyon", 1000, 600)
    assert not room.write("Lyon", 10, 5)
    assert room.write("Lyon", 530, 530)
    # In the frame of a territory overseas, off its name.
    assert not room.write("Koungou", 190, 1000, View(200, 950, 100, 80))
    assert room.write("Koungou", 205, 1000, View(200, 950, 100, 80))
    assert room.wide("Koungou") < 95


def test_the_towns_of_a_territory_overseas_stay_in_its_frame_off_its_name():
    room = Room(View(-20, 180, 880, 1000))
    written = {town["name"]: town for town in written_towns(room, drawing()["towns"])}
    overseas = {name: town for name, town in written.items() if inset_of((town["x"], town["y"]))}
    for name, town in overseas.items():
        left, half = town["x"] - room.wide(name) / 2, room.view.size(0.7 * FONT)
        frame = alone(inset_of((town["x"], town["y"])))
        assert frame.holds(left, town["at"] - half, left + room.wide(name), town["at"] + half), name
    assert "Cayenne" in overseas
    # Too long for its frame.
    assert "Saint-Laurent-du-Maroni" not in written
    assert "Paris" in written


def test_the_legend_says_the_stages_held_and_the_marks_of_several(three, main):
    legend = re.search(r'<ul class="legend.*?</ul>', main("/ecoquartiers/?vue=carte"), re.DOTALL)[0]
    assert re.findall(r"</svg>([^<]*)</li>", legend) == [
        "Étape 2, engagé",
        "Étape 3, label",
        "Nombre d’opérations : à ouvrir",
    ]


def test_what_the_drawing_does_not_show_is_said(public_operation, main):
    public_operation("Le Cap")
    DirectoryRow.objects.update(latitude=-49.35, longitude=70.22)
    assert "1 opération n’est pas dessinée : elle est dans la liste." in main("/ecoquartiers/?vue=carte")


def test_the_whole_is_shown_with_its_names_and_a_way_to_the_list(three, main):
    page = main("/ecoquartiers/?vue=carte")
    assert view(page) == [-20, -20, 1040, drawing()["height"] + 40]
    for inset in drawing()["insets"]:
        for line in inset["name"]:
            assert f">{line}</tspan>" in page
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
        ("?etape=charte&departement=53", set()),
    ],
)
def test_the_file_has_the_same_operations_as_the_list(three, client, query, names):
    response = client.get(f"{FILE}{query}")
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
        "nom_etape": "engagé",
        "tranches": [],
    }


def test_the_file_says_the_year_of_the_charter_of_an_operation_without_stage(public_operation, client):
    DirectoryRow.objects.filter(pk=public_operation().pk).update(
        stage=None, stage_name="", year=None, charter_year=2019
    )
    [point] = client.get(f"{FILE}?q=tanneries").json()["points"]
    assert point[6:] == [None, 2019, "", []]


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
