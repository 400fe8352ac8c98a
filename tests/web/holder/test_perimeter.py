"""Pages of the perimeter: a file read then recorded, choices, a point, the drawing, the download, who may."""

import json
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ecoquartier.core import clock
from ecoquartier.operations.domain.perimeter.territories import MAINLAND
from ecoquartier.operations.models import Operation, Perimeter
from ecoquartier.operations.services.perimeter import record_perimeter
from ecoquartier.operations.services.perimeter_files import read_file
from ecoquartier.web.holder.perimeter import UPLOADS
from ecoquartier.web.shared.kept import KEPT_FOR, KeptFiles
from tests.support.perimeters import SQUARE, geojson, polygon, square

THREE = geojson(polygon(SQUARE), polygon(square(418400, 6780000, 100)), polygon(square(418600, 6780000, 100)))


def text(response) -> str:
    """The page as one line, its spaces made plain."""
    return " ".join(response.content.decode().replace("\u00a0", " ").replace("&#x27;", "'").split())


def url(name: str, operation: Operation, **kwargs) -> str:
    return reverse(f"holder:{name}", kwargs={"pk": operation.pk, **kwargs})


@pytest.fixture
def part(world):
    """An operation and its team."""
    return world.part(filled=False)


@pytest.fixture
def upload(sign_in):
    """Send a file as somebody; returns the client and the answer."""

    def send(user, operation, data: bytes, name: str = "contour.geojson"):
        client = sign_in(user)
        return client, client.post(url("perimeter-upload", operation), {"file": SimpleUploadedFile(name, data)})

    return send


def put(part, ring=SQUARE):
    reading = read_file(geojson(polygon(ring)), part.operation)
    record_perimeter(part.operation, actor=part.lead, reading=reading)
    return part.operation.perimeters.get(replaced_at=None)


def test_a_file_is_read_shown_then_recorded(part, upload):
    client, answer = upload(part.lead, part.operation, geojson(polygon(SQUARE)), "Périmètre 2026.geojson")
    shown = client.get(answer.url)
    page = text(shown)
    for words in ("Périmètre 2026.geojson", "fichier GeoJSON", "Lambert-93", "annoncée par le fichier", "9 ha"):
        assert words in page, words
    assert "<svg" in page
    assert not Perimeter.objects.exists()
    done = client.post(answer.url, follow=True)
    assert "Le périmètre est enregistré." in text(done)
    assert Perimeter.objects.get().file_name == "Périmètre 2026.geojson"
    # The file has served.
    assert client.get(answer.url).status_code == 404


def test_an_error_page_does_not_say_what_was_done_well(part, upload):
    client, answer = upload(part.lead, part.operation, geojson(polygon(SQUARE)))
    done = client.post(answer.url)
    gone, said = client.get(answer.url), "Le périmètre est enregistré."
    assert (gone.status_code, said in text(gone)) == (404, False)
    assert said in text(client.get(done.url))


def test_polygons_are_chosen_before_they_are_recorded(part, upload):
    client, answer = upload(part.lead, part.operation, THREE)
    page = text(client.get(answer.url))
    assert "3, réunis en un seul périmètre" in page
    assert "Îlot 2, 1 ha" in page
    chosen = f"{answer.url}?chosen=on&parts=0&parts=2"
    assert "2 gardés sur 3" in text(client.get(chosen))
    client.post(chosen)
    assert Perimeter.objects.get().area_ha == 10
    assert len(Perimeter.objects.get().geometry["coordinates"]) == 2


def test_no_polygon_at_all_is_a_sentence_and_nothing_is_recorded(part, upload):
    client, answer = upload(part.lead, part.operation, THREE)
    page = text(client.get(f"{answer.url}?chosen=on"))
    assert "Choisissez au moins un polygone." in page
    assert "Enregistrer ce périmètre" not in page
    assert client.post(f"{answer.url}?chosen=on").status_code == 422
    assert not Perimeter.objects.exists()


def test_the_projection_is_asked_when_the_file_is_wrong(part, upload):
    client, answer = upload(part.lead, part.operation, geojson(polygon(SQUARE), crs="EPSG:3948"))
    page = text(client.get(answer.url))
    assert "Le périmètre est lu, mais il tombe ailleurs" in page
    assert "hors du territoire" in page
    assert "CC48" in page
    assert "Enregistrer ce périmètre" not in page
    page = text(client.get(f"{answer.url}?projection=2154"))
    assert "choisie par vous" in page
    client.post(f"{answer.url}?projection=2154")
    assert Perimeter.objects.get().area_ha == 9


@pytest.mark.parametrize("choices", ["?projection=x", "?projection=99999", "?chosen=on&parts=x", "?parts=1&parts=900"])
def test_an_address_made_by_hand_breaks_nothing(part, upload, choices):
    client, answer = upload(part.lead, part.operation, THREE)
    assert client.get(answer.url + choices).status_code == 200


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.geojson", b"<html></html>", "pas un KML"),
        ("a.gpkg", b"SQLite format 3\x00" + bytes(200), "abîmé"),
        ("a.geojson", geojson(), "Ce fichier ne contient aucune forme"),
        ("a.kml", geojson({"type": "Point", "coordinates": [0, 0]}), "que des points ou des lignes"),
        ("a.exe", b"MZ", "GeoJSON"),
        ("a.geojson", b"", "vide"),
    ],
)
def test_a_file_that_gives_no_perimeter_is_refused_in_the_form(part, upload, name, data, words):
    _client, answer = upload(part.lead, part.operation, data, name)
    assert answer.status_code == 422
    assert words in text(answer)


def test_files_are_not_read_one_after_the_other_without_end(part, upload):
    for _n in range(UPLOADS.most):
        _client, answer = upload(part.lead, part.operation, b"rien")
        assert "en peu de temps" not in text(answer)
    _client, answer = upload(part.lead, part.operation, geojson(polygon(SQUARE)))
    assert answer.status_code == 422
    assert "Vous avez fait lire beaucoup de périmètres en peu de temps : réessayez dans 10 min." in text(answer)
    assert not part.operation.perimeters.exists()
    UPLOADS.forget(str(part.lead.pk))
    _client, answer = upload(part.lead, part.operation, geojson(polygon(SQUARE)))
    assert answer.status_code == 302


def test_a_point_and_an_area_do_for_want_of_a_file(part, sign_in):
    client = sign_in(part.lead)
    where = {"latitude": "48° 04′ 24″ N", "longitude": "0° 46′ 1″ O", "area_ha": "12,5"}
    page = text(client.post(url("perimeter-point", part.operation), where, follow=True))
    assert "12,5 ha" in page
    assert "point et superficie déclarée" in page
    refused = client.post(url("perimeter-point", part.operation), {**where, "latitude": "ici"})
    assert refused.status_code == 422
    assert "n’est pas une coordonnée" in text(refused)


def as_it_came(response) -> dict:
    """What the form of the page sends as it is."""
    form = response.context["form"]
    return {bound.html_name: bound.value() or "" for bound in form}


def test_a_perimeter_recorded_meanwhile_is_not_replaced_unseen(part, upload):
    client, answer = upload(part.lead, part.operation, geojson(polygon(SQUARE)))
    shown = client.get(answer.url)
    meanwhile = put(part, square(418400, 6780000, 100))
    told = client.post(answer.url, as_it_came(shown))
    assert told.status_code == 422
    assert "Un autre périmètre a été enregistré depuis que cette page est ouverte." in text(told)
    assert part.operation.perimeters.get(replaced_at=None) == meanwhile
    # Once told, the person replaces it on purpose.
    assert client.post(answer.url, as_it_came(told)).status_code == 302
    meanwhile.refresh_from_db()
    assert meanwhile.replaced_at


def test_a_point_does_not_replace_a_perimeter_unseen_either(part, sign_in):
    client, address = sign_in(part.lead), url("perimeter-point", part.operation)
    where = {"latitude": "48,0712", "longitude": "-0,7734", "area_ha": "12,5"}
    sent = as_it_came(client.get(address)) | where
    meanwhile = put(part)
    told = client.post(address, sent)
    assert told.status_code == 422
    assert "Un autre périmètre a été enregistré" in text(told)
    assert part.operation.perimeters.get(replaced_at=None) == meanwhile
    assert client.post(address, as_it_came(told) | where).status_code == 302


def test_every_fault_of_a_point_is_told_at_once_beside_its_field(part, sign_in):
    client = sign_in(part.lead)
    answer = client.post(url("perimeter-point", part.operation), {"latitude": "ici", "longitude": "là", "area_ha": "0"})
    errors = {name: said[0].replace("\u00a0", " ") for name, said in answer.context["form"].errors.items()}
    assert errors == {
        "latitude": "« ici » n’est pas une coordonnée.",
        "longitude": "« là » n’est pas une coordonnée.",
        "area_ha": "0,01 ha au moins.",
    }
    answer = client.post(
        url("perimeter-point", part.operation), {"latitude": "48,07", "longitude": "419430", "area_ha": "6000"}
    )
    errors = {name: said[0].replace("\u00a0", " ") for name, said in answer.context["form"].errors.items()}
    assert errors == {
        "longitude": "L’une des coordonnées est en degrés, l’autre en mètres.",
        "area_ha": "5 000 ha au plus.".replace(" 000", "\u202f000"),
    }


def test_metres_of_another_projection_are_read_when_it_is_said(part, sign_in):
    client, address = sign_in(part.lead), url("perimeter-point", part.operation)
    # The same place as 48,0735 N, 0,7669 O, in the conic projection of its zone.
    metres = {"latitude": "7215027", "longitude": "1419429", "area_ha": "12,5"}
    refused = text(client.post(address, metres))
    assert "si c’en est une autre, choisissez-la" in refused
    assert "Projection des coordonnées en mètres" in refused
    page = text(client.post(address, {**metres, "projection": "3948"}, follow=True))
    assert "CC48" in page
    degrees = {"latitude": "43,3", "longitude": "5,4", "area_ha": "12,5"}
    assert "choisissez-la" not in text(client.post(address, degrees))


def test_where_there_is_one_projection_nothing_is_asked(part, sign_in, monkeypatch):
    client, address = sign_in(part.lead), url("perimeter-point", part.operation)
    assert "projection" in client.get(address).context["form"].fields
    one = replace(MAINLAND, projections=(2154,))
    monkeypatch.setattr("ecoquartier.web.holder.perimeter.territory_of", lambda county: one)
    assert "projection" not in client.get(address).context["form"].fields


def test_a_tenth_of_difference_with_the_sheet_is_told_everywhere(part, upload):
    Operation.objects.filter(pk=part.operation.pk).update(figures={"area_ha": "12.00"})
    client, answer = upload(part.lead, part.operation, geojson(polygon(SQUARE)))
    said = "La fiche déclare 12 ha, le périmètre en fait 9 ha (33 % d’écart)"
    assert said in text(client.get(answer.url))
    client.post(answer.url)
    assert said in text(client.get(url("perimeter", part.operation)))
    assert said in text(client.get(url("operation", part.operation)))


def test_two_shapes_of_one_multipolygon_are_counted(part, upload):
    two = {"type": "MultiPolygon", "coordinates": [[square()], [square(419000)]]}
    client, answer = upload(part.lead, part.operation, geojson(two))
    assert "2, réunis en un seul périmètre" in text(client.get(answer.url))


def test_the_bureau_corrects_with_a_reason(world, part, upload):
    put(part)
    client, answer = upload(world.bureau, part.operation, geojson(polygon(square(side=310))))
    assert "9 ha aujourd’hui, 9,61 ha avec celui-ci, dont 9 ha en commun" in text(client.get(answer.url))
    assert client.post(answer.url, {"reason": ""}).status_code == 422
    client.post(answer.url, {"reason": "Parcelle oubliée."})
    assert Perimeter.objects.count() == 2


def test_services_and_readers_read_and_change_nothing(world, part, sign_in, team_mate):
    put(part)
    for user in (world.correspondent, world.coordinator, team_mate(part.operation, "reader", "lectrice")):
        client = sign_in(user)
        page = text(client.get(url("perimeter", part.operation)))
        assert "9 ha" in page
        assert "Déposer un fichier" not in page
        for name in ("perimeter-upload", "perimeter-point"):
            assert client.get(url(name, part.operation)).status_code == 403
            assert client.post(url(name, part.operation), {}).status_code == 403
    assert "Déposer un fichier" in text(sign_in(part.lead).get(url("perimeter", part.operation)))


def test_a_stranger_learns_nothing(world, part, sign_in, person, upload):
    found = put(part)
    _client, answer = upload(part.lead, part.operation, THREE)
    client = sign_in(person("etrangere"))
    paths = [url(name, part.operation) for name in ("perimeter", "perimeter-upload", "perimeter-point")]
    for path in (*paths, url("perimeter-file", part.operation, key=found.pk), answer.url):
        assert client.get(path).status_code == 404, path


def test_a_file_kept_for_one_operation_is_not_that_of_another(world, part, upload):
    other = world.part(filled=False)
    client, answer = upload(world.bureau, part.operation, THREE)
    key = answer.url.rstrip("/").rpartition("/")[2]
    assert client.get(answer.url).status_code == 200
    assert client.get(url("perimeter-read", other.operation, key=key)).status_code == 404


def test_the_geojson_is_that_of_its_operation(world, part, sign_in):
    found, other = put(part), put(world.part(filled=False))
    client = sign_in(part.lead)
    answer = client.get(url("perimeter-file", part.operation, key=found.pk))
    assert answer["Content-Type"] == "application/geo+json"
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert json.loads(answer.content)["features"][0]["geometry"] == found.geometry
    assert client.get(url("perimeter-file", part.operation, key=other.pk)).status_code == 404


def test_former_perimeters_stay_within_reach(part, sign_in, django_assert_max_num_queries):
    def count() -> int:
        client = sign_in(part.lead)
        with django_assert_max_num_queries(15) as queries:
            client.get(url("perimeter", part.operation))
        return len(queries)

    first = put(part)
    put(part, square(side=310))
    one = count()
    put(part, square(side=320))
    put(part, square(side=330))
    assert count() == one
    page = text(sign_in(part.lead).get(url("perimeter", part.operation)))
    assert "Périmètres précédents" in page
    assert url("perimeter-file", part.operation, key=first.pk) in page


def test_abandoned_files_go_after_a_day():
    shelf = KeptFiles("perimetres", "x")
    key = shelf.keep("Été.zip", b"a\nb")
    assert shelf.read(key) == ("Été.zip", b"a\nb")
    with clock.travel(clock.now() + KEPT_FOR * 2):
        shelf.keep("b", b"")
    assert shelf.read(key) is None
