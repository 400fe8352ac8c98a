"""Finding a commune, as people write it or as a file does."""

import pytest

from ecoquartier.territories.queries import commune_by_insee, commune_index, find_communes

pytestmark = pytest.mark.usefixtures("territories")


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Rennes", "35238"),
        ("st etienne", "42218"),
        ("SAINT-ETIENNE", "42218"),
        ("l'haÿ", "94038"),
        ("roche sur yon", "85191"),
        ("chalon s/ saone", "71076"),
        ("Abymes", "97101"),
        ("noumea", "98818"),
        ("Saint-Denis 974", "97411"),
        ("St Denis (93)", "93066"),
        ("35000 rennes", "35238"),
        ("Bastia 2b", "2B033"),
        ("Starsbourg", "67482"),
        ("Monpellier", "34172"),
        ("Nates", "44109"),
        ("sant brieuc", "22278"),
        ("97411", "97411"),
        ("2a004", "2A004"),
        ("20033", "2B033"),  # Corsica before 1976
        ("49018", "49018"),
        ("13001", "13001"),  # also a postal code of Marseille, which comes next
        ("97400", "97411"),
        ("75113", "75056"),
    ],
)
def test_find_communes_puts_the_expected_one_first(typed, first):
    assert find_communes(typed)[0].insee == first


def test_find_communes_shows_the_former_name_that_was_typed():
    found = [(commune.name, commune.matched_name) for commune in find_communes("Arbignieu", limit=1)]
    assert found == [("Arboys en Bugey", "Arbignieu")]
    assert find_communes("Cherbourg-Octeville")[0].matched_name == "Cherbourg-Octeville"
    assert find_communes("Paris 13e")[0].matched_name == "Paris 13e Arrondissement"
    assert find_communes("Cherbourg-en-Cotentin")[0].matched_name == ""


def test_find_communes_gives_a_name_that_starts_alike_and_the_likely_one():
    assert [commune.name for commune in find_communes("toulouze", limit=2)] == ["Toulouzette", "Toulouse"]


def test_find_communes_gives_each_commune_of_today_once():
    found = find_communes("Marseille", limit=10)
    assert [commune.insee for commune in found].count("13055") == 1
    assert all(commune.is_current for commune in found)


def test_find_communes_of_a_postal_code_puts_the_largest_first():
    assert [commune.name for commune in find_communes("01000")] == ["Bourg-en-Bresse", "Saint-Denis-lès-Bourg"]


def test_find_communes_of_a_postal_code_puts_a_former_insee_code_last():
    found = [commune.name for commune in find_communes("01300", limit=30)]
    assert (found[0], found[-1]) == ("Belley", "Le Poizat-Lalleyriat")


@pytest.mark.parametrize("typed", ["", "  ", "%_'", "xyzzyq", "00000"])
def test_find_communes_finds_nothing_in_what_is_no_name(typed):
    assert find_communes(typed) == []


def test_find_communes_keeps_to_its_limit_and_its_queries(django_assert_num_queries):
    with django_assert_num_queries(1):
        found = find_communes("Saint", limit=7)
        assert [commune.county.region.name for commune in found]
    assert len(found) == 7
    with django_assert_num_queries(2):
        find_communes("Strasbour")


@pytest.mark.parametrize(
    ("code", "name"),
    [("50173", "Cherbourg-en-Cotentin"), (" 2a004 ", "Ajaccio"), ("69389", "Lyon"), ("99999", None)],
)
def test_commune_by_insee_follows_mergers(code, name):
    commune = commune_by_insee(code)
    assert (commune and commune.name) == name


def test_commune_index_holds_every_commune_in_two_queries(django_assert_num_queries):
    with django_assert_num_queries(2):
        index = commune_index()
    assert index.by_insee("86146").name == "Jaunay-Marigny"
    assert index.by_name_and_county("Courcouronnes", "91").insee == "91228"
