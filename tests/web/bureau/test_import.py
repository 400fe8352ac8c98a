"""Import of older operations: upload, preview, import in the background, report, past imports."""

import re
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ecoquartier.core import clock
from ecoquartier.operations.models import LegacyImport, Operation, StageHistory
from ecoquartier.operations.services import imports
from ecoquartier.operations.tasks import run_import
from ecoquartier.operations.workflow import SILENT_AFTER
from tests.support.pages import read, signed_in, words

UPLOAD = reverse("bureau:import")
HEADINGS = "N° Dept,CODE INSEE,Ville,Nom EcoQuartier,Nombre de logements,Charte,Candidat 2013,Résultats 2013"
ROWS = (
    "35,35238,Rennes,Baud-Chardonnet,2500,2013,x,Label",
    "35,35238,Rennes,Les Prairies,,,x,Engagé",
    "99,99999,Nulle-Part,Ailleurs,,,,",
)
HTMX = {"HX-Request": "true"}


def sheet(*rows, headings=HEADINGS, name="suivi.csv"):
    return SimpleUploadedFile(name, "\n".join([headings, *(rows or ROWS)]).encode(), content_type="text/csv")


@pytest.fixture
def client_of_bureau(world):
    return signed_in(world.bureau)


@pytest.fixture
def preview(client_of_bureau):
    """Address of the page of a sheet of three rows."""
    return client_of_bureau.post(UPLOAD, {"file": sheet()})["Location"]


@pytest.fixture
def done(client_of_bureau, preview):
    """Address of the same page once it is imported."""
    client_of_bureau.post(preview + "importer/")
    run_import(str(LegacyImport.objects.get().pk))
    return preview


def kept_files():
    try:
        return default_storage.listdir(imports.FOLDER)[1]
    except FileNotFoundError:
        return []


def test_a_sheet_is_read_then_imported_then_reported(client_of_bureau, preview):
    page = words(client_of_bureau.get(preview))
    assert "2 opérations à inscrire" in page
    assert "1 ligne non placée" in page
    assert "Nulle-Part" in page
    inscribed = words(client_of_bureau.get(preview + "?lignes=inscrites"))
    assert "Baud-Chardonnet, Rennes (35)" in inscribed
    assert "charte 2013, label 2013" in inscribed
    before = Operation.objects.count()
    assert len(kept_files()) == 1
    response = client_of_bureau.post(preview + "importer/", follow=True)
    assert "L’import est lancé" in words(response)
    assert "0 sur 2" in words(response)
    assert Operation.objects.count() == before
    run_import(str(LegacyImport.objects.get().pk))
    assert set(Operation.objects.order_by("-created_at").values_list("name", flat=True)[:2]) == {
        "Baud-Chardonnet",
        "Les Prairies",
    }
    assert StageHistory.objects.filter(source="reprise 2016").count() == 2
    report = words(client_of_bureau.get(preview))
    assert "2 opérations inscrites" in report
    assert "terminé" in report
    assert kept_files() == []


def test_who_follows_an_import_reads_its_progress_then_the_whole_page(client_of_bureau, preview):
    client_of_bureau.post(preview + "importer/")
    fragment = client_of_bureau.get(preview, headers=HTMX)
    assert "0 sur 2" in fragment.content.decode()
    assert "<html" not in fragment.content.decode()
    page = client_of_bureau.get(preview).content.decode()
    assert fragment.content.decode().split("\n", 1)[1].strip() in page
    run_import(str(LegacyImport.objects.get().pk))
    assert client_of_bureau.get(preview, headers=HTMX)["HX-Refresh"] == "true"


def test_an_import_that_says_nothing_more_may_be_started_again(client_of_bureau, preview):
    client_of_bureau.post(preview + "importer/")
    assert "Relancer l’import" not in words(client_of_bureau.get(preview))
    refused = words(client_of_bureau.post(preview + "importer/", follow=True))
    assert "Cet import est en cours." in refused
    with clock.travel(clock.now() + SILENT_AFTER):
        assert "Relancer l’import" in words(client_of_bureau.get(preview))


def test_past_imports_are_listed_with_who_when_and_their_counts(client_of_bureau, done, world):
    page = words(client_of_bureau.get(UPLOAD))
    assert f"suivi.csv {clock.today().day}" in page
    assert f"{world.bureau.full_name} terminé 2 0 1" in page
    assert done in client_of_bureau.get(UPLOAD).content.decode()


def test_the_same_sheet_has_nothing_more_to_import(client_of_bureau, done):
    again = client_of_bureau.post(UPLOAD, {"file": sheet()})["Location"]
    page = words(client_of_bureau.get(again))
    assert re.search("0 opérations? à inscrire", page)
    assert "2 lignes réunies à une opération déjà connue" in page
    assert "Tout ce que dit ce fichier est déjà au registre" in page
    assert "importer/" not in client_of_bureau.get(again).content.decode()


def test_a_sheet_that_only_completes_is_offered(client_of_bureau, done):
    more = sheet(ROWS[0], ROWS[1].replace(",,,x,Engagé", ",,2014,x,Engagé"))
    again = client_of_bureau.post(UPLOAD, {"file": more})["Location"]
    page = words(client_of_bureau.get(again))
    assert "Complétées (1)" in page
    assert "Déjà au registre (1)" in page
    client_of_bureau.post(again + "importer/")
    run_import(again.rstrip("/").rpartition("/")[2])
    assert Operation.objects.get(name="Les Prairies").charter_signatures.get().year == 2014
    assert "2 lignes réunies" in words(client_of_bureau.get(again))


def test_a_preview_says_that_the_register_changed_and_is_read_again(client_of_bureau, preview):
    other = client_of_bureau.post(UPLOAD, {"file": sheet(ROWS[0])})["Location"]
    assert "n’est plus à jour" not in words(client_of_bureau.get(preview))
    client_of_bureau.post(other + "importer/")
    run_import(other.rstrip("/").rpartition("/")[2])
    response = client_of_bureau.get(preview)
    assert "n’est plus à jour" in words(response)
    assert "importer/" not in response.content.decode()
    assert "rien encore" in words(client_of_bureau.get(UPLOAD))
    response = client_of_bureau.post(preview + "relire/", follow=True)
    page = words(response)
    assert "Le fichier est lu de nouveau." in page
    assert "n’est plus à jour" not in page
    assert "1 opération à inscrire" in page
    assert preview + "importer/" in response.content.decode()


def test_what_is_imported_is_not_read_again(client_of_bureau, done):
    report = LegacyImport.objects.get().report
    page = words(client_of_bureau.post(done + "relire/", follow=True))
    assert "il ne se relit plus" in page
    assert LegacyImport.objects.get().report == report


def test_a_sheet_without_any_operation_is_not_imported(client_of_bureau):
    address = client_of_bureau.post(UPLOAD, {"file": sheet(ROWS[2])})["Location"]
    page = client_of_bureau.get(address)
    assert "Aucune opération de ce fichier n’a pu être placée." in words(page)
    assert f'action="{address}importer/"' not in page.content.decode()


def test_the_report_tells_every_line_and_holds_no_formula(client_of_bureau):
    address = client_of_bureau.post(UPLOAD, {"file": sheet(*ROWS, "99,,=1+1,Ailleurs,,,,")})["Location"]
    response = client_of_bureau.get(address + "rapport.csv")
    assert response["Content-Disposition"] == 'attachment; filename="rapport-import.csv"'
    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "ligne;nature;explication;contenu"
    assert {line.split(";")[0] for line in lines[1:]} == {"", "2", "3", "4", "5"}
    assert ";=1" not in response.content.decode()
    assert ";'=1" in response.content.decode()


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (SimpleUploadedFile("suivi.xlsx", b"PK\x03\x04"), "Ce fichier n’est pas un CSV."),
        (SimpleUploadedFile("suivi.csv", b"PK\x03\x04" + b"x" * 50), "classeur"),
        (sheet("a,b", headings="Une colonne,Une autre"), "n’est pas le tableau de suivi"),
        (SimpleUploadedFile("suivi.csv", b"x" * (5 * 1024 * 1024 + 1)), "Ce fichier dépasse 5 Mo."),
        (SimpleUploadedFile("suivi.csv", b""), "vide"),
        (SimpleUploadedFile("suivi.csv", HEADINGS.encode() + b"\0"), "n’est pas du texte"),
    ],
    ids=["name", "workbook", "other sheet", "large", "empty", "not a text"],
)
def test_a_wrong_file_gets_its_sentence_and_is_not_kept(client_of_bureau, file, sentence):
    file.seek(0)
    response = client_of_bureau.post(UPLOAD, {"file": file})
    assert response.status_code == 422
    assert sentence in words(response)
    assert kept_files() == []
    assert not LegacyImport.objects.exists()


def test_no_file_is_asked_for(client_of_bureau):
    response = client_of_bureau.post(UPLOAD)
    assert response.status_code == 422
    assert "Tableau de suivi" in words(response)


def test_files_left_by_abandoned_imports_go_away(client_of_bureau, preview):
    later = clock.now() + imports.KEPT_FOR + timedelta(hours=1)
    with clock.travel(later):
        imports.forget_abandoned()
    assert client_of_bureau.get(preview).status_code == 404
    assert kept_files() == []


def test_importing_is_for_the_bureau(world, preview):
    client = signed_in(world.coordinator)
    assert client.get(UPLOAD).status_code == 403
    assert client.post(UPLOAD, {"file": sheet()}).status_code == 403
    for address in (preview, preview + "rapport.csv"):
        assert client.get(address).status_code in (403, 404)
    assert client.post(preview + "importer/").status_code in (403, 404)
    assert client.post(preview + "relire/").status_code in (403, 404)
    assert LegacyImport.objects.get().state == "read"


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_cost_the_same_whatever_was_imported(client_of_bureau, world, django_assert_max_num_queries, count):
    for n in range(count):
        LegacyImport.objects.create(file_name=f"suivi-{n}.csv", made_by=world.bureau, report=[[2, "imported", "A", ""]])
    client_of_bureau.get(UPLOAD)
    with django_assert_max_num_queries(9):
        client_of_bureau.get(UPLOAD)
    address = reverse("bureau:import-file", args=[LegacyImport.objects.first().pk])
    with django_assert_max_num_queries(9):
        client_of_bureau.get(address)


def test_the_bureau_finds_the_import_from_its_home(world):
    assert "Import du registre" in read(world.bureau, reverse("bureau:home"))
