"""Names of communes, the gazetteer, the end of a day, and the committed lists."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from ecoquartier.territories.domain import (
    CommunePlace,
    FormerPlace,
    Gazetteer,
    Inhabited,
    Place,
    before_place,
    beside_place,
    county_of,
    end_of_day,
    likeness,
    name_key,
    places,
    put_article_first,
    rare_words,
    read_list,
    search_keys,
    sources,
    typographic,
)

INDEX = Gazetteer(
    [
        CommunePlace("01015", "Arboys en Bugey", "01", 700, frozenset({"arbignieu"})),
        CommunePlace("13001", "Aix-en-Provence", "13"),
        CommunePlace("13055", "Marseille", "13"),
        CommunePlace("22278", "Saint-Brieuc", "22"),
        CommunePlace("42299", "Savigneux", "42"),
        CommunePlace("93066", "Saint-Denis", "93"),
        CommunePlace("95018", "Argenteuil", "95"),
        CommunePlace("97101", "Les Abymes", "971"),
        CommunePlace("97411", "Saint-Denis", "974"),
        CommunePlace("65129", "Castelnau-Magnoac", "65"),
        CommunePlace("65130", "Castelnau-Magnoas", "65"),
    ],
    [
        FormerPlace("01340", "Saint-Bois", "01015"),
        FormerPlace("13201", "Marseille 1er Arrondissement", "13055"),
        FormerPlace("99001", "Nulle-Part", "99999"),
    ],
)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Abymes (Les)", "les abymes"),
        ("Haÿ-les-Roses (L’)", "l hay les roses"),
        ("St Denis", "saint denis"),
        ("Ste-Marie", "sainte marie"),
        ("Chalon s/ Saône", "chalon sur saone"),
        ("Œuilly", "oeuilly"),
        ("  SAINT–ÉTIENNE ", "saint etienne"),
        ("Paris 13ème", "paris 13"),
        ("Marseille 1er", "marseille 1"),
    ],
)
def test_name_key_is_shared_by_the_spellings_of_a_name(written, key):
    assert name_key(written) == key


def test_search_keys_hold_past_names_and_articles_glued_to_theirs():
    assert search_keys(["L’Haÿ-les-Roses", "Évry", "Évry"]) == ["l hay les roses", "evry", "lhay les roses"]


def test_rare_words_leave_a_name_that_has_no_other():
    assert [rare_words(key) for key in ("saint nazaire", "la roche sur yon", "les saint")] == [
        "nazaire",
        "roche yon",
        "les saint",
    ]


def test_typographic_bends_the_apostrophes():
    assert typographic("Val-d'Isère, L’Haÿ") == "Val-d’Isère, L’Haÿ"


@pytest.mark.parametrize(("one", "other", "alike"), [("nantes", "nantes", 1.0), ("nantes", "lyon", 0.0)])
def test_likeness_is_nothing_below_the_least(one, other, alike):
    assert likeness(one, other, 0.8) == alike
    assert 0.8 < likeness("nates", "nantes", 0.8) < 1
    # As many letters, in another order: only the last and dearest comparison tells.
    assert likeness("abcdef", "fedcba", 0.8) == 0.0


def test_places_are_points_then_the_middle_of_people_around():
    communes = [
        Inhabited("01001", "01", "A", 3000),
        Inhabited("01002", "01", "A", 1000),
        Inhabited("01003", "01", "A", 50),
        Inhabited("01004", "01", "", 0),
        Inhabited("97401", "974", "B", 10),
        Inhabited("97402", "974", "C", 10),
        Inhabited("98901", "989", "", 0),
    ]
    points = {"01001": (46.0, 5.0), "01002": (48.0, 5.4), "97401": (-21.0, 55.0)}
    assert places(communes, points) == {
        "01001": Place(46.0, 5.0),
        "01002": Place(48.0, 5.4),
        "01003": Place(46.5, 5.1, is_approximate=True),  # three quarters of the people are at the first
        "01004": Place(46.5, 5.1, is_approximate=True),  # no EPCI: those of the county
        "97401": Place(-21.0, 55.0),
        "97402": Place(-21.0, 55.0, is_approximate=True),
    }


def test_put_article_first_leaves_other_brackets_alone():
    assert put_article_first("Forges (Les)") == "Les Forges"
    assert put_article_first("Isle-Adam (L')") == "L'Isle-Adam"
    assert put_article_first("Rodez (Le Grand Rodez)") == "Rodez (Le Grand Rodez)"


def test_county_of_has_three_characters_overseas():
    assert [county_of(code) for code in ("01015", "2A004", "97411", "98818")] == ["01", "2A", "974", "988"]


@pytest.mark.parametrize(
    ("code", "found"),
    [("01015", "01015"), ("01340", "01015"), ("13201", "13055"), ("99001", None), ("00000", None)],
)
def test_by_insee_follows_mergers_and_districts(code, found):
    place = INDEX.by_insee(code)
    assert (place and place.insee) == found


@pytest.mark.parametrize(
    ("name", "county", "found"),
    [
        ("Arboys en Bugey", "01", "01015"),
        ("Arbignieu", "01", "01015"),  # a former name of the same code
        ("St Bois", "01", "01015"),  # a commune merged into it
        ("Abymes", "971", "97101"),
        ("Savugneux", "42", "42299"),  # one typing error
        ("Savugneux", None, None),  # not forgiven in the whole of France
        ("Marseille", "42", None),
        ("Saint-Denis", "974", "97411"),
        ("Saint-Denis", None, None),  # two of them
        ("Argenteuil", None, "95018"),
        ("Castelnau-Magnoat", "65", None),  # as close to two communes
        ("", "01", None),
        ("–", "01", None),
    ],
)
def test_by_name_and_county_answers_only_when_one_commune_fits(name, county, found):
    place = INDEX.by_name_and_county(name, county)
    assert (place and place.insee) == found


def test_is_known_as_covers_former_and_merged_names():
    place = INDEX.by_insee("01015")
    known = {name: place.is_known_as(name) for name in ("Arboys-en-Bugey", "Arbignieu", "Saint-Bois", "Belley")}
    assert known == {"Arboys-en-Bugey": True, "Arbignieu": True, "Saint-Bois": True, "Belley": False}


@pytest.mark.parametrize(
    ("timezone", "last_instant"),
    [
        ("Europe/Paris", datetime(2017, 5, 15, 21, 59, 59, 999999, tzinfo=UTC)),
        ("America/Guadeloupe", datetime(2017, 5, 16, 3, 59, 59, 999999, tzinfo=UTC)),
        ("Indian/Reunion", datetime(2017, 5, 15, 21, 59, 59, 999999, tzinfo=UTC)),  # Paris ends later
        ("Pacific/Tahiti", datetime(2017, 5, 16, 9, 59, 59, 999999, tzinfo=UTC)),
    ],
)
def test_end_of_day_is_the_later_of_paris_and_the_place(timezone, last_instant):
    assert end_of_day(date(2017, 5, 15), timezone) == last_instant


def test_end_of_day_is_paris_when_no_place_is_known():
    assert end_of_day(date(2017, 1, 15)) == datetime(2017, 1, 15, 22, 59, 59, 999999, tzinfo=UTC)


def test_committed_lists_hold_the_whole_territory():
    regions = {row["code"] for row in read_list("regions")}
    counties = {row["code"]: row for row in read_list("counties")}
    overseas = {"975", "977", "978", "984", "986", "987", "988", "989"}
    assert len(regions) == 18 + len(overseas)
    assert len(counties) == 101 + len(overseas)
    assert overseas < set(counties)
    assert {row["region"] for row in counties.values()} == regions


def test_committed_lists_refer_only_to_one_another():
    counties = {row["code"] for row in read_list("counties")}
    epcis = {row["siren"] for row in read_list("epci")}
    communes = list(read_list("communes"))
    former = list(read_list("former"))
    codes = {row["insee"] for row in communes}
    assert {row["county"] for row in communes} == counties
    assert {row["epci"] for row in communes} - {""} <= epcis
    assert len(codes) == len(communes)
    assert {row["successor"] for row in former} <= codes
    assert not codes & {row["insee"] for row in former}
    assert {row["kind"] for row in former} == {"former", "district"}
    assert {row["insee"] for row in read_list("points")} <= codes


def test_committed_points_are_where_their_county_is():
    county = {row["insee"]: row["county"] for row in read_list("communes")}
    boxes = {
        "971": (15.8, 16.6, -61.9, -60.9),
        "972": (14.3, 15, -61.3, -60.7),
        "973": (2, 6, -55, -51),
        "974": (-21.5, -20.8, 55.2, 55.9),
        "975": (46.7, 47.2, -56.5, -56.1),
        "976": (-13.1, -12.6, 45, 45.4),
        "977": (17.8, 18, -62.9, -62.7),
        "978": (18, 18.2, -63.2, -62.9),
        "984": (-67, -17, 42, 141),
        "986": (-14.5, -13, -178.3, -176),
        "987": (-28, -7, -155, -134),
        "988": (-23, -19, 163, 169),
        "989": (10, 11, -110, -109),
    }
    france = (41.3, 51.1, -5.2, 9.6)
    outside = []
    for row in read_list("points"):
        south, north, west, east = boxes.get(county[row["insee"]], france)
        if not (south <= float(row["latitude"]) <= north and west <= float(row["longitude"]) <= east):
            outside.append(row)
    assert outside == []


def test_every_source_says_its_vintage_and_its_licence():
    assert {source.publisher for source in sources()} >= {"DGCL", "La Poste", "GeoNames"}
    assert all(source.vintage and source.licence_url.startswith("https://") for source in sources())
    assert {source.licence for source in sources()} == {"Licence Ouverte 2.0", "Creative Commons Attribution 4.0"}


def test_every_timezone_exists_and_overseas_counties_have_their_own():
    zones = {row["code"]: row["timezone"] for row in read_list("counties")}
    assert all(ZoneInfo(zone) for zone in zones.values())
    assert {code for code, zone in zones.items() if zone != "Europe/Paris"} == {
        code for code in zones if code.startswith(("97", "98"))
    }


@pytest.mark.parametrize(
    ("text", "name", "counties"),
    [
        ("Laval (Mayenne)", "Laval", {"53"}),
        ("Laval, Mayenne, Pays de la Loire", "Laval", {"53"}),
        ("Ajaccio – Corse", "Ajaccio", {"2A", "2B"}),
        ("Laval (Mayenne), Bretagne", "Laval", set()),
    ],
)
def test_beside_place_reads_the_counties_said_after_a_name(text, name, counties):
    assert beside_place(text) == (name, counties)


@pytest.mark.parametrize("text", ["", "(", "Laval", "Laval (Québec)", "Abymes (Les)", "Laval Mayenne"])
def test_beside_place_is_none_where_no_county_is_said(text):
    assert beside_place(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Saint-Denis de la Réunion", ("saint denis", {"974"})),
        ("Laval 53 Mayenne", ("laval", {"53"})),
        ("la Mayenne", None),
        ("Rennes", None),
    ],
)
def test_before_place_guesses_the_county_that_ends_a_text(text, found):
    assert before_place(text) == found
