"""A label given to one phase is never shown as that of the whole operation."""

import csv
import io
import json
import re

import pytest

from ecoquartier.directory.services import rebuild
from ecoquartier.operations.models import Phase, StageHistory

PART = "Franges, et lisières"


@pytest.fixture
def operation(public_operation):
    """Two phases, the second of which was given stage 3."""
    operation = public_operation()
    operation.phases.update(name="Cœur de bourg")
    second = Phase.objects.create(operation=operation, rank=2, name=PART)
    StageHistory.objects.get(operation=operation).phases.set([second])
    rebuild([operation.pk])
    return operation


@pytest.mark.parametrize(
    "path", ["/ecoquartiers/", "/ecoquartiers/les-tanneries-laval/", "/widget/les-tanneries-laval/"]
)
def test_the_mark_names_the_phase(operation, read, path):
    assert f"Étape 3, label, 2015 : {PART}" in read(path)


def test_the_sheet_says_it_everywhere(operation, main, read, client):
    path = "/ecoquartiers/les-tanneries-laval/"
    page = main(path)
    obtained, course = page.split("Étapes obtenues")[1], page.split("Parcours")[1]
    assert f"Étape 3, label : {PART}" in obtained
    assert f"Étape 3, label : {PART}" in course.split("</ol>")[0]
    rows = dict(re.findall(r'<th [^>]*scope="row">(.*?)</th><td[^>]*>(.*?)</td>', page))
    assert rows == {"Cœur de bourg": "–", PART: "Étape 3, label, 2015"}
    whole = read(path)
    assert f'<meta property="og:description" content="Étape 3, label (2015) : {PART}.' in whole
    said = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', whole)[1])
    assert said["additionalProperty"]["value"] == f"Étape 3, label (2015) : {PART}"


def test_the_map_of_the_home_page_says_it(operation, read):
    assert f"Étape 3, label (2015) : {PART}</title>" in read("/")


def test_the_map_of_the_directory_says_it(operation, main, client):
    assert f'aria-label="Les Tanneries, Laval : Étape 3, label (2015) : {PART}"' in main("/ecoquartiers/?vue=carte")
    # In the file that `map.js` reads as well.
    file = client.get("/ecoquartiers/carte.json").json()
    said = dict(zip(file["champs"], file["points"][0], strict=True))
    assert (said["etape"], said["nom_etape"], said["millesime"], said["tranches"]) == (3, "label", 2015, [PART])


def test_the_table_says_it(operation, public_operation, client):
    public_operation("Les Rives")
    made = b"".join(client.get("/ecoquartiers/selection.csv?tri=nom").streaming_content).decode("utf-8-sig")
    rives, tanneries = csv.DictReader(io.StringIO(made), delimiter=";")
    assert (tanneries["Tranches de cette étape"], tanneries["Toutes les étapes"]) == (PART, f"3 label 2015 ({PART})")
    assert (rives["Tranches de cette étape"], rives["Toutes les étapes"]) == ("toute l’opération", "3 label 2015")


def test_a_label_given_to_every_phase_is_that_of_the_operation(operation, read):
    StageHistory.objects.get(operation=operation).phases.set(operation.phases.all())
    rebuild([operation.pk])
    page = read("/ecoquartiers/")
    assert "Étape 3, label, 2015" in page
    assert "lisières" not in page
