"""Import of the tracking sheet: upload, preview, confirmation."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ecoquartier.core import clock
from ecoquartier.operations.models import Operation, StageHistory
from ecoquartier.web.bureau import kept
from tests.support.pages import read, signed_in, words

UPLOAD = reverse("bureau:import")
HEADINGS = "N° Dept,CODE INSEE,Ville,Nom EcoQuartier,Nombre de logements,Charte,Candidat 2013,Résultats 2013"
ROWS = (
    "35,35238,Rennes,Baud-Chardonnet,2500,2013,x,Label",
    "35,35238,Rennes,Les Prairies,,,x,Engagé",
    "99,99999,Nulle-Part,Ailleurs,,,,",
)


def sheet(*rows, headings=HEADINGS):
    return SimpleUploadedFile("suivi.csv", "\n".join([headings, *(rows or ROWS)]).encode(), content_type="text/csv")


@pytest.fixture
def client_of_bureau(world):
    return signed_in(world.bureau)


@pytest.fixture
def preview(client_of_bureau):
    """Address of the preview of a sheet of three rows."""
    return client_of_bureau.post(UPLOAD, {"file": sheet()})["Location"]


def kept_files():
    try:
        return default_storage.listdir(kept.FOLDER)[1]
    except FileNotFoundError:
        return []


def test_a_sheet_is_previewed_then_imported(client_of_bureau, preview):
    page = words(client_of_bureau.get(preview))
    assert "2 opérations à inscrire" in page
    assert "1 lignes non placées" in page
    assert "Baud-Chardonnet" in page
    assert "label 2013" in page
    assert "2500 logements" in page
    assert "Nulle-Part" in page
    assert not Operation.objects.exists()
    assert len(kept_files()) == 1
    response = client_of_bureau.post(preview, follow=True)
    assert "Opérations inscrites : 2 ; déjà connues : 0 ; lignes non placées : 1." in words(response)
    assert sorted(Operation.objects.values_list("name", flat=True)) == ["Baud-Chardonnet", "Les Prairies"]
    assert StageHistory.objects.count() == 2
    assert kept_files() == []
    assert client_of_bureau.get(preview).status_code == 404


def test_the_same_sheet_has_nothing_more_to_import(client_of_bureau, preview):
    client_of_bureau.post(preview)
    again = client_of_bureau.post(UPLOAD, {"file": sheet()})["Location"]
    page = words(client_of_bureau.get(again))
    assert "2 déjà au registre" in page
    assert "Toutes les opérations de ce fichier sont déjà au registre." in page


def test_the_report_lists_every_row_left_aside(client_of_bureau, preview):
    report = preview + "rapport.csv"
    response = client_of_bureau.get(report)
    assert response["Content-Disposition"] == 'attachment; filename="rapport-import.csv"'
    text = response.content.decode("utf-8-sig")
    assert text.startswith("ligne;nature;explication;contenu")
    assert "4;non placée;" in text


def test_the_report_holds_no_formula(client_of_bureau):
    address = client_of_bureau.post(UPLOAD, {"file": sheet("99,,=1+1,Ailleurs,,,,")})["Location"]
    text = client_of_bureau.get(address + "rapport.csv").content.decode()
    assert ";=1+1" not in text
    assert "=1+1" in text


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (SimpleUploadedFile("suivi.xlsx", b"PK\x03\x04"), "Ce fichier n’est pas un CSV."),
        (SimpleUploadedFile("suivi.csv", b"PK\x03\x04" + b"x" * 50), "classeur"),
        (sheet("a,b", headings="Une colonne,Une autre"), "en-têtes"),
        (SimpleUploadedFile("suivi.csv", b"x" * (5 * 1024 * 1024 + 1)), "Ce fichier dépasse 5 Mo."),
        (SimpleUploadedFile("suivi.csv", b""), "vide"),
    ],
    ids=["name", "workbook", "other sheet", "large", "empty"],
)
def test_a_wrong_file_gets_its_sentence_and_is_not_kept(client_of_bureau, file, sentence):
    file.seek(0)
    response = client_of_bureau.post(UPLOAD, {"file": file})
    assert response.status_code == 422
    assert sentence in words(response)
    assert kept_files() == []


def test_no_file_is_asked_for(client_of_bureau):
    response = client_of_bureau.post(UPLOAD)
    assert response.status_code == 422
    assert "Tableau de suivi" in words(response)


def test_files_left_by_abandoned_imports_go_away(client_of_bureau, preview, monkeypatch):
    later = clock.now() + kept.KEPT_FOR + timedelta(hours=1)
    with clock.travel(later):
        kept.forget_abandoned()
    assert client_of_bureau.get(preview).status_code == 404


def test_importing_is_for_the_bureau(world, preview):
    client = signed_in(world.coordinator)
    assert client.get(UPLOAD).status_code == 403
    assert client.post(UPLOAD, {"file": sheet()}).status_code == 403
    for address in (preview, preview + "rapport.csv"):
        assert client.get(address).status_code == 403
    assert client.post(preview).status_code == 403
    assert not Operation.objects.exists()


def test_the_bureau_finds_the_import_from_its_home(world):
    assert "Import du registre" in read(world.bureau, reverse("bureau:home"))
