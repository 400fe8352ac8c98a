"""Pages of a drawn perimeter: only with a background of map, read and shown as a file is, corrected, who may."""

import json

import pytest
from django.urls import reverse

from ecoquartier.operations.models import Operation, Perimeter
from ecoquartier.operations.services.perimeter import record_perimeter
from ecoquartier.operations.services.perimeter_files import read_file
from ecoquartier.territories.models import Commune
from ecoquartier.web.holder.perimeter import UPLOADS
from tests.support.perimeters import SQUARE, geojson, polygon, square

TYPED = "48.0700, -0.7700\r\n48.0700, -0.7660\r\n48.0727, -0.7660\r\n48.0727, -0.7700"


def text(response) -> str:
    """The page as one line, its spaces made plain."""
    page = response.content.decode().replace("\u00a0", " ").replace("\u202f", " ").replace("&#x27;", "'")
    return " ".join(page.split())


def url(name: str, operation: Operation, **kwargs) -> str:
    return reverse(f"holder:{name}", kwargs={"pk": operation.pk, **kwargs})


@pytest.fixture(autouse=True)
def tiles(settings):
    """A site with a background of map."""
    settings.TILES_URL = "https://tuiles.example.fr/{z}/{x}/{y}.png"
    settings.TILES_CREDIT = "© la carte"


@pytest.fixture
def part(world):
    """An operation and its team."""
    return world.part(filled=False)


@pytest.fixture
def draw(sign_in):
    """Send corners as somebody; returns the client and the answer."""

    def send(user, operation, corners: str = TYPED):
        client = sign_in(user)
        return client, client.post(url("perimeter-draw", operation), {"corners": corners})

    return send


def put(part, ring=SQUARE):
    record_perimeter(part.operation, actor=part.lead, reading=read_file(geojson(polygon(ring)), part.operation))
    return part.operation.perimeters.get(replaced_at=None)


def test_a_drawing_is_read_shown_then_recorded(part, draw):
    client, answer = draw(part.lead, part.operation)
    page = text(client.get(answer.url))
    for words in ("dessin, point par point", "Superficie mesurée", "<svg", "Corriger le dessin"):
        assert words in page, words
    for words in ("Projection", "Relire avec ces choix"):
        assert words not in page, words
    assert not Perimeter.objects.exists()
    done = text(client.post(answer.url, follow=True))
    assert "Le périmètre est enregistré." in done
    assert "dessin, point par point" in done
    recorded = Perimeter.objects.get()
    assert (recorded.source, recorded.file_name, recorded.is_surface) == ("drawn", "", True)
    assert 8.5 < recorded.area_ha < 9.5
    # The drawing has served.
    assert client.get(answer.url).status_code == 404
    assert client.get(f"{answer.url}corriger/").status_code == 404


def test_a_drawing_is_corrected_from_what_was_understood(part, draw):
    client, answer = draw(part.lead, part.operation)
    page = text(client.get(f"{answer.url}corriger/"))
    assert "48.07, -0.77 48.07, -0.766 48.0727, -0.766 48.0727, -0.77</textarea>" in page
    again = client.post(f"{answer.url}corriger/", {"corners": TYPED.replace("0.7660", "0.7650")})
    assert again.status_code == 302
    assert again.url != answer.url
    assert "48.0727, -0.765" in text(client.get(f"{again.url}corriger/"))


def test_crossing_lines_are_mended_and_said(part, draw):
    client, answer = draw(part.lead, part.operation, "48.07, -0.77\n48.0727, -0.766\n48.07, -0.766\n48.0727, -0.77")
    assert "Le contour se croisait lui-même" in text(client.get(answer.url))


@pytest.mark.parametrize(
    ("corners", "words"),
    [
        ("", "Ce champ est obligatoire."),
        ("48.07, -0.77\n48.08, -0.77", "Il faut au moins trois points différents"),
        ("\n48.07, -0.77\nmairie\n48.08, -0.77", "Ligne 3 : « mairie » n’est pas une latitude et une longitude"),
        ("40.7, -74.0\n40.7, -74.1\n40.8, -74.1", "hors du territoire de l’opération"),
        ("43.3, 5.37\n43.3, 5.38\n43.31, 5.38", "km de la commune."),
        ("48, -1\n48, -0.5\n48.5, -0.5", "5 000 au plus pour une opération"),
    ],
)
def test_a_refusal_is_a_sentence_and_keeps_what_was_typed(part, draw, corners, words):
    _client, answer = draw(part.lead, part.operation, corners)
    assert answer.status_code == 422
    page = text(answer)
    assert words in page
    assert f"{' '.join(corners.split())}</textarea>" in page


def test_drawings_and_files_are_counted_together(part, draw):
    for _n in range(UPLOADS.most):
        assert UPLOADS.wait(str(part.lead.pk)) == 0
    _client, answer = draw(part.lead, part.operation)
    assert answer.status_code == 422
    assert "Vous avez fait lire beaucoup de périmètres en peu de temps" in text(answer)


def test_without_a_background_of_map_there_is_nothing_to_draw_on(part, sign_in, draw, settings):
    client, answer = draw(part.lead, part.operation)
    offered = "Dessiner sur la carte"
    assert client.get(url("perimeter-draw", part.operation)).status_code == 200
    assert offered in text(client.get(url("perimeter", part.operation)))
    settings.TILES_URL = ""
    assert offered not in text(client.get(url("perimeter", part.operation)))
    for path in (url("perimeter-draw", part.operation), f"{answer.url}corriger/"):
        assert client.get(path).status_code == 404
        assert client.post(path, {"corners": TYPED}).status_code == 404


def test_the_team_and_the_bureau_draw_the_others_read(world, part, sign_in, draw, team_mate):
    put(part)
    for user in (world.correspondent, world.coordinator, team_mate(part.operation, "reader", "lectrice")):
        client = sign_in(user)
        assert "Dessiner sur la carte" not in text(client.get(url("perimeter", part.operation)))
        assert client.get(url("perimeter-draw", part.operation)).status_code == 403
        assert client.post(url("perimeter-draw", part.operation), {"corners": TYPED}).status_code == 403
    for user in (part.lead, team_mate(part.operation), world.bureau):
        assert draw(user, part.operation)[1].status_code == 302


def test_the_bureau_says_why(world, part, draw):
    client, answer = draw(world.bureau, part.operation)
    assert client.post(answer.url, {"reason": ""}).status_code == 422
    client.post(answer.url, {"reason": "Parcelle oubliée."})
    assert Perimeter.objects.get().source == "drawn"


def test_a_stranger_and_another_operation_learn_nothing(world, part, draw, sign_in, person):
    other = world.part(filled=False)
    client, answer = draw(world.bureau, part.operation)
    key = answer.url.rstrip("/").rpartition("/")[2]
    for name in ("perimeter-drawn", "perimeter-redraw"):
        assert client.get(url(name, part.operation, key=key)).status_code == 200
        assert client.get(url(name, other.operation, key=key)).status_code == 404
    # Nor is a drawing a file.
    assert client.get(url("perimeter-read", part.operation, key=key)).status_code == 404
    client = sign_in(person("etrangere"))
    for path in (url("perimeter-draw", part.operation), answer.url, f"{answer.url}corriger/"):
        assert client.get(path).status_code == 404, path


def test_the_map_starts_where_the_operation_is(part, sign_in):
    def box() -> list[float]:
        page = client.get(url("perimeter-draw", part.operation)).content.decode()
        return json.loads(page.partition('data-eq-box="')[2].partition('"')[0])

    client = sign_in(part.lead)
    west, south, east, north = box()
    laval = part.operation.lead_commune
    assert ((west + east) / 2, (south + north) / 2) == pytest.approx((laval.longitude, laval.latitude))
    Commune.objects.filter(pk=laval.pk).update(latitude=None, longitude=None)
    assert box() == [-5.6, 41.2, 9.8, 51.3]
    found = put(part)
    assert box() == [found.west, found.south, found.east, found.north]
    page = text(client.get(url("perimeter-draw", part.operation)))
    assert f'data-eq-present="{url("perimeter-file", part.operation, key=found.pk)}"' in page
    assert 'data-eq-tiles="https://tuiles.example.fr/{z}/{x}/{y}.png"' in page
    assert "Fond de carte : © la carte." in page


def test_queries_are_few_and_constant(part, sign_in, django_assert_max_num_queries):
    def count() -> int:
        client = sign_in(part.lead)
        with django_assert_max_num_queries(15) as queries:
            client.get(url("perimeter-draw", part.operation))
        return len(queries)

    put(part)
    one = count()
    put(part, square(side=310))
    put(part, square(side=320))
    assert count() == one
