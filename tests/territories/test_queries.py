"""Finding a commune, as people write it or as a file does."""

import pytest

from ecoquartier.territories.domain import Place
from ecoquartier.territories.models import Commune, Region
from ecoquartier.territories.queries import (
    Figures,
    commune_by_insee,
    commune_index,
    counties,
    designated,
    figures,
    find_communes,
    place_of,
    regions,
    with_predecessors,
)

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
        # Accents, apostrophes, short forms, articles.
        ("Saint Étienne", "42218"),
        ("Ste Foy les lyon", "69202"),
        ("st denis 974", "97411"),
        ("Saint-Denis (93)", "93066"),
        ("L’Haÿ-les-Roses", "94038"),
        ("Lhay les roses", "94038"),
        ("lisle dabeau", "38193"),
        ("ABYMES (LES)", "97101"),
        ("havre", "76351"),
        ("oeuilly", "51410"),
        ("noisy le gd", "93051"),
        ("chalons en champagne", "51108"),
        ("pointe a pitre", "97120"),
        ("fort de france", "97209"),
        ("mamoudzou", "97611"),
        # The town that one means by its first words.
        ("clermont", "63113"),
        ("champigny", "94017"),
        ("fontenay", "94033"),
        ("aix", "13001"),
        ("bourg", "01053"),
        ("la roche", "85191"),
        ("villeneuve", "59009"),
        ("Beaumont", "63032"),
        # Districts and former communes.
        ("Paris 15e", "75056"),
        ("Paris 15", "75056"),
        ("paris 13ème", "75056"),
        ("Lyon 3", "69123"),
        ("Lyon 3eme", "69123"),
        ("Marseille 1er", "13055"),
        ("evry", "91228"),
        ("Courcouronnes", "91228"),
        ("Cherbourg", "50129"),
        ("Tourlaville", "50129"),
        ("Seynod", "74010"),
        ("annecy le vieux", "74010"),
        # Typing errors.
        ("marseile", "13055"),
        ("bordaux", "33063"),
        ("grenobl", "38185"),
        ("perpinan", "66136"),
        ("mulouse", "68224"),
        ("st naziaire", "44184"),
        ("boulogn bilancour", "92012"),
        ("issy les moulinaux", "92040"),
        ("dunkerke", "59183"),
        ("vaux en velin", "69256"),
        # A town among other words.
        ("Cergy-Pontoise", "95127"),
        ("Ville de Nantes", "44109"),
        ("mairie de lyon", "69123"),
        ("Communauté urbaine de Dunkerque", "59183"),
        ("Île de Nantes", "44109"),
        # Codes.
        ("69003 lyon", "69123"),
        ("44000", "44109"),
        ("2A004", "2A004"),
        ("20000", "2A004"),
        ("50129", "50129"),
        ("50173", "50129"),
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


def test_find_communes_names_what_a_commune_was_when_that_was_typed():
    assert [(found.insee, found.matched_name) for found in find_communes("évry")[:2]] == [
        ("91228", "Évry"),
        ("89162", ""),
    ]


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


@pytest.mark.parametrize(
    "typed", ["", "  ", "%_'", "xyzzyq", "00000", "Nulleparville", "La Défense", "\\", ";drop table", "974", "(93)"]
)
def test_find_communes_finds_nothing_in_what_is_no_name(typed):
    assert find_communes(typed) == []


def test_find_communes_keeps_to_its_limit_and_its_queries(django_assert_num_queries):
    with django_assert_num_queries(1):
        found = find_communes("Saint", limit=7)
        assert [commune.county.region.name for commune in found]
    assert len(found) == 7
    with django_assert_num_queries(2):
        find_communes("Strasbour")
    with django_assert_num_queries(2):
        find_communes("Paris 15 quinze")
    with django_assert_num_queries(3):
        find_communes("Rennes Mayenne")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Rennes", "35238"),
        ("rennes", "35238"),
        ("l’haÿ les roses", "94038"),
        ("Saint-Denis", None),
        ("Saint-Denis (974)", "97411"),
        ("Saint Denis 974", "97411"),
        ("Les Hauts-Talican (60)", "60694"),  # a neighbour was once named so
        ("Cherbourg", "50129"),
        ("Évry", None),  # a village of today, or what became Évry-Courcouronnes
        ("Clermont", None),  # the town is meant as often as the village
        ("Paris 13e arrondissement", "75056"),
        ("Starsbourg", None),  # one candidate, but an error
        ("44109", "44109"),
        # With its county or its region, however it is written.
        ("Saint-Denis (La Réunion)", "97411"),
        ("Saint-Denis, La Réunion", "97411"),
        ("Saint-Denis de la Réunion", "97411"),
        ("Laval (Mayenne)", "53130"),
        ("Laval, Mayenne", "53130"),
        ("Laval - Mayenne", "53130"),
        ("Laval (Mayenne), Pays de la Loire", "53130"),
        ("Laval (53 Mayenne)", "53130"),
        ("Laval, 53", "53130"),
        ("laval mayenne", "53130"),
        ("Ajaccio (Corse)", "2A004"),
        ("Tourlaville, Manche", "50129"),
        ("Saint-Martin (Saint-Martin)", "97801"),
        ("Lavl (Mayenne)", None),
        ("Rennes (Mayenne)", None),
        ("Rennes Réunion", None),
        # Names that end as those of counties do.
        ("Saint-Martin-du-Var", "06126"),
        ("Saint-Aubin-des-Landes", "35252"),
        ("Tonnay-Charente", "17449"),
        ("Clermont-l’Hérault", "34079"),
        # Names that are also those of counties and regions.
        ("La Réunion", None),
        ("Mayenne", None),
        ("Bretagne", None),
        ("Mayenne (53)", "53147"),
        ("La Réunion (Lot-et-Garonne)", "47222"),
        ("Paris", "75056"),
        ("Paris (Île-de-France)", "75056"),
        ("50173", "50129"),
        ("13001", None),  # Aix-en-Provence for INSEE, Marseille for the post
        ("01000", None),
        ("00000", None),
        ("Nulleparville", None),
        ("", None),
    ],
)
def test_designated_is_the_commune_that_leaves_no_doubt(typed, meant):
    commune = designated(typed, find_communes(typed, 20))
    assert (commune and commune.insee) == meant


def test_every_commune_is_designated_by_what_lists_call_it():
    # Two counties, to be quick: Corsica’s hyphens and the Réunion’s saints.
    rows = Commune.objects.current().filter(county__in=["2A", "974"]).select_related("county")
    assert [commune for commune in rows if designated(str(commune), find_communes(str(commune), 20)) != commune] == []


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("35238", Place(48.11109, -1.67431)),
        ("97411", Place(-20.88231, 55.4504)),
        ("98818", Place(-22.27407, 166.44884)),
        ("97801", Place(18.06819, -63.08302)),
        ("98901", Place(10.3, -109.22)),
        ("13201", Place(43.29695, 5.38107)),  # a district is where its town is
    ],
)
def test_place_of_is_the_point_of_a_commune(code, place):
    assert place_of(Commune.objects.get(pk=code)) == place


@pytest.mark.parametrize(
    ("code", "near", "within"),
    [("01002", (45.95, 5.35), 0.3), ("98806", (-22.0, 166.4), 0.3), ("62869", (50.25, 2.75), 0.2)],
)
def test_place_of_is_approximate_where_no_point_is_known(code, near, within):
    place = place_of(Commune.objects.get(pk=code))
    assert place.is_approximate
    assert abs(place.latitude - near[0]) <= within
    assert abs(place.longitude - near[1]) <= within


def test_place_of_is_none_when_the_register_knows_nothing_around():
    assert place_of(Commune(insee="00001", kind="commune")) is None


def test_every_commune_of_today_has_a_place_and_no_former_one_has():
    today = Commune.objects.current()
    assert not today.filter(latitude=None).exists()
    assert not Commune.objects.exclude(pk__in=today).exclude(latitude=None).exists()


def test_regions_are_in_the_order_of_a_french_reader():
    names = list(Region.objects.values_list("name", flat=True))
    assert names.index("Hauts-de-France") < names.index("Île-de-France") < names.index("La Réunion")


def test_figures_count_the_register():
    assert figures() == Figures(communes=34_969, former=4_285, placed=8_600)


def test_with_predecessors_brings_those_that_merged_in_one_query(django_assert_num_queries):
    found = find_communes("50129")
    with django_assert_num_queries(1):
        merged = [(old.name, old.merged_on and old.merged_on.year) for old in with_predecessors(found)[0].merged]
    assert merged[0] == ("Équeurdreville-Hainneville", 2016)
    assert merged[-1] == ("Hainneville", 1965)


def test_regions_and_counties_are_those_where_people_live():
    assert {"974", "988"} <= {region.pk for region in counties()}
    assert {"984", "989"} & ({region.pk for region in regions()} | {county.pk for county in counties()}) == set()
    assert (regions().count(), counties().count()) == (24, 107)


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
