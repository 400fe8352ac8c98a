"""Two versions side by side."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ecoquartier.framework.domain.comparison import Piece, compare, words
from ecoquartier.framework.domain.contents import Challenge, Dimension, Link
from tests.framework.samples import commitment, indicator, notion, version

OLD = version(commitment(1, notions=[notion("1.1")]), commitment(2), indicators=[indicator("I1")])


def test_nothing_differs_between_a_version_and_itself():
    rows = compare(OLD, replace(OLD, code="nouvelle"))
    assert len(rows) == 4
    assert not any(row.has_changed for row in rows)


def test_each_element_stands_beside_what_it_became():
    new = version(
        commitment(1, notions=[notion("1.1", questions=("Pourquoi et comment ?",))]), commitment(3, "Tout neuf")
    )
    rows = {(row.name, row.label): row for row in compare(OLD, new)}
    assert set(rows) == {
        ("Engagement 1", "sans changement"),
        ("Engagement 2", "retiré"),
        ("Engagement 3", "nouveau"),
        ("Notion 1.1", "reformulé"),
        ("Indicateur I1", "retiré"),
    }
    gone = rows["Engagement 2", "retiré"]
    assert (gone.texts, gone.news, gone.has_changed) == ((), (), True)
    same = rows["Notion 1.1", "reformulé"]
    assert (same.change, same.has_changed) == ("same", True)
    (changed,) = same.shown
    assert (changed.name, changed.old, changed.new) == ("questions", "Pourquoi ?", "Pourquoi et comment ?")
    assert changed.pieces == (
        Piece("Pourquoi ", True, True),
        Piece("et comment ", False, True),
        Piece("?", True, True),
    )


def test_the_correspondence_is_followed():
    new = version(commitment(1, notions=[notion("1.1")]), commitment(5), indicators=[indicator("I1")])
    rows = compare(OLD, new, [Link("commitment", "renamed", "2", "5")])
    (row,) = [row for row in rows if row.name == "Engagement 2 → 5"]
    assert row.label == "renommé"


def test_what_merges_or_splits_is_one_row():
    old = version(*(commitment(n) for n in (1, 2, 3)))
    new = version(*(commitment(n) for n in (2, 3, 4)))
    rows = compare(
        old,
        new,
        [
            Link("commitment", "merged", "1", "2"),
            Link("commitment", "merged", "2", "2"),
            Link("commitment", "split", "3", "3"),
            Link("commitment", "split", "3", "4"),
        ],
    )
    assert [(row.name, row.label) for row in rows] == [
        ("Engagement 1 + 2 → 2", "fusionné"),
        ("Engagement 3 → 3 + 4", "scindé"),
    ]
    assert [element.title for element in rows[0].olds] == ["Engagement 1", "Engagement 2"]
    assert [row.shown for row in rows] == [[], []]


def test_what_moves_says_from_where_to_where():
    old = version(commitment(1, notions=[notion("1.1")]), commitment(2), indicators=[indicator("I1", 1)])
    new = version(commitment(1), commitment(2, notions=[notion("1.1")]), indicators=[indicator("I1", 2)])
    places = (Dimension("D1", "Démarche", "", (1,)), Dimension("D2", "Cadre de vie", "", (2,)))
    rows = {
        row.name: [(text.name, text.old, text.new) for text in row.shown]
        for row in compare(replace(old, dimensions=places), replace(new, dimensions=(places[0],)))
        if row.label == "déplacé"
    }
    assert rows == {
        "Engagement 2": [("dimension", "Cadre de vie", "")],
        "Notion 1.1": [("engagement", "1. Court 1", "2. Court 2")],
        "Indicateur I1": [("engagement", "1. Court 1", "2. Court 2")],
    }


def test_what_only_changes_its_code_still_has_words():
    (row,) = compare(version(commitment(1, "Eau")), version(replace(commitment(1, "Eau"), number=2)))
    assert (row.name, row.label) == ("Engagement 1 → 2", "déplacé")
    assert [text.new for text in row.shown] == ["Eau"]


def test_texts_are_those_that_people_read():
    old = version(commitment(1), indicators=[indicator("I1", kind="percent", formula="100*social_dwellings/dwellings")])
    new = version(
        replace(commitment(1), challenges=("eau",), provenance="indicative"),
        indicators=[indicator("I1", kind="decimal", direction="lower", challenges=("eau",))],
        challenges=(Challenge("eau", "partage de l’eau"),),
    )
    first, second = compare(old, new)
    assert [(text.name, text.old, text.new) for text in first.shown] == [
        ("provenance", "texte officiel", "contenu indicatif"),
        ("enjeux", "sobriété", "partage de l’eau"),
    ]
    assert [(text.name, text.old, text.new) for text in second.shown] == [
        ("nature", "pourcentage", "nombre"),
        ("sens", "plus haut, c’est mieux", "plus bas, c’est mieux"),
        ("formule", "100 × logements sociaux ÷ logements", ""),
        ("enjeux", "inclusion", "partage de l’eau"),
    ]


def test_words_said_again_and_again_are_compared_at_once():
    """The longest texts, made of the commonest word: searching for it everywhere would take a quarter of an hour."""
    pieces = words("a " * 5000, "b a " * 2500)
    assert "".join(piece.text for piece in pieces if piece.is_old) == "a " * 5000


@given(st.text(max_size=80), st.text(max_size=80))
def test_the_pieces_give_back_both_texts(old, new):
    pieces = words(old, new)
    assert "".join(piece.text for piece in pieces if piece.is_old) == old
    assert "".join(piece.text for piece in pieces if piece.is_new) == new
