"""What is understood of a file: formats, projections, repairs, and every file that is refused, in one sentence."""

import json
import math

import pytest

from ecoquartier.operations.domain.perimeter import refusals, territories
from ecoquartier.operations.domain.perimeter.worker import answer
from tests.support import perimeters as files
from tests.support.perimeters import SQUARE, geojson, kml, polygon, shapefile, square, zipped

LAMBERT = (
    'PROJCS["RGF93_v1_Lambert_93",GEOGCS["GCS_RGF93_v1",DATUM["D_RGF_1993",SPHEROID["GRS_1980",6378137,298.257222101]],'
    'PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic"],'
    'PARAMETER["False_Easting",700000],PARAMETER["False_Northing",6600000],PARAMETER["Central_Meridian",3],'
    'PARAMETER["Standard_Parallel_1",49],PARAMETER["Standard_Parallel_2",44],PARAMETER["Latitude_Of_Origin",46.5],'
    'UNIT["Meter",1]]'
)
LAVAL = (-0.7699, 48.0733)


@pytest.fixture
def read(tmp_path):
    """What the worker answers about these bytes, asked here: its process is for `test_perimeter_process`."""

    def ask(data, *, county="53", near=LAVAL, **choices):
        path = tmp_path / "file"
        path.write_bytes(data)
        return answer({"task": "read", "path": str(path), "county": county, "near": near, **choices})

    return ask


@pytest.fixture
def refusal(read):
    """The code of the refusal of these bytes; its sentence is one, with nothing left to fill."""

    def ask(data, **choices):
        found = read(data, **choices)
        said = refusals.sentence(found["refused"], {k: v for k, v in found["facts"].items() if k != "projection"})
        assert said.endswith((".", "?"))
        assert "%(" not in said
        assert "None" not in said
        return found["refused"]

    return ask


@pytest.fixture
def in_degrees(read):
    """The outline of the square as a file of the platform writes it."""
    return read(geojson(polygon(SQUARE)))["geometry"]["coordinates"][0]


# Formats


def test_geojson_geopackage_shapefile_and_kml_give_the_same_area(read, in_degrees, tmp_path):
    found = {
        "geojson": read(geojson(polygon(SQUARE))),
        "geopackage": read(files.geopackage(tmp_path / "p.gpkg", SQUARE)),
        "shapefile": read(zipped(shapefile(SQUARE, prj=LAMBERT))),
        "kml": read(kml(in_degrees)),
        "kmz": read(zipped({"doc.kml": kml(in_degrees)})),
    }
    for name, reading in found.items():
        assert reading["area_ha"] == pytest.approx(9, rel=0.0005), name
        assert reading["how"] == "declared", name
    assert [r["source"] for r in found.values()] == ["geojson", "geopackage", "shapefile", "kml", "kml"]
    assert [r["projection"] for r in found.values()] == ["EPSG:2154"] * 3 + ["EPSG:4326"] * 2


def test_what_is_stored_is_wgs84_with_seven_decimals_and_its_box(read):
    reading = read(geojson(polygon(SQUARE)))
    ring = reading["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    assert all(value == round(value, 7) for point in ring for value in point)
    longitudes, latitudes = zip(*ring, strict=True)
    assert reading["bounds"] == [min(longitudes), min(latitudes), max(longitudes), max(latitudes)]
    # RFC 7946: outlines turn to the left.
    turn = sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in zip(ring, ring[1:], strict=False))
    assert turn < 0


def test_holes_and_distant_pieces_are_kept(read):
    holed = polygon(SQUARE, square(418100, 6780100, 100))
    far = polygon(square(419000, 6780000, 100))
    reading = read(geojson({"type": "MultiPolygon", "coordinates": [p["coordinates"] for p in (holed, far)]}))
    assert reading["area_ha"] == 9.0
    assert sorted(len(rings) for rings in reading["geometry"]["coordinates"]) == [1, 2]
    assert not reading["is_mended"]


def test_a_shapefile_is_read_without_attributes_and_in_a_folder(read):
    parts = shapefile(SQUARE, prj=LAMBERT)
    assert read(zipped(parts))["area_ha"] == pytest.approx(9, rel=0.0001)
    assert read(zipped({f"sous/dossier/{name}": data for name, data in parts.items()}))["count"] == 1


# Projections


@pytest.mark.parametrize("says_it", [True, False])
@pytest.mark.parametrize(
    ("county", "code", "corner"),
    [
        ("53", 3948, (1417000, 7220000)),
        ("53", 27572, (368000, 2344000)),
        ("974", 2975, (338000, 7691000)),
        ("973", 2972, (353000, 545000)),
        ("972", 5490, (708000, 1616000)),
        ("971", 32620, (640000, 1790000)),
        ("976", 4471, (523000, 8587000)),
    ],
)
def test_the_projections_of_each_territory_are_declared_or_recognised(read, county, code, corner, says_it):
    crs = f"EPSG:{code}" if says_it else ""
    reading = read(geojson(polygon(square(*corner)), crs=crs), county=county, near=None)
    assert reading["area_ha"] == pytest.approx(9, rel=0.003)
    assert reading["how"] == ("declared" if says_it else "guessed")
    west, south, east, north = reading["bounds"]
    assert territories.territory_of(county).has(((west + east) / 2, (south + north) / 2))


def test_geojson_without_a_word_is_in_degrees(read, in_degrees):
    reading = read(geojson(polygon(in_degrees), crs=""))
    assert (reading["projection"], reading["how"], reading["is_swapped"]) == ("EPSG:4326", "guessed", False)


def test_coordinates_in_the_other_order_are_put_right(read, in_degrees):
    turned = [(y, x) for x, y in in_degrees]
    for crs in ("", "EPSG:4326"):
        reading = read(geojson(polygon(turned), crs=crs))
        assert reading["is_swapped"]
        assert reading["area_ha"] == pytest.approx(9, rel=0.0005)
        assert reading["bounds"][0] < 0 < reading["bounds"][1]


def test_a_wrong_declaration_is_told_and_mended_by_a_choice(read):
    data = geojson(polygon(SQUARE), crs="EPSG:3948")
    assert read(data) == {"refused": "outside", "facts": {"projection": "EPSG:3948"}, "asks_projection": True}
    reading = read(data, projection=2154)
    assert (reading["area_ha"], reading["how"]) == (9.0, "chosen")


def test_degrees_far_away_need_no_projection(read):
    away = [(2.35, 48.85), (2.36, 48.85), (2.36, 48.86), (2.35, 48.85)]  # Paris
    for corners in (away, [(y, x) for x, y in away]):
        assert read(geojson(polygon(corners), crs="")) == {
            "refused": "far",
            "facts": {"km": 247, "projection": ""},
            "asks_projection": False,
        }
    assert read(geojson(polygon([(x * 50_000, y * 1000) for x, y in away]), crs=""))["asks_projection"]


def test_what_is_said_of_a_place_is_precise(refusal):
    assert refusal(geojson(polygon(square(650000, 6860000)))) == "far"
    assert refusal(geojson(polygon(square(338000, 7691000)), crs="EPSG:2975")) == "other_territory"
    assert refusal(geojson(polygon(square(10, 10, 0.01)), crs="EPSG:4326")) == "outside"
    assert refusal(geojson(polygon(square(5e6, 5e6)), crs="")) == "projection_unknown"
    assert refusal(geojson(polygon(SQUARE), crs="EPSG:999999")) == "unknown_projection"
    assert refusal(geojson(polygon(SQUARE), crs="Lambert zone Mayenne")) == "unknown_projection"


def test_a_perimeter_a_bit_far_is_a_doubt_and_not_a_refusal(read):
    assert read(geojson(polygon(SQUARE)))["far_km"] is None
    assert 60 < read(geojson(polygon(square(489000, 6770000))))["far_km"] < 80


# Repairs and measures


def test_an_outline_that_crosses_itself_is_repaired_and_told(read):
    bow = [(418000, 6780000), (418300, 6780300), (418300, 6780000), (418000, 6780300), (418000, 6780000)]
    reading = read(geojson(polygon(bow)))
    assert reading["is_mended"]
    assert reading["area_ha"] == 4.5
    assert reading["geometry"]["type"] == "MultiPolygon"


def test_slivers_and_tiny_holes_go(read):
    shapes = polygon(SQUARE, square(418100, 6780100, 0.5)), polygon(square(419000, 6780000, 0.5))
    reading = read(geojson(*shapes))
    assert reading["geometry"]["type"] == "Polygon"
    assert len(reading["geometry"]["coordinates"]) == 1
    assert reading["slivers"] == 2
    assert reading["area_ha"] == 9.0


def test_several_polygons_are_united_or_chosen(read, refusal):
    data = geojson(polygon(SQUARE), polygon(square(418150, 6780000)), polygon(square(420000, 6780000, 100)))
    whole = read(data)
    assert [(part["label"], part["area_ha"], part["is_kept"]) for part in whole["parts"]] == [
        ("Îlot 1", 9.0, True),
        ("Îlot 2", 9.0, True),
        ("Îlot 3", 1.0, True),
    ]
    assert whole["area_ha"] == 14.5  # the first two share half of their surface
    chosen = read(data, parts=[0, 2])
    assert chosen["area_ha"] == 10.0
    assert [part["is_kept"] for part in chosen["parts"]] == [True, False, True]
    assert refusal(data, parts=[]) == "no_part"


def test_a_cadastral_extract_is_taken_whole(read):
    rings = [polygon(square(418000 + 20 * n, 6780000, 20)) for n in range(60)]
    reading = read(geojson(*rings))
    assert (reading["parts"], reading["count"], reading["area_ha"]) == ([], 60, 2.4)


def test_points_and_lines_beside_polygons_are_left_aside(read):
    reading = read(geojson(polygon(SQUARE), {"type": "Point", "coordinates": [418000, 6780000]}))
    assert (reading["others"], reading["count"]) == (1, 1)


def test_extreme_areas(read, refusal):
    assert read(geojson(polygon(square(side=7071))))["area_ha"] == pytest.approx(4999.9, abs=1)
    assert refusal(geojson(polygon(square(side=7072)))) == "too_large"
    assert refusal(geojson(polygon(square(side=9)))) == "too_small"


def test_the_drawing_has_a_scale_and_fits_its_frame(read):
    drawing = read(geojson(polygon(SQUARE)))["drawing"]
    points = [tuple(map(float, pair.split())) for pair in drawing["path"].strip("MZ").split("L")]
    xs, ys = zip(*points, strict=True)
    assert 0 <= min(xs) < max(xs) <= drawing["width"]
    assert 0 <= min(ys) < max(ys) <= drawing["rule"]
    # The side of the square and the bar are drawn at the same scale.
    assert drawing["bar"] / drawing["metres"] == pytest.approx((max(xs) - min(xs)) / 300, rel=0.01)
    assert drawing["metres"] == 100


# Typed points


def place(latitude, longitude):
    question = {"latitude": latitude, "longitude": longitude, "area_ha": 12.5, "county": "53", "near": LAVAL}
    return answer({"task": "point", **question})


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        ("48,0735", "-0,7669"),
        ("48.0735", "-0.7669"),
        ("48° 4′ 24,6″ N", "0° 46′ 0,84″ O"),
        ("48°4.41'N", "0°46.014'W"),
        ("-0,7669", "48,0735"),
        ("0,7669 O", "48,0735 N"),
        ("6781442", "419560"),
        ("6 781 442,5", "419 560,5"),
        ("419560", "6781442"),
    ],
)
def test_a_point_is_understood_as_it_is_typed(latitude, longitude):
    reading = place(latitude, longitude)
    x, y = reading["geometry"]["coordinates"]
    assert math.hypot(x + 0.7669, y - 48.0735) < 0.001
    assert reading["geometry"]["type"] == "Point"
    assert (reading["area_ha"], reading["source"]) == (12.5, "point")


@pytest.mark.parametrize(
    ("latitude", "longitude", "code"),
    [
        ("nord", "-0,7", "bad_coordinate"),
        ("48° 75′", "-0,7", "bad_coordinate"),
        ("48,07", "419430", "mixed_coordinates"),
        ("43,3", "5,4", "far"),
        ("-20,9", "55,4", "other_territory"),
        ("0", "0", "outside"),
        ("1e308", "0", "bad_coordinate"),
    ],
)
def test_a_point_that_is_not_one_is_refused(latitude, longitude, code):
    assert place(latitude, longitude)["refused"] == code


# Hostile files

BILLION = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def nested(depth):
    shape = polygon(SQUARE)
    for _level in range(depth):
        shape = {"type": "GeometryCollection", "geometries": [shape]}
    return shape


def circle(corners):
    step = 2 * math.pi / corners
    ring = [(418000 + 300 * math.cos(n * step), 6780000 + 300 * math.sin(n * step)) for n in range(corners)]
    return polygon([*ring, ring[0]])


HOSTILE = {
    "nothing": (b"", "empty_file"),
    "spaces": (b" \n ", "empty_file"),
    "a program": (b"MZ\x90\x00" + bytes(200), "unknown_format"),
    "a text": ("Périmètre : 12 ha".encode(), "unknown_format"),
    "a page": (b"<!doctype html><html><body>x</body></html>", "not_xml"),
    "a page in XML": (b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "not_kml"),
    "a drawing": (b"<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0'/></svg>", "not_kml"),
    "billion laughs": (kml(SQUARE, prolog=BILLION), "xml_entities"),
    "external entity": (kml(SQUARE, prolog=OUTSIDE), "xml_entities"),
    "truncated KML": (kml(SQUARE)[:-30], "not_xml"),
    "KML with words": (kml(SQUARE).replace(b"418000,", b"ici,"), "malformed"),
    "UTF-16": (geojson(polygon(SQUARE)).decode().encode("utf-16"), "not_utf8"),
    "UTF-16 without mark": (geojson(polygon(SQUARE)).decode().encode("utf-16-le"), "not_utf8"),
    "Latin-1": ('{"type":"Feature","nom":"Îlot"}'.encode("latin-1"), "not_utf8"),
    "truncated JSON": (geojson(polygon(SQUARE))[:-30], "not_json"),
    "other JSON": (b'{"a": 1}', "not_geojson"),
    "features that are not": (b'{"type": "FeatureCollection", "features": [1]}', "not_geojson"),
    "no feature": (geojson(), "no_feature"),
    "repeated key": (b'{"type": "Point", "type": "Polygon", "coordinates": []}', "repeated_key"),
    "deep lists": (b'{"type": "Polygon", "coordinates": ' + b"[" * 100_000, "too_deep"),
    "deep collections": (geojson(nested(20)), "too_deep"),
    "NaN": (geojson(polygon(SQUARE)).replace(b"418300", b"NaN"), "impossible_coordinates"),
    "infinity": (geojson(polygon(SQUARE)).replace(b"418300", b"-Infinity"), "impossible_coordinates"),
    "1e308": (geojson(polygon(SQUARE)).replace(b"418300", b"1e308"), "impossible_coordinates"),
    "1e999": (geojson(polygon(SQUARE)).replace(b"418300", b"1e999"), "impossible_coordinates"),
    "a very long figure": (geojson(polygon(SQUARE)).replace(b"418300", b"9" * 5000), "impossible_coordinates"),
    "words for figures": (geojson(polygon(SQUARE)).replace(b"418300", b'"418300"'), "malformed"),
    "one coordinate": (geojson({"type": "Polygon", "coordinates": [[[1], [2], [3]]]}), "malformed"),
    "a geometry that is not": (geojson({"type": "Curve", "coordinates": []}), "malformed"),
    "an empty polygon": (geojson({"type": "Polygon", "coordinates": []}), "no_feature"),
    "a flat polygon": (geojson(polygon([(418000, 6780000), (418300, 6780000), (418000, 6780000)])), "nothing_left"),
    "points only": (geojson({"type": "MultiPoint", "coordinates": [[418000, 6780000]]}), "no_polygon"),
    "lines only": (geojson({"type": "LineString", "coordinates": [list(p) for p in SQUARE]}), "no_polygon"),
    "200,000 vertices": (geojson(circle(200_000)), "too_many_vertices"),
    "a shapefile alone": (shapefile(SQUARE)["perimetre.shp"], "bare_shapefile"),
    "a truncated shapefile": (
        zipped({name: data[:-40] if name.endswith("shp") else data for name, data in shapefile(SQUARE).items()}),
        "damaged",
    ),
    "a header only": (zipped({"a.shp": shapefile(SQUARE)["perimetre.shp"][:60]}), "damaged"),
    "an unknown projection": (zipped(shapefile(SQUARE, prj='PROJCS["x"]')), "unknown_projection"),
    "a truncated archive": (zipped(shapefile(SQUARE))[:200], "damaged"),
    "an archive of nothing useful": (zipped({"lisez-moi.txt": b"x"}), "zip_without_shapefile"),
    "an archive in an archive": (zipped({"a.zip": zipped(shapefile(SQUARE))}), "zip_nested"),
    "a path that climbs": (zipped({"../../etc/a.shp": b"x"}), "zip_path"),
    "a path from the root": (zipped({"/etc/a.shp": b"x"}), "zip_path"),
    "a bomb": (zipped({"a.shp": bytes(101 * 1024 * 1024)}), "zip_bomb"),
    "a thousand members": (zipped({f"{n}.txt": b"" for n in range(1000)}), "zip_many"),
    "a truncated GeoPackage": (b"SQLite format 3\x00" + bytes(3000), "damaged"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_one_sentence(refusal, name):
    data, code = HOSTILE[name]
    assert refusal(data) == code


HIDDEN = {
    "a view": ["ALTER TABLE perimetre RENAME TO autre", "CREATE VIEW perimetre AS SELECT * FROM autre"],
    "a trigger": ["CREATE TRIGGER t AFTER INSERT ON perimetre BEGIN DELETE FROM perimetre; END"],
    "a virtual table": ["DROP TABLE perimetre", "CREATE VIRTUAL TABLE perimetre USING fts5(geom, nom)"],
    "a false index": ["CREATE VIRTUAL TABLE rtree_perimetre_geom USING fts5(geom)"],
}


@pytest.mark.parametrize("name", HIDDEN)
def test_a_geopackage_that_hides_something_is_refused(refusal, tmp_path, name):
    assert refusal(files.geopackage(tmp_path / "p.gpkg", SQUARE, more=HIDDEN[name])) == "unsafe_schema"


def test_other_faults_of_a_geopackage(read, refusal, tmp_path):
    assert refusal(files.geopackage(tmp_path / "a", SQUARE, more=["DROP TABLE gpkg_geometry_columns"])) == (
        "not_geopackage"
    )
    assert refusal(files.geopackage(tmp_path / "b", SQUARE, more=["UPDATE perimetre SET geom = x'00'"])) == ("damaged")
    assert refusal(files.geopackage(tmp_path / "c", SQUARE, more=["UPDATE perimetre SET geom = 'GP'"])) == ("damaged")
    index = "CREATE VIRTUAL TABLE rtree_perimetre_geom USING rtree(id, minx, maxx, miny, maxy)"
    assert read(files.geopackage(tmp_path / "d", SQUARE, more=[index]))["count"] == 1


def test_a_bomb_that_lies_about_its_size_is_stopped(refusal):
    data = bytearray(zipped({"a.shp": bytes(101 * 1024 * 1024)}))
    size = (101 * 1024 * 1024).to_bytes(4, "little")
    while (place := data.find(size)) >= 0:
        data[place : place + 4] = (1000).to_bytes(4, "little")
    assert refusal(bytes(data)) == "damaged"


def test_every_refusal_has_its_sentence():
    said = {code: json.dumps(str(text)) for code, text in refusals.SENTENCES.items()}
    assert all(text.rstrip('"').endswith((".", "?")) for text in said.values())
