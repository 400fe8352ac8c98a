"""An address of the directory outlives what it found, and nothing said in it makes a page fail."""

import csv
import io
import json
from urllib.parse import quote

import pytest
from odfdo import Document

from ecoquartier.directory.services import rebuild
from ecoquartier.operations.models import Operation

ALL = {"Les Rives", "Bois-d’Olives"}
MADE = ("carte.json", "selection.csv", "selection.ods", "selection.geojson")


@pytest.fixture
def two(public_operation):
    public_operation("Les Rives", rank=2, year=2013, types=["brownfield"], dwellings=80)
    public_operation("Bois-d’Olives", commune="97411")


@pytest.fixture
def get(client):
    """What is at an address of the directory, and its status."""

    def get(path):
        response = client.get(f"/ecoquartiers/{path}")
        return response.status_code, b"".join(response) if response.streaming else response.content

    return get


@pytest.fixture
def operations(get, client):
    """The operations that a selection shows, wherever it is: they are the same everywhere."""

    def operations(query):
        pages = [client.get(f"/ecoquartiers/?{query}{view}") for view in ("", "&vue=carte")]
        made = {name: get(f"{name}?{query}") for name in MADE}
        assert {page.status_code for page in pages} | {status for status, _content in made.values()} == {200}
        files = {name: content for name, (_status, content) in made.items()}
        table = io.StringIO(files["selection.csv"].decode("utf-8-sig"))
        book = Document(io.BytesIO(files["selection.ods"])).body.get_table(0)
        shown = [
            *({row.name for row in page.context["rows"]} for page in pages),
            {point[1] for point in json.loads(files["carte.json"])["points"]},
            {row["Opération"] for row in csv.DictReader(table, delimiter=";")},
            {values[0] for values in list(book.iter_values())[1:]},
            {row["properties"]["Opération"] for row in json.loads(files["selection.geojson"])["features"]},
        ]
        assert all(found == shown[0] for found in shown)
        return shown[0]

    return operations


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("annee=2018", "Millésime de cette étape&nbsp;: 2018"),
        ("etape=4", "Étape détenue&nbsp;: Étape 4, confirmé"),
        ("etape=charte", "Étape détenue&nbsp;: Charte signée, sans étape"),
        ("region=53", "Région&nbsp;: Bretagne"),
        ("departement=2A", "Département&nbsp;: 2A Corse-du-Sud"),
        ("type=extension", "Type d’opération&nbsp;: extension urbaine"),
        ("vocation=habitat", "Vocation&nbsp;: habitat"),
        ("taille=2000", "Taille&nbsp;: 2 000 logements et plus"),
        ("vie=paused", "Avancement&nbsp;: suspendue"),
        ("commune=53084", "Commune&nbsp;: Craon (Mayenne)"),
    ],
)
def test_a_value_that_no_operation_has_keeps_none_and_can_be_removed(two, operations, main, said, words):
    assert operations(said) == operations(f"{said}&q=rives") == set()
    page = main(f"/ecoquartiers/?{said}&q=rives")
    assert (
        f'<a href="?q=rives#resultats"><span class="visually-hidden">Retirer </span>{words} <span aria-hidden="true">×'
        in " ".join(page.split())
    )
    assert "Aucune opération ne correspond à ces critères." in page
    value = said.split("=")[1]
    assert f'value="{value}" selected' in page or f'type="hidden" name="commune" value="{value}"' in page
    assert '<details class="disclosure" open>' not in page


def test_an_address_holds_when_its_last_operation_leaves(two, operations):
    assert operations("annee=2013&region=52") == {"Les Rives"}
    rives = Operation.objects.get(name="Les Rives")
    rives.stages.update(withdrawn_on="2026-01-01")
    rebuild([rives.pk])
    assert operations("annee=2013&region=52") == set()


def test_what_no_operation_has_is_not_offered(two, main):
    page = main("/ecoquartiers/")
    assert all(f'<option value="{value}"' not in page for value in ("2018", "extension", "2A", "paused"))


@pytest.mark.parametrize("said", ["tri=zz", "tri=pertinence", "vue=zz", "tri=%00", "tri=%F0%9F", "tri=nom&tri=zz"])
def test_an_order_or_a_view_that_does_not_exist_is_as_none(two, client, operations, said):
    assert operations(said) == ALL
    rows = client.get(f"/ecoquartiers/?{said}").context["rows"]
    assert [row.name for row in rows] == ["Bois-d’Olives", "Les Rives"]


# Signs that a form refuses, numbers of no year and of no stage, digits of other scripts.
ODD = ["\0", "x" * 5_000, "9" * 400, "-1", "1e3", "2018.0", "２０１８", "²", "0", "03", "1899", "é", "'", "%", "😀"]


@pytest.mark.parametrize("value", ODD)
@pytest.mark.parametrize("name", ["annee", "etape", "region", "departement", "type", "taille", "vie", "commune", "q"])
def test_nothing_said_makes_a_page_fail(two, get, client, name, value):
    query = f"{name}={quote(value)}"
    page = client.get(f"/ecoquartiers/?{query}&vue=carte")
    assert page.status_code == 200
    filters = page.context["filters"]
    said = [get(f"{made}?{query}")[0] for made in MADE]
    # What the form does not understand is said at its field, and no file is made of it.
    assert said == [400 if filters.errors else 200] * len(MADE)
    assert not filters.errors or page.context["count"] == 0
    assert filters.errors.keys() <= {name, "__all__"}


def test_said_twice_the_last_is_read_everywhere(two, operations):
    assert operations("annee=2013&annee=2015") == {"Bois-d’Olives"}
    assert operations("annee=2015&annee=2018") == set()
    assert operations("annee=zz&annee=2013&commune=97411&commune=53130") == {"Les Rives"}


def test_values_that_no_operation_has_ask_few_queries(two, queries):
    asked = "/ecoquartiers/?etape={}&region={}&departement={}"
    assert queries(asked.format("2", "52", "53")) <= queries(asked.format("4", "53", "2A")) <= 8
