"""What the directory says beside a label: where an operation stands, whether it goes on, that it is engaged only."""

import csv
import io
import json
import re
from html import unescape

import pytest

from ecoquartier.directory.services import rebuild
from ecoquartier.operations.models import Operation
from ecoquartier.people.models import User
from ecoquartier.territories.models import Commune
from tests.support.perimeters import move_perimeter


def table(client):
    made = b"".join(client.get("/ecoquartiers/selection.csv").streaming_content).decode("utf-8-sig")
    return {row["Opération"]: row for row in csv.DictReader(io.StringIO(made), delimiter=";")}


def sheet(operation):
    return f"/ecoquartiers/{operation.slug}/"


def linked_data(read, operation):
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', read(sheet(operation)))[1])


@pytest.mark.parametrize(
    ("is_approximate", "position", "sentence"),
    [
        (False, "commune", "Sans périmètre, elle est placée sur le point de sa commune."),
        (True, "approximative", "Sans périmètre, elle est placée près de sa commune : position approximative."),
    ],
)
def test_without_a_perimeter_a_place_is_not_exact(
    public_operation, main, read, client, is_approximate, position, sentence
):
    Commune.objects.filter(pk="53130").update(is_place_approximate=is_approximate)
    operation = public_operation()
    assert table(client)["Les Tanneries"]["Position"] == position
    assert sentence in main(sheet(operation))
    assert "geo" not in linked_data(read, operation)


def test_the_middle_of_a_perimeter_is_the_place(world, main, read, client):
    part = world.part()
    move_perimeter(part, times=2)
    row = table(client)[part.operation.name]
    assert row["Position"] == "périmètre"
    assert str(linked_data(read, part.operation)["geo"]["latitude"]).replace(".", ",") == row["Latitude (WGS 84)"]
    assert "Sans périmètre" not in main(sheet(part.operation))


def test_an_operation_that_has_no_place_says_nothing_of_it(public_operation, main, client):
    Commune.objects.filter(pk="53130").update(latitude=None, longitude=None, is_place_approximate=False)
    operation = public_operation()
    assert table(client)["Les Tanneries"]["Position"] == ""
    assert "Sans périmètre" not in main(sheet(operation))


@pytest.mark.parametrize(
    ("state", "word", "sentence"),
    [
        ("paused", "suspendue", "Cette opération est suspendue depuis le 1er mars 2020."),
        ("abandoned", "abandonnée", "Cette opération a été abandonnée le 1er mars 2020."),
    ],
)
def test_an_operation_that_does_not_go_on_says_so(public_operation, main, read, client, state, word, sentence):
    operation = public_operation(state=state, state_since="2020-03-01")
    for path in ("/ecoquartiers/", "/widget/les-tanneries-laval/"):
        assert re.search(rf"<main.*>{word}</span>.*</main>", read(path)), path
    assert table(client)["Les Tanneries"]["Avancement"] == word
    assert sentence in main(sheet(operation))
    assert f"{word.capitalize()} " in re.search(r'og:description" content="([^"]*)"', read(sheet(operation)))[1]


def test_an_operation_that_goes_on_has_no_such_word(public_operation, main):
    public_operation()
    cards = main("/ecoquartiers/").split('class="cards')[1]
    assert "suspendue" not in cards
    assert "abandonnée" not in cards


def test_what_is_abandoned_gives_no_dwelling(public_operation, main):
    public_operation(dwellings=100)
    public_operation("Les Rives", dwellings=1_000, state="abandoned")
    public_operation("La Gare", dwellings=30, state="paused")
    page = main("/")
    assert "dans les 2 opérations qui les ont indiqués" in page
    assert ">130<" in page


def test_a_charter_alone_has_no_label_to_show(world, public_operation, main):
    page = main(sheet(world.part().operation))
    assert "Montrer cette opération ailleurs" in page
    assert "Opération engagée :" in page
    assert "Label ÉcoQuartier" not in page
    labelled = main(sheet(public_operation()))
    assert "Montrer ce label ailleurs" in labelled
    assert "Label ÉcoQuartier : Les Tanneries" in labelled


def test_an_abandoned_charter_is_nowhere_said_engaged(world, main, read):
    operation = world.part().operation
    engaged = "engagée dans la démarche"
    assert f"l’opération est {engaged}" in main(sheet(operation))
    Operation.objects.update(state="abandoned", state_since="2020-03-01", state_reason="Sans suite.")
    rebuild([operation.pk])
    page, frame = main(sheet(operation)), main(f"/widget/{operation.slug}/")
    assert "La collectivité avait signé la charte : l’opération n’est plus engagée" in page
    for shown in (page, frame):
        assert "Ancienne opération de la démarche ÉcoQuartier" in shown
        assert "Opération engagée" not in shown
        assert f"est {engaged}" not in shown
    assert "Opération abandonnée :" in page
    assert "engagée" not in main("/ecoquartiers/").split('class="cards')[1]


def test_only_what_goes_on_is_offered_to_those_who_hold_it(public_operation, main):
    assert "Vous portez cette opération" in main(sheet(public_operation()))
    assert "Vous portez" in main(sheet(public_operation("La Gare", state="paused", state_since="2020-03-01")))
    over = main(sheet(public_operation("Les Rives", state="abandoned", state_since="2020-03-01")))
    assert "Vous portez" not in over
    assert "/espace/" not in over


def test_those_who_hold_it_find_it_searched_in_the_register(world, public_operation, main, client):
    operation = public_operation("L’Îlot d’en haut " + "très " * 30 + "long")
    public_operation("Les Rives")
    address = unescape(re.search(r'href="(/espace/operations/registre/[^"]*)"', main(sheet(operation)))[1])
    # Somebody else in front of the page signs in first, and the search is not lost.
    sign_in = client.get(address).headers["Location"]
    password = "une phrase assez longue"
    person = User.objects.create_user("camille@example.org", "Camille Armand", password)
    arrived = client.post(sign_in, {"email": person.email, "password": password}, follow=True)
    assert arrived.redirect_chain[-1] == (address, 302)
    assert [row["operation"] for row in arrived.context["rows"]] == [operation]


def test_a_description_begins_with_a_capital(world, read):
    page = read(sheet(world.part().operation))
    for name in ('name="description"', 'property="og:description"'):
        assert re.search(rf'{name} content="Charte signée', page), name


def test_names_that_hold_commas_are_told_apart(public_operation, main, client):
    operation = public_operation(types=["brownfield", "renewal"])
    Operation.objects.filter(pk=operation.pk).update(actors={"bailleurs": ["Toit, sol et murs", "Mayenne Habitat"]})
    rebuild([operation.pk])
    assert "Toit, sol et murs ; Mayenne Habitat" in main(sheet(operation))
    assert table(client)["Les Tanneries"]["Types d’opération"].count(" ; ") == 1


def test_a_neighbour_that_changes_changes_the_sheet(public_operation, client):
    operation = public_operation(strong_points=["bois"])
    other = public_operation("Les Rives", strong_points=["bois"])
    etag = client.get(sheet(operation)).headers["ETag"]
    Operation.objects.filter(pk=other.pk).update(name="Les Berges")
    rebuild([other.pk])
    response = client.get(sheet(operation), headers={"If-None-Match": etag})
    assert response.status_code == 200
    assert "Les Berges" in response.content.decode()


def test_a_sheet_that_does_not_exist_is_never_said_unchanged(public_operation, client):
    public_operation()
    assert client.get("/ecoquartiers/inconnue/", headers={"If-None-Match": "*"}).status_code == 404
