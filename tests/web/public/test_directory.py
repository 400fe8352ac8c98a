"""The directory: filters in the address, what is held with its year, nothing that is not published."""

import pytest

from ecoquartier.directory.models import DirectoryRow
from ecoquartier.directory.services import rebuild
from ecoquartier.operations.models import Operation


def test_an_empty_directory_says_why(db, main):
    page = main("/ecoquartiers/")
    assert "Aucune opération n’est encore publique." in page


def test_a_card_says_the_stage_its_words_and_the_year(public_operation, main):
    public_operation(dwellings=1_200)
    page = main("/ecoquartiers/")
    assert "Étape 3, label, 2015" in page
    assert "Laval (Mayenne), Pays de la Loire" in page
    assert "1 200 logements" in page
    assert "labellisé" not in page


def test_a_charter_alone_is_not_called_an_ecoquartier(world, main):
    part = world.part()
    page = main("/ecoquartiers/")
    assert part.operation.name in page
    assert "charte signée" in page
    assert "dont 0 ÉcoQuartier" in page
    assert "Étape" not in main("/ecoquartiers/?etape=charte").split("</form>")[1]


@pytest.fixture
def three(public_operation):
    public_operation("L’Îlot des Tanneries")
    public_operation("Les Rives", rank=2, year=2013)
    public_operation("Bois-d’Olives", commune="97411")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"L’Îlot des Tanneries", "Les Rives", "Bois-d’Olives"}),
        ("q=ilot+DES", {"L’Îlot des Tanneries"}),
        ("q=laval", {"L’Îlot des Tanneries", "Les Rives"}),
        ("region=04", {"Bois-d’Olives"}),
        ("etape=2", {"Les Rives"}),
        ("etape=3&annee=2015", {"L’Îlot des Tanneries", "Bois-d’Olives"}),
        ("annee=2013&region=04", set()),
        ("etape=charte", set()),
        ("etape=9", set()),
    ],
)
def test_filters(three, client, query, found):
    response = client.get(f"/ecoquartiers/?{query}")
    assert {row.name for row in response.context["rows"]} == found
    assert response.context["count"] == len(found)


def test_a_commune_of_the_address_is_a_filter_that_can_be_removed(three, main, client):
    page = main("/ecoquartiers/?commune=97411&etape=3")
    assert "Bois-d’Olives" in page
    assert "Les Rives" not in page
    assert '<input type="hidden" name="commune" value="97411"' in page
    assert (
        'href="?etape=3#resultats"><span class="visually-hidden">Retirer </span>Commune&nbsp;: Saint-Denis (La Réunion)'
        in page
    )
    assert "selection.csv?etape=3&amp;commune=97411" in page or "selection.csv?commune=97411&amp;etape=3" in page
    drawn = main("/ecoquartiers/?commune=53130&vue=carte")
    assert drawn.count('class="pin"') == 2 or drawn.count("/ecoquartiers/les-rives-laval/") == 2
    points = client.get("/ecoquartiers/carte.json?commune=97411").json()["points"]
    assert [point[1] for point in points] == ["Bois-d’Olives"]


@pytest.mark.parametrize("code", ["99999", "x", "=1", "2A0040"])
def test_a_commune_that_does_not_exist_is_said(three, main, code):
    page = main(f"/ecoquartiers/?commune={code}")
    assert "Cette commune n’existe pas" in page or "5 caractères" in page
    assert "0 opération" in page


def test_a_commune_that_merged_is_the_one_of_today(three, public_operation, client):
    public_operation("Le Port", commune="50129")
    rows = client.get("/ecoquartiers/?commune=50173").context["rows"]
    assert [row.name for row in rows] == ["Le Port"]


def test_filters_are_folded_over_results_and_open_over_a_refusal(three, main):
    page = main("/ecoquartiers/?etape=3&region=52&q=laval")
    assert '<details class="disclosure">' in page
    assert '<summary>Filtrer et trier <span class="badge badge-info">2 filtres</span></summary>' in page
    assert '<details class="disclosure" open>' in main("/ecoquartiers/?etape=9")


def test_what_was_asked_leads_to_the_results(three, main):
    page = main("/ecoquartiers/?etape=3")
    assert 'action="/ecoquartiers/#resultats"' in page
    assert '<h2 id="resultats" tabindex="-1">' in page


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("", "Les ÉcoQuartiers et les opérations engagées – ÉcoQuartier"),
        ("q=laval&page=2", "Les ÉcoQuartiers et les opérations engagées, recherche « laval », page 2 – ÉcoQuartier"),
        ("commune=97411", "Les ÉcoQuartiers et les opérations engagées, Saint-Denis (La Réunion) – ÉcoQuartier"),
    ],
)
def test_each_search_and_page_has_its_title(three, read, monkeypatch, query, title):
    monkeypatch.setattr("ecoquartier.web.public.directory.Directory.paginate_by", 1)
    assert f"<title>{title}</title>" in read(f"/ecoquartiers/?{query}")


def test_a_search_without_result_says_what_to_do(three, main):
    page = main("/ecoquartiers/?q=introuvable")
    assert "Aucune opération ne correspond à ces critères." in page
    assert "Voir toutes les opérations" in page


@pytest.mark.parametrize(
    ("query", "advice"),
    [
        ("q=introuvable", "Essayez un autre nom, une commune ou un code postal."),
        ("etape=1", "Aucune n’a ce choix pour l’instant."),
        ("q=introuvable&etape=1", "Essayez avec moins de critères."),
    ],
)
def test_an_empty_result_advises_on_what_was_asked(world, public_operation, main, query, advice):
    public_operation()
    assert advice in main(f"/ecoquartiers/?{query}")


def test_pages_keep_the_search(three, client, monkeypatch):
    monkeypatch.setattr("ecoquartier.web.public.directory.Directory.paginate_by", 1)
    page = client.get("/ecoquartiers/?q=laval").content.decode()
    assert 'href="?q=laval&amp;page=2"' in page
    assert [row.name for row in client.get("/ecoquartiers/?q=laval&page=2").context["rows"]] == ["Les Rives"]


@pytest.mark.parametrize(("page", "shown"), [("0", 1), ("-1", 1), ("-", 1), ("x", 1), ("2", 2), ("9", 3)])
def test_a_page_that_does_not_exist_is_the_nearest(three, client, monkeypatch, page, shown):
    monkeypatch.setattr("ecoquartier.web.public.directory.Directory.paginate_by", 1)
    assert client.get(f"/ecoquartiers/?page={page}").context["nav"].page.number == shown


@pytest.mark.parametrize(
    ("asked", "clean"),
    [
        ("q=rives&etape=&region=&tri=", "?q=rives"),
        ("q=&etape=", "/ecoquartiers/"),
        ("q=é+%26&vie=", "?q=%C3%A9+%26"),
    ],
)
def test_the_address_keeps_only_what_was_asked(three, client, asked, clean):
    response = client.get(f"/ecoquartiers/?{asked}")
    assert (response.status_code, response.headers["Location"]) == (302, clean)


def test_files_are_asked_in_the_order_of_the_page(three, main):
    assert "selection.csv?q=laval&amp;tri=annee" in main("/ecoquartiers/?q=laval&tri=annee")


def test_queries_are_few_and_constant(public_operation, queries):
    public_operation()
    one = queries("/ecoquartiers/")
    public_operation("Les Rives", commune="97411")
    public_operation("La Gare", rank=2)
    assert queries("/ecoquartiers/") == one <= 8
    assert queries("/ecoquartiers/?q=larivve&commune=97411&etape=3") <= 8
    assert queries("/ecoquartiers/?q=lesrivves+laval&commune=53130&vue=carte") <= 8


def test_a_row_that_says_the_same_keeps_its_date(public_operation):
    operation = public_operation()
    before = DirectoryRow.objects.get(pk=operation.pk).updated_at
    Operation.objects.filter(pk=operation.pk).update(context="Un texte qui n’est pas public.")
    rebuild([operation.pk])
    assert DirectoryRow.objects.get(pk=operation.pk).updated_at == before
    Operation.objects.filter(pk=operation.pk).update(figures={"dwellings": 12})
    rebuild([operation.pk])
    row = DirectoryRow.objects.get(pk=operation.pk)
    assert row.updated_at > before
    assert row.dwellings == 12
