"""The perimeter in a browser, and the files that GDAL writes.

1. The lead of an operation opens its perimeter, which is empty, and uploads a file of three polygons.
2. They read what was understood, leave one polygon out, and record the rest; they replace it by a point.
3. Each page is looked at, wide and narrow.
"""

import json
import shutil
import subprocess
from decimal import Decimal

import pytest

from ecoquartier.operations.models import Operation
from ecoquartier.operations.services.perimeter_files import read_file
from ecoquartier.territories.models import Commune
from tests.support.perimeters import SQUARE, geojson, polygon, square, zipped

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.loopback]


def test_a_lead_puts_a_perimeter(visitor):
    name = visitor.be("Pilote d’une opération")
    assert name
    visitor.go("/espace/operations/")
    visitor.page.locator("main .card a, main table a, main li a").first.click()
    visitor.page.wait_for_load_state()
    visitor.page.locator("#perimetre a, .card a", has_text="périmètre").first.click()
    visitor.page.wait_for_load_state()
    visitor.looked_at("perimetre-vide")
    visitor.follow("Déposer un fichier")
    visitor.looked_at("perimetre-fichier")
    operation = Operation.objects.select_related("lead_commune").get(pk=visitor.page.url.split("/")[5])
    west, south = operation.lead_commune.longitude, operation.lead_commune.latitude
    rings = [square(west + shift, south, 0.003) for shift in (0, 0.004, 0.008)]
    data = geojson(*map(polygon, rings), crs="")
    field = visitor.page.locator("input[type=file]")
    field.set_input_files({"name": "Périmètre.geojson", "mimeType": "application/geo+json", "buffer": data})
    visitor.press("Lire le fichier")
    assert visitor.says("3, réunis en un seul périmètre")
    visitor.choose("parts", "1")
    visitor.press("Relire avec ces choix")
    assert visitor.says("2 gardés sur 3")
    visitor.looked_at("perimetre-relu")
    visitor.press("Enregistrer ce périmètre")
    assert visitor.says("Le périmètre en vigueur")
    visitor.follow("Indiquer un point et une superficie")
    visitor.looked_at("perimetre-point")
    visitor.write(latitude=f"{south:.5f}", longitude=f"{west:.5f}", area_ha="12,5")
    visitor.press("Enregistrer")
    assert visitor.says("Périmètres précédents")
    visitor.looked_at("perimetre")
    with visitor.page.expect_download() as download:
        visitor.page.locator("main a", has_text="Télécharger en GeoJSON").click()
    assert json.loads(download.value.path().read_text())["features"][0]["geometry"]["type"] == "Point"


# Files of the tool that everybody has: outline with a hole, in a town of the mainland and in one overseas.

PLACES = {
    "53130": (2154, polygon(SQUARE, square(418100, 6780100, 100)), (4326, 2154, 3948)),
    "97411": (2975, polygon(square(338000, 7691000), square(338100, 7691100, 100)), (4326, 2975, 32740)),
}
FORMATS = {
    "geojson": ("GeoJSON", ["-lco", "RFC7946=NO"]),
    "gpkg": ("GPKG", []),
    "kml": ("KML", []),
    "shp": ("ESRI Shapefile", []),
}


@pytest.mark.skipif(shutil.which("ogr2ogr") is None, reason="apt-get install gdal-bin")
@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(("insee", "projection"), [(insee, code) for insee, row in PLACES.items() for code in row[2]])
def test_files_of_gdal_give_the_same_area(tmp_path, insee, projection, kind):
    source, shape, _projections = PLACES[insee]
    (tmp_path / "source.geojson").write_bytes(geojson(shape, crs=f"EPSG:{source}"))
    folder = tmp_path / "made"
    folder.mkdir()
    driver, options = FORMATS[kind]
    target = folder / f"perimetre.{kind}"
    subprocess.run(
        ["ogr2ogr", "-f", driver, *options, "-s_srs", f"EPSG:{source}", "-t_srs", f"EPSG:{projection}", target]
        + [tmp_path / "source.geojson"],
        check=True,
        capture_output=True,
    )
    made = {path.name: path.read_bytes() for path in folder.iterdir()}
    data = zipped(made) if kind == "shp" else made[target.name]
    commune = Commune.objects.select_related("county").get(pk=insee)
    operation = Operation.objects.create(name="Les Tanneries", slug="t", lead_commune=commune)
    reading = read_file(data, operation)
    assert reading.area_ha == pytest.approx(Decimal(8), rel=Decimal("0.001"))
    assert reading.projection == f"EPSG:{4326 if kind == 'kml' else projection}"
    assert [len(reading.geometry["coordinates"]), reading.is_swapped] == [2, False]
