"""The correspondence of two versions: proposed, checked, applied to what was written."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecoquartier.framework.domain.contents import Dimension, Link, elements
from ecoquartier.framework.domain.mapping import (
    Effect,
    carry_answers,
    carry_values,
    effect_on_answers,
    effect_on_values,
    faults,
    propose,
)
from tests.framework.samples import commitment, indicator, notion, version

OLD = version(
    commitment(1, notions=[notion("1.1"), notion("1.2")]),
    commitment(2),
    commitment(3),
    indicators=[indicator("I1"), indicator("I2", 2)],
)
SAME = replace(OLD, code="nouvelle")


def line(kind, change, old="", new=""):
    return Link(kind, change, old, new)


def without(links, kind, code):
    return [link for link in links if not (link.kind == kind and code in (link.old, link.new))]


# --- Proposing ----------------------------------------------------------------------------------------------------


def test_a_copy_is_the_same_everywhere():
    links = propose(OLD, SAME)
    assert {link.change for link in links} == {"same"}
    assert len(links) == len(elements(OLD)) == 7
    assert faults(OLD, SAME, links) == []


def test_what_changes_is_named():
    new = version(
        commitment(1, "Autre titre", notions=[notion("1.1")]),
        commitment(3, notions=[notion("3.1", "Notion 1.2")]),
        commitment(4),
        indicators=[indicator("I1", 3), indicator("I3")],
    )
    assert [(link.kind, link.change, link.old, link.new) for link in propose(OLD, new)] == [
        ("commitment", "renamed", "1", "1"),
        ("commitment", "removed", "2", ""),
        ("commitment", "same", "3", "3"),
        ("commitment", "new", "", "4"),
        ("notion", "same", "1.1", "1.1"),
        ("notion", "moved", "1.2", "3.1"),
        ("indicator", "moved", "I1", "I1"),
        ("indicator", "removed", "I2", ""),
        ("indicator", "new", "", "I3"),
    ]


def test_what_people_wrote_stays_and_what_no_longer_stands_goes():
    new = version(commitment(1, notions=[notion("1.1"), notion("1.2")]), commitment(3), indicators=OLD.indicators[:1])
    written = [
        line("commitment", "merged", "1", "1"),
        line("commitment", "merged", "2", "1"),
        line("indicator", "same", "I2", "I2"),
    ]
    links = propose(OLD, new, written)
    assert links[:2] == tuple(written[:2])
    assert line("indicator", "removed", "I2") in links
    assert faults(OLD, new, links) == []


def test_a_pair_said_identical_is_corrected_when_its_title_changes():
    new = version(
        commitment(1, "Neuf", notions=OLD.commitments[0].notions), *OLD.commitments[1:], indicators=OLD.indicators
    )
    assert line("commitment", "renamed", "1", "1") in propose(OLD, new, propose(OLD, SAME))


# --- Checking -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("element", elements(OLD).values(), ids=str)
def test_each_element_must_be_there_on_both_sides(element):
    links = without(propose(OLD, SAME), element.kind, element.code)
    found = faults(OLD, SAME, links)
    assert len(found) == 2
    assert all(element.code in sentence for sentence in found)


@pytest.mark.parametrize(
    ("links", "words"),
    [
        ([line("commitment", "removed", "1"), line("commitment", "same", "1", "1")], "ne s’accordent pas"),
        (
            [
                line("commitment", "same", "1", "1"),
                line("commitment", "same", "2", "1"),
                line("commitment", "new", "", "2"),
            ],
            "ne s’accordent pas",
        ),
        ([line("commitment", "split", "1", "1")], "scindé, mais en un seul"),
        ([line("commitment", "merged", "1", "1")], "fusionné, mais d’un seul"),
        ([line("commitment", "renamed", "1", "1")], "renommé, mais ses mots n’ont pas changé"),
        ([line("commitment", "moved", "1", "1")], "déplacé, mais il est resté à sa place"),
        ([line("commitment", "new", "1", "1")], "n’a pas les bouts"),
        ([line("commitment", "same", "1", "9")], "L’engagement 9 n’existe pas"),
        ([line("commitment", "same", "1", "2"), line("commitment", "moved", "2", "1")], "il est renommé"),
    ],
)
def test_its_lines_must_agree(links, words):
    named = {(link.kind, code) for link in links for code in (link.old, link.new)}
    rest = [link for link in propose(OLD, SAME) if not {(link.kind, link.old), (link.kind, link.new)} & named]
    assert any(words in sentence for sentence in faults(OLD, SAME, [*rest, *links]))


def test_all_faults_are_told_at_once():
    new = replace(OLD, code="nouvelle", commitments=(commitment(1, "Autre"), *OLD.commitments[1:], commitment(4)))
    links = [*without(propose(OLD, SAME), "commitment", "3"), line("commitment", "removed", "2")]
    assert faults(OLD, new, links) == [
        "L’engagement 3 de la version précédente manque à la table.",
        "L’engagement 3 de la nouvelle version manque à la table.",
        "L’engagement 4 de la nouvelle version manque à la table.",
        "La notion 1.1 n’existe pas dans la version nouvelle.",
        "La notion 1.2 n’existe pas dans la version nouvelle.",
        "L’engagement 2 est sur plusieurs lignes qui ne s’accordent pas (identique, retiré).",
        "L’engagement 1 est dit identique, mais il est renommé.",
    ]


def test_merging_and_splitting_are_whole():
    new = version(commitment(1), commitment(2), commitment(3), code="nouvelle")
    old = replace(OLD, commitments=tuple(replace(c, notions=()) for c in OLD.commitments), indicators=())
    links = [
        line("commitment", "merged", "1", "1"),
        line("commitment", "merged", "2", "1"),
        line("commitment", "split", "3", "2"),
        line("commitment", "split", "3", "3"),
    ]
    assert faults(old, new, links) == []


NUMBERS = st.sets(st.integers(1, 6), min_size=1)


def some_version(numbers):
    built = version(*(commitment(n, f"Titre {n % 4}") for n in sorted(numbers)))
    return replace(built, dimensions=(Dimension("D1", "Tout", "", tuple(sorted(numbers))),))


@given(NUMBERS, NUMBERS)
def test_a_proposal_is_always_complete(olds, news):
    old, new = some_version(olds), some_version(news)
    links = propose(old, new)
    assert faults(old, new, links) == []
    assert propose(old, new, links) == links


# --- Its effect ---------------------------------------------------------------------------------------------------

CHANGED = version(
    commitment(1),
    commitment(2),
    commitment(3),
    commitment(4),
    indicators=[indicator("I1"), indicator("J2", 2, "Mesure I2", unit="m²")],
)
FIVE = version(*map(commitment, range(1, 6)), indicators=[indicator("I1"), indicator("I2", 2)])
LINKS = (
    line("commitment", "merged", "1", "1"),
    line("commitment", "merged", "2", "1"),
    line("commitment", "renamed", "3", "2"),
    line("commitment", "split", "4", "3"),
    line("commitment", "split", "4", "4"),
    line("commitment", "removed", "5"),
    line("indicator", "same", "I1", "I1"),
    line("indicator", "renamed", "I2", "J2"),
)


def test_the_effect_on_answers_is_counted():
    assert effect_on_answers(LINKS, {1: 10, 2: 5, 3: 7, 4: 3, 5: 2}) == Effect(carried=7, merged=15, split=3, beside=2)


def test_values_of_another_unit_are_kept_beside():
    effect = effect_on_values(FIVE, CHANGED, LINKS, {"I1": 4, "I2": 6})
    assert effect == Effect(carried=4, beside=6)
    assert effect.total == 10
    carried, beside = carry_values(FIVE, CHANGED, LINKS, {"I1": 12, "I2": 3})
    assert (carried, beside) == ({"I1": 12}, {"I2": 3})


def test_answers_are_carried():
    carried = carry_answers(FIVE, LINKS, {1: "Un.", 2: "Deux.", 3: "Trois.", 4: "Quatre.", 5: "Cinq."})
    assert carried.answers[1].text == "Court 1\u00a0:\nUn.\n\nCourt 2\u00a0:\nDeux."
    assert (carried.answers[1].sources, carried.answers[1].to_review) == ((1, 2), True)
    assert (carried.answers[2].text, carried.answers[2].to_review) == ("Trois.", False)
    assert {carried.answers[3].text, carried.answers[4].text} == {"Quatre."}
    assert carried.answers[3].to_review
    assert carried.beside == {5: "Cinq."}


def test_a_text_alone_is_not_put_together_with_nothing():
    carried = carry_answers(FIVE, LINKS, {1: "Un.", 2: "  "})
    assert (carried.answers[1].text, carried.answers[1].to_review) == ("Un.", False)


@given(NUMBERS, NUMBERS, st.dictionaries(st.integers(1, 6), st.text("abc", min_size=1, max_size=5)))
def test_no_word_is_lost(olds, news, texts):
    old, new = some_version(olds), some_version(news)
    carried = carry_answers(old, propose(old, new), texts)
    for number, text in texts.items():
        everywhere = [answer.text for answer in carried.answers.values() if number in answer.sources]
        assert carried.beside.get(number) == text or any(text in said for said in everywhere)


# --- All together -------------------------------------------------------------------------------------------------

CHANGES = st.lists(
    st.sampled_from(["same", "renamed", "moved", "removed", "new"])
    | st.tuples(st.sampled_from(["merged", "split"]), st.integers(2, 4)),
    min_size=1,
    max_size=8,
)


def upheaval(changes):
    """Two versions and the table between them, element by element."""
    olds, news, links = [], [], []

    def add(elements, title):
        number = len(elements) + 1
        elements.append(commitment(number, title))
        return str(number)

    for rank, change in enumerate(changes):
        name, count = change if isinstance(change, tuple) else (change, 1)
        title = f"Titre {rank}"
        before = [add(olds, title) for _n in range(0 if name == "new" else count if name == "merged" else 1)]
        renamed = f"{title} autrement" if name == "renamed" else title
        after = [add(news, renamed) for _n in range(0 if name == "removed" else count if name == "split" else 1)]
        for one in before or [""]:
            for other in after or [""]:
                links.append(line("commitment", name, one, other))
    if not olds or not news:
        links.append(line("commitment", "same", add(olds, "Seul"), add(news, "Seul")))
        links = [link for link in links if link.old or link.new]
    # An element keeps its words: it is moved when its number is another one, and the same otherwise.
    stay = {True: "same", False: "moved"}
    links = [line(k.kind, stay[k.old == k.new] if k.change in stay.values() else k.change, k.old, k.new) for k in links]
    return version(*olds), version(*news, code="nouvelle"), links


@given(CHANGES, st.data())
def test_merging_splitting_and_moving_at_once(changes, data):
    old, new, links = upheaval(changes)
    assert faults(old, new, links) == []
    assert set(propose(old, new, links)) == set(links)
    answers = {c.number: f"Réponse {c.number}." for c in old.commitments}
    effect = effect_on_answers(links, dict.fromkeys(answers, 10))
    assert effect.total == 10 * len(answers)
    carried = carry_answers(old, links, answers)
    assert 10 * len(carried.beside) == effect.beside
    for number, text in answers.items():
        places = [answer for answer in carried.answers.values() if number in answer.sources]
        assert all(text in place.text for place in places)
        assert bool(places) != (number in carried.beside)
    lost = data.draw(st.sampled_from(links))
    assert faults(old, new, [link for link in links if link != lost])


def test_a_table_that_names_what_is_gone_carries_nothing_from_it():
    links = [line("indicator", "same", "I9", "I9"), line("indicator", "same", "I1", "I1")]
    assert carry_values(OLD, SAME, links, {"I1": 1, "I9": 2}) == ({"I1": 1}, {"I9": 2})
    assert effect_on_values(OLD, SAME, links, {"I1": 3, "I9": 2}) == Effect(carried=3, beside=2)
