"""Corners drawn or typed: how their text is read, what is refused and at which line, and the perimeter they make."""

import json
from decimal import Decimal

import pytest

from ecoquartier.operations.domain.perimeter import Refused
from ecoquartier.operations.domain.perimeter.corners import MOST_CORNERS, as_geojson, as_text, typed_corners
from ecoquartier.operations.domain.perimeter.refusals import SENTENCES, WHEN_DRAWN
from ecoquartier.operations.services.perimeter_files import PerimeterRefused, read_drawing

# A rectangle of 300 metres by 300 in Laval.
EAST, NORTH = 300 / 74_500, 300 / 111_200
SQUARE = [(-0.77, 48.07), (-0.77 + EAST, 48.07), (-0.77 + EAST, 48.07 + NORTH), (-0.77, 48.07 + NORTH)]
THREE = "48.07, -0.77\n48.07, -0.76\n48.08, -0.76"


def drawn(*corners) -> bytes:
    return json.dumps(as_geojson(corners)).encode()


@pytest.fixture
def operation(world):
    """An operation in Laval."""
    return world.part(filled=False).operation


@pytest.mark.parametrize(
    "line",
    [
        "48.07,-0.77",
        " 48.07 , -0.77 ",
        "48.07 -0.77",
        "48.07\t-0.77",
        "48.07;-0.77",
        "48,07 ; -0,77",
        "48,07, -0,77",
        "48,07 -0,77",
        "48,07 −0.77",
        "48° 4′ 12″ N, 0° 46′ 12″ O",
        "0° 46′ 12″ O; 48° 4′ 12″ N",
    ],
)
def test_a_corner_is_read_as_people_write_it(line):
    assert typed_corners(f"{line}\n48.07, -0.76\n48.08, -0.76")[0] == pytest.approx((-0.77, 48.07))


def test_empty_lines_and_a_corner_given_twice_at_the_end_count_for_nothing():
    assert typed_corners(f"\r\n{THREE}\r\n\r\n48.07, -0.77\r\n") == typed_corners(THREE)
    assert len(typed_corners(THREE)) == 3


@pytest.mark.parametrize(
    ("line", "quoted"),
    [
        ("ici", "ici"),
        ("48.07", "48.07"),
        ("48,07", "48,07"),
        ("48.07, -0.77, 12", "48.07, -0.77, 12"),
        ("418000, 6780000", "418000, 6780000"),
        ("48.07, 6780000", "48.07, 6780000"),
        ("nan, inf", "nan, inf"),
        ("x" * 200, "x" * 40),
    ],
)
def test_a_line_that_is_no_corner_is_told_by_its_number(line, quoted):
    with pytest.raises(Refused) as refused:
        typed_corners(f"48.07, -0.77\n\n{line}\n{THREE}")
    assert (refused.value.code, refused.value.facts) == ("bad_corner", {"line": 3, "text": quoted})


@pytest.mark.parametrize(
    "text", ["", "  \n ", "48.07, -0.77\n48.08, -0.77", "48.07, -0.77\n48.08, -0.77\n48.07, -0.77"]
)
def test_an_outline_has_three_corners_at_least(text):
    with pytest.raises(Refused) as refused:
        typed_corners(text)
    assert refused.value.code == "too_few_corners"


def test_a_drawing_has_an_end():
    lines = [f"48.{n:04}, -0.77" for n in range(MOST_CORNERS + 1)]
    assert len(typed_corners("\n".join(lines[:-1]))) == MOST_CORNERS
    with pytest.raises(Refused) as refused:
        typed_corners("\n".join(lines))
    assert refused.value.code == "too_many_corners"


def test_a_drawing_is_written_as_it_was_read():
    assert typed_corners(as_text(as_geojson(SQUARE))) == SQUARE


def test_a_drawing_is_measured_as_a_file_is(operation):
    reading = read_drawing(drawn(*SQUARE), operation)
    assert reading.area_ha == pytest.approx(Decimal(9), rel=Decimal("0.005"))
    assert (reading.source, reading.projection, reading.how) == ("drawn", "EPSG:4326", "declared")
    assert not reading.is_mended
    assert not reading.is_swapped


def test_an_outline_that_crosses_itself_is_mended_and_said(operation):
    south_west, south_east, north_east, north_west = SQUARE
    reading = read_drawing(drawn(south_west, north_east, south_east, north_west), operation)
    assert reading.is_mended
    assert reading.area_ha == pytest.approx(Decimal("4.5"), rel=Decimal("0.005"))


def test_longitudes_typed_first_are_put_right_and_said(operation):
    reading = read_drawing(drawn(*[(north, east) for east, north in SQUARE]), operation)
    assert reading.is_swapped
    assert reading.area_ha == pytest.approx(Decimal(9), rel=Decimal("0.005"))


@pytest.mark.parametrize(
    ("corners", "words"),
    [
        ([(east + 3, north) for east, north in SQUARE], "Ce périmètre tombe à 224 km de la commune."),
        ([(east - 60.2, north - 33.5) for east, north in SQUARE], "Ce périmètre tombe ailleurs : dans la Martinique."),
        ([(east - 30, north) for east, north in SQUARE], "Ce périmètre tombe hors du territoire de l’opération."),
        ([(-1, 48), (-0.5, 48), (-0.5, 48.5), (-1, 48.5)], "5 000 au plus pour une opération."),
        (
            [(-0.77, 48.07), (-0.7699, 48.07), (-0.7699, 48.07005)],
            "Ce périmètre fait moins de 100 m² : vérifiez ses points.",
        ),
        (
            [(-0.77, 48.07), (-0.769999, 48.07), (-0.769999, 48.070001)],
            "Ce contour n’a pas de surface : vérifiez ses points.",
        ),
        ([(-0.77, 120), (-0.77, -24), (-0.5, 48)], "L’une de ces coordonnées n’est nulle part sur la Terre."),
    ],
)
def test_a_drawing_that_is_no_perimeter_is_refused_without_speaking_of_a_file(operation, corners, words):
    with pytest.raises(PerimeterRefused) as refused:
        read_drawing(drawn(*corners), operation)
    said = refused.value.message.replace("\u00a0", " ").replace("\u202f", " ")
    assert said.endswith(words)
    assert not refused.value.asks_projection
    assert "fichier" not in said


def test_each_sentence_of_a_drawing_stands_for_one_of_a_file():
    assert set(WHEN_DRAWN) < set(SENTENCES)
