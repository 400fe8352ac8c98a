"""The selection to take away: headings, units, source and licence; no formula; sent as it is read."""

import csv
import io
import json
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from odfdo import Document

from ecoquartier.directory.models import DirectoryRow
from ecoquartier.directory.services import rebuild
from ecoquartier.operations.models import Operation
from ecoquartier.operations.services.perimeter import record_perimeter
from ecoquartier.operations.services.perimeter_files import place_point
from ecoquartier.web.public.choices import choices
from ecoquartier.web.public.directory_files import WRITERS
from ecoquartier.web.public.directory_tables import Columns

FORMATS = ("csv", "ods", "geojson")


def content(client, format, query=""):
    response = client.get(f"/ecoquartiers/selection.{format}?{query}")
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def table(client, query=""):
    return list(csv.DictReader(io.StringIO(content(client, "csv", query).decode("utf-8-sig")), delimiter=";"))


@pytest.fixture
def two(public_operation):
    public_operation(
        "Les Rives",
        rank=2,
        year=2013,
        area_ha="12.50",
        dwellings=1_200,
        figures_as_of=date(2020, 3, 1),
        figures_source="dossier de création",
        types=["brownfield"],
    )
    public_operation("Bois-d’Olives", commune="97411")


def test_the_table_says_units_source_date_and_licence(two, client):
    row = next(row for row in table(client) if row["Opération"] == "Les Rives")
    assert row["Superficie (ha)"] == "12,50"
    assert row["Logements"] == "1200"
    assert row["Chiffres au"] == "2020-03-01"
    assert row["Source des chiffres"] == "dossier de création"
    assert row["Licence"] == "Licence Ouverte 2.0"
    assert (row["Étape détenue"], row["Nom de l’étape"], row["Millésime"]) == ("2", "engagé", "2013")
    assert row["Types d’opération"] == "requalification de friche"
    assert row["Fiche"].endswith("/ecoquartiers/les-rives-laval/")
    assert (row["Commune"], row["Code INSEE"], row["Département"]) == ("Laval", "53130", "Mayenne")


def test_the_files_say_the_other_communes(two, client):
    operation = Operation.objects.get(name="Les Rives")
    operation.other_communes.add("53084", "50129")
    rebuild([operation.pk])
    rows = {row["Opération"]: row["Autres communes"] for row in table(client)}
    assert rows == {"Les Rives": "Cherbourg-en-Cotentin (50) ; Craon (53)", "Bois-d’Olives": ""}
    assert [row["Opération"] for row in table(client, "commune=53084")] == ["Les Rives"]
    heads = content(client, "csv").decode("utf-8-sig").splitlines()[0].split(";")
    assert heads[heads.index("Commune") :][:3] == ["Commune", "Code INSEE", "Autres communes"]
    feature = json.loads(content(client, "geojson", "q=rives"))["features"][0]
    assert feature["properties"]["Autres communes"] == rows["Les Rives"]


def test_a_point_with_an_area_is_not_called_a_perimeter(world, client):
    part = world.part()
    reading = place_point(part.operation, latitude="48,07", longitude="-0,77", area_ha=Decimal(20))
    record_perimeter(part.operation, actor=part.lead, reading=reading)
    row = table(client)[0]
    assert (row["Position"], row["Latitude (WGS 84)"]) == ("point et superficie déclarée", "48,07")
    feature = json.loads(content(client, "geojson"))["features"][0]
    assert feature["properties"]["Position"] == "point et superficie déclarée"


def test_the_file_has_the_operations_of_the_page(two, client):
    assert [row["Opération"] for row in table(client, "region=04&tri=annee")] == ["Bois-d’Olives"]
    assert [row["Opération"] for row in table(client, "q=rives")] == ["Les Rives"]
    assert [row["Opération"] for row in table(client, "commune=97411")] == ["Bois-d’Olives"]
    assert table(client, "q=introuvable") == table(client, "commune=97411&region=52") == []


@pytest.mark.parametrize("format", FORMATS)
def test_a_selection_that_does_not_exist_is_refused(two, client, format):
    response = client.get(f"/ecoquartiers/selection.{format}?region=99")
    assert response.status_code == 400
    assert "Région\u00a0: " in response.content.decode()


def test_the_file_is_in_the_order_of_the_page(two, client):
    assert [row["Opération"] for row in table(client, "tri=etape")] == ["Bois-d’Olives", "Les Rives"]
    assert [row["Opération"] for row in table(client, "tri=logements")] == ["Les Rives", "Bois-d’Olives"]


@pytest.mark.parametrize("name", ["=1+1", "+33", "-2", "@SUM(A1)", "\u00a0=1+1"])
def test_no_cell_is_a_formula(public_operation, client, name):
    public_operation("Les Rives", description="x")
    DirectoryRow.objects.update(name=name)
    assert table(client)[0]["Opération"] == f"'{name}"
    sheet = Document(io.BytesIO(content(client, "ods"))).body.get_table(0)
    cell = sheet.get_cell((0, 1))
    # Typed as text, it needs no sign in front.
    assert (cell.value, cell.type, cell.formula) == (name, "string", None)


def test_the_workbook_opens_and_keeps_numbers(two, client):
    book = Document(io.BytesIO(content(client, "ods")))
    assert [sheet.name for sheet in book.body.tables] == ["Opérations", "À propos"]
    heads, *rows = [list(row) for row in book.body.get_table(0).iter_values()]
    said = dict(zip(heads, rows[1], strict=True))
    assert (said["Opération"], said["Logements"], float(said["Superficie (ha)"])) == ("Les Rives", 1200, 12.5)
    assert (said["Chiffres au"], type(said["Fiche modifiée le"])) == (date(2020, 3, 1), date)
    assert "Licence Ouverte 2.0" in book.body.get_table(1).get_value((0, 0))
    archive = zipfile.ZipFile(io.BytesIO(content(client, "ods")))
    assert archive.infolist()[0].filename == "mimetype"
    assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED


def test_the_points_are_geojson(two, client):
    found = json.loads(content(client, "geojson"))
    assert "Licence Ouverte 2.0" in found["source"]
    feature = next(f for f in found["features"] if f["id"] == "les-rives-laval")
    row = DirectoryRow.objects.get(slug="les-rives-laval")
    assert feature["geometry"] == {"type": "Point", "coordinates": [row.longitude, row.latitude]}
    assert feature["properties"]["Superficie (ha)"] == 12.5
    DirectoryRow.objects.update(latitude=None, longitude=None)
    assert {f["geometry"] for f in json.loads(content(client, "geojson"))["features"]} == {None}


@pytest.mark.parametrize("format", FORMATS)
def test_an_empty_selection_is_a_file_all_the_same(db, client, format):
    made = content(client, format)
    if format == "geojson":
        assert json.loads(made)["features"] == []
    elif format == "csv":
        assert made.decode("utf-8-sig").splitlines()[0].startswith("Opération;Commune")
    else:
        assert len(list(Document(io.BytesIO(made)).body.get_table(0).iter_values())) == 1


@pytest.mark.parametrize("format", FORMATS)
def test_a_row_is_written_before_the_next_is_read(public_operation, format):
    """Memory stays flat: nothing is kept of the rows, however many they are."""
    public_operation()
    row, read = DirectoryRow.objects.get(), []

    def rows():
        for number in range(500):
            read.append(number)
            yield row

    pieces = WRITERS[format][1](rows(), Columns(choices()))
    largest = 0
    for piece in pieces:
        largest = max(largest, len(piece))
    assert len(read) == 500
    assert largest < 70_000


@pytest.mark.parametrize("format", FORMATS)
def test_files_are_named_dated_and_licensed(two, client, format):
    response = client.get(f"/ecoquartiers/selection.{format}")
    assert f'.{format}"' in response.headers["Content-Disposition"]
    assert 'rel="license"' in response.headers["Link"]
