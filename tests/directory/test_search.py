"""Finding operations: French words, near names, filters, order."""

import pytest
from django.db import connection

from ecoquartier.directory import queries as directory
from ecoquartier.directory.domain.facets import FACETS
from ecoquartier.directory.queries import Asked
from ecoquartier.directory.queries.words import matching
from tests.support.public import labelled


def found(**asked):
    return directory.find(Asked(**asked), directory.tallies())


def names(result):
    return [row.name for row in result.rows]


@pytest.fixture
def some(db):
    labelled("L’Îlot des Tanneries", description="Des jardins partagés et une chaufferie au bois.", dwellings=80)
    labelled("Les Rives", rank=2, year=2013, dwellings=1_200, types=["brownfield"], strong_points=["densite_urbaine"])
    labelled(
        "Bois-d’Olives", commune="97411", types=["brownfield", "renewal"], state="paused", state_since="2020-01-01"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tanneries", ["L’Îlot des Tanneries"]),
        ("ILOT", ["L’Îlot des Tanneries"]),
        ("tanner", ["L’Îlot des Tanneries"]),  # cut short
        ("jardin partagé", ["L’Îlot des Tanneries"]),  # another number, in the description
        ("chaufferies", ["L’Îlot des Tanneries"]),
        ("rive", ["Les Rives"]),
        ("mayenne rives", ["Les Rives"]),  # the county
        ("rives la", ["Les Rives"]),  # parts of the name and of the commune
        ("des", ["L’Îlot des Tanneries"]),  # a word that says nothing, but in a name
        ("«»", []),
        ("zzzz", []),
    ],
)
def test_words_are_french(some, text, expected):
    result = found(text=text)
    assert names(result) == expected
    assert result.count == len(expected)
    assert not result.is_near


@pytest.mark.parametrize("text", ["tanerie", "tannerries", "bois dolive"])
def test_a_typing_error_is_forgiven_and_said(some, text):
    result = found(text=text)
    assert names(result)[0] in ("L’Îlot des Tanneries", "Bois-d’Olives")
    assert result.is_near


@pytest.mark.parametrize(
    ("text", "found_first"),
    [
        ("clariere", "La Clairière"),
        ("clairère", "La Clairière"),
        ("tourcouing", "L’Union"),
        ("bretgne", "Les Quais"),  # a region
        ("morbian", "Les Quais"),  # a county
    ],
)
def test_a_letter_too_many_or_too_few_is_forgiven(some, text, found_first):
    labelled("La Clairière")
    labelled("L’Union", commune="59599")
    labelled("Les Quais", commune="56260")
    result = found(text=text)
    assert names(result)[0] == found_first
    assert result.is_near
    assert result.count < 6


@pytest.mark.parametrize("text", ["taneries laval", "taneries lavl", "tanneries lavl", "taneries 53"])
def test_one_word_is_nearly_written_and_the_others_hold(some, text):
    labelled("Les Tanneries", commune="97411")
    result = found(text=text)
    assert names(result) == ["L’Îlot des Tanneries"]
    assert result.is_near


@pytest.mark.parametrize("text", ["chevaux", "chevaux laval", "rvs"])
def test_names_that_merely_share_letters_do_not_answer(some, text):
    labelled("Les Tilleuls d’Aubrevaux")
    labelled("Les Châteaux")
    assert found(text=text).count == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("974", ["Bois-d’Olives"]),
        ("53", ["L’Îlot des Tanneries", "Les Rives"]),
        ("2a", ["Marine"]),
        ("97411", ["Bois-d’Olives"]),
        ("97400", ["Bois-d’Olives"]),  # a postal code
        ("2A004", ["Marine"]),
        ("20000", ["Marine"]),
        ("rives 53", ["Les Rives"]),
        ("Saint-Denis (974)", ["Bois-d’Olives"]),
        ("Saint-Denis (La Réunion)", ["Bois-d’Olives"]),
        ("st denis", ["Bois-d’Olives"]),
        ("Paris 13", ["Bercy"]),
        ("paris 13e", ["Bercy"]),
        ("75013", ["Bercy"]),
        ("99", []),
    ],
)
def test_codes_and_districts_are_places(some, text, expected):
    labelled("Marine", commune="2A004", description="53 arbres, 974 bancs.")
    labelled("Bercy", commune="75056")
    result = found(text=text)
    assert sorted(names(result)) == sorted(expected)
    assert not result.is_near


def test_a_short_saint_is_a_saint(db):
    labelled("Cité Saint-Jean")
    labelled("Cité St Roch")
    labelled("La Gare", description="Derrière l’église Sainte-Anne.")
    assert names(found(text="st jean")) == ["Cité Saint-Jean"]
    assert names(found(text="saint roch")) == ["Cité St Roch"]
    assert names(found(text="ste anne")) == ["La Gare"]


def test_a_commune_combines_with_words_and_filters(some):
    labelled("Les Rives", commune="97411")
    assert names(found(commune="97411")) == ["Bois-d’Olives", "Les Rives"]
    both = found(commune="97411", text="rives", choice={"stage": "3"})
    assert [(row.name, row.commune_code) for row in both.rows] == [("Les Rives", "97411")]
    assert both.counts["region"] == {"04": 1}
    assert found(commune="97411", choice={"region": "52"}).count == 0
    assert [row.name for row in directory.selection(Asked(commune="97411", text="rivs"))] == ["Les Rives"]


@pytest.mark.parametrize(
    "text", ["saint denis", "saint-denis", "Saint\u2011Denis", "SAINT DENIS", "saint'denis", "saint’denis"]
)
def test_what_joins_two_words_changes_nothing(some, text):
    labelled("Confluence", description="À deux pas de Saint-Denis.")
    result = found(text=text)
    assert set(names(result)) == {"Bois-d’Olives", "Confluence"}


@pytest.mark.parametrize("text", ["a'b", "a", "l’", "d'e"])
def test_a_letter_alone_is_not_in_every_name(some, text):
    assert found(text=text).count == 0


def test_a_name_comes_before_a_description(some):
    assert names(found(text="bois"))[0] == "Bois-d’Olives"
    assert names(found(text="bois", sort="logements"))[0] == "L’Îlot des Tanneries"


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", ["Bois-d’Olives", "L’Îlot des Tanneries", "Les Rives"]),
        ("nom", ["Bois-d’Olives", "L’Îlot des Tanneries", "Les Rives"]),
        ("annee", ["Bois-d’Olives", "L’Îlot des Tanneries", "Les Rives"]),
        ("etape", ["Bois-d’Olives", "L’Îlot des Tanneries", "Les Rives"]),
        ("logements", ["Les Rives", "L’Îlot des Tanneries", "Bois-d’Olives"]),
    ],
)
def test_orders(some, sort, expected):
    assert names(found(sort=sort)) == expected


def test_each_filter_keeps_in_the_database_what_it_counts(some):
    everything = found().counts
    assert {facet for facet in FACETS if everything[facet]} == set(FACETS) - {"vocations"}
    for facet, counts in everything.items():
        for value, number in counts.items():
            result = found(choice={facet: value})
            assert len(list(result.rows)) == result.count == number, (facet, value)
            assert len(directory.selection(Asked(choice={facet: value}))) == number
            assert len(directory.map_points({facet: value})) == number


def test_counts_say_what_another_value_of_a_filter_would_keep(some):
    counts = found(choice={"stage": "3"}).counts
    assert counts["stage"] == {"3": 2, "2": 1}
    assert counts["region"] == {"52": 1, "04": 1}
    assert found(text="laval", choice={"stage": "2"}).counts["stage"] == {"3": 1, "2": 1}


def test_too_many_matches_are_cut_and_said(some, monkeypatch):
    monkeypatch.setattr("ecoquartier.directory.queries.search.MOST_FOUND", 1)
    cut = found(text="laval")
    assert (cut.count, cut.is_cut, cut.counts) == (1, True, None)
    # The one that went furthest, whatever the order asked for.
    assert names(cut) == names(found(text="laval", sort="annee")) == ["L’Îlot des Tanneries"]
    # A filter that leaves few of them gives the whole answer.
    whole = found(text="laval", choice={"stage": "2"})
    assert (names(whole), whole.is_cut) == (["Les Rives"], False)
    assert len(directory.selection(Asked(text="laval"))) == 2


def test_a_selection_to_take_away_forgives_as_the_page_does(some):
    assert [row.name for row in directory.selection(Asked(text="tanerie"))] == ["L’Îlot des Tanneries"]


def test_figures_are_those_of_the_rows(some):
    known = directory.tallies()
    figures = directory.figures(known, last_stage=3)
    assert (figures.operations, figures.labelled, figures.completed) == (3, 3, 2)
    assert (figures.dwellings, figures.with_dwellings, figures.given_up) == (1_280, 2, 0)
    assert (figures.typed, figures.renewal, figures.renewal_percent) == (2, 2, 100)
    assert [(row.name, row.operations) for row in directory.counts_by_region(known)] == [
        ("La Réunion", 1),
        ("Pays de la Loire", 2),
    ]


@pytest.mark.parametrize("text", ["bord de rivière", "Tourlaville", "13055", "53", "st denis"])
def test_a_search_reads_what_it_finds_and_never_every_row(db, text):
    with connection.cursor() as cursor:
        # Small tables are read whole when nothing forbids it: here they are only where there is no other way.
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "Seq Scan on directory_directoryrow" not in matching(text).order_by().explain()
