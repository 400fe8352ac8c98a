"""Words found in a version: their endings and accents are ignored, and they are shown where they stand."""

from dataclasses import replace

import pytest

from ecoquartier.core.text import sort_key
from ecoquartier.framework.domain.search import AROUND, Passage, Run, cut, find, passages_of, words_of
from ecoquartier.framework.queries import stems
from tests.framework.samples import commitment, indicator, notion, version

GUIDE = version(
    commitment(1, "Préserver la ressource en eau", [notion("1.1", "Cycle de l’eau", ("Où va la pluie ?",))]),
    commitment(2, "Vivre ensemble", [notion("2.1", "Liens", ("L’eau est-elle un lieu de rencontre ?", "Qui vient ?"))]),
    commitment(3, "Voir loin"),
    indicators=[indicator("I01", 3, "Pluies gérées sur place", method="Volume d’eau géré / volume tombé.")],
)
CHALLENGES = {"sobriete": "sobriété"}
PASSAGES = list(passages_of(GUIDE, CHALLENGES))
TOO_COMMON = {"en", "la", "de", "l", "va", "ou", "d", "un", "est", "elle", "qui", "sur"}


def plain(words):
    """A dictionary that only knows plurals."""
    return {word: "" if word in TOO_COMMON else word.removesuffix("s") for word in words}


def search(text, passages=PASSAGES):
    return find(passages, text, plain(words_of([text, *(passage.text for passage in passages)])))


def numbers(text):
    return [found.commitment for found in search(text).found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("eau", [1, 2, 3]),  # by where it stands: a title, a question, a method
        ("EAUX", []),
        ("Pluies", [3, 1]),
        ("pluie eau", [1, 3]),  # both words, wherever they are in the commitment
        ("gerees", [3]),
        ("la pluie", [3, 1]),
        ("I01", [3]),
        ("2.1 rencontre", [2]),
        ("sobriete", [1, 2, 3]),
        ("rencont", [2]),  # the beginning of a word
        ("voi", []),  # too short a beginning
        ("montagne", []),
        ("la", []),
        ("", []),
        ("? %_\\ '", []),
    ],
)
def test_what_words_find(text, found):
    assert numbers(text) == found


def test_each_word_says_how_many_hold_it():
    assert dict(search("pluie ensemble la").words) == {"pluie": 2, "ensemble": 1}
    assert dict(search("la de").words) == {}


def test_words_that_are_nowhere_call_near_ones():
    assert search("pluit").near == ("pluie",)
    assert search("rencontrer eau").near == ("rencontre",)
    assert search("eau").near == search("montagne").near == ()


def test_words_that_the_dictionary_keeps_are_too_common(db):
    assert set(stems({"les", "pour", "cette", "meme", "comment"}).values()) == {""}


def test_hits_are_the_elements_that_say_it():
    (found,) = [found for found in search("eau").found if found.commitment == 1]
    note = GUIDE.commitments[0].notions[0]
    assert [hit.source for hit in found.hits] == [GUIDE.commitments[0], note]
    assert found.hits[1].runs == (Run("1.1 Cycle de l’", False), Run("eau", True))
    (first, *_rest) = search("court").found[0].hits
    assert (first.source, first.runs[1]) == (None, Run("Court", True))


def test_a_long_text_is_shown_around_its_words():
    far = "mot " * 100
    runs = cut(f"{far}eau {far}eau {far}", ["eau"], plain(["mot", "eau"]))
    assert [run.text for run in runs if run.is_found] == ["eau", "eau"]
    before, _found, between, _again, after = (run.text for run in runs)
    assert before.startswith("…mot") and before.endswith("mot ")
    assert after.startswith(" mot") and after.endswith("mot…")
    assert " … " in between
    assert all(len(run.text) <= 2 * AROUND + 3 for run in runs)


def test_a_short_text_is_shown_whole():
    text = "Quelle place pour l’eau et la nature en ville ?"
    assert "".join(run.text for run in cut(text, ["eau"], plain(words_of([text])))) == text


def test_what_is_searched_is_all_that_the_version_says():
    said = {passage.text for passage in PASSAGES}
    assert {
        "1. Court 1",
        "Vivre ensemble",
        "1.1 Cycle de l’eau",
        "Où va la pluie ?",
        "I01 Pluies gérées sur place",
    } <= said
    bare = version(replace(commitment(1), challenges=()))
    assert [passage.source for passage in passages_of(bare, CHALLENGES)] == [None, bare.commitments[0]]


def test_stems_are_those_of_the_french_dictionary(db):
    found = stems({"quartiers", "quartier", "ecologique", "ecologie", "le", "2016"})
    assert found["quartiers"] == found["quartier"] != ""
    assert found["ecologique"] == found["ecologie"]
    assert (found["le"], found["2016"]) == ("", "2016")
    assert stems(set()) == {}


def test_every_word_of_a_passage_can_be_found(db):
    passages = [Passage(1, None, "Énergies renouvelables, déchets et œuvres d’art", 1)]
    for asked in ("énergie", "ENERGIES", "renouvelable", "déchet", "oeuvre"):
        words = stems(words_of([asked, *(passage.text for passage in passages)]))
        assert len(find(passages, asked, words).found) == 1, asked
    assert sort_key("Œuvres") == "oeuvres"
