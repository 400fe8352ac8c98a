"""What is typed is words, and nothing else: no sign commands the search, none makes it fail."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ecoquartier.directory import queries as directory
from ecoquartier.directory.queries import Asked
from ecoquartier.directory.queries.words import MOST_WORDS
from tests.support.public import labelled


def names(text: str) -> list[str]:
    return [row.name for row in directory.find(Asked(text=text), directory.tallies()).rows]


@pytest.fixture
def some(db):
    labelled("Le Jardin de la Gare", description="Un or, des jardins.")
    labelled("Le Jardin des Plantes")
    labelled("Les Rives")


@pytest.mark.parametrize(
    ("text", "as_if"),
    [
        ("jardin - gare", "jardin gare"),
        ("jardin – gare", "jardin gare"),
        ("jardin -gare", "jardin gare"),
        ("-rives", "rives"),
        ("!rives", "rives"),
        ('"gare jardin"', "gare jardin"),
        ("jardin | rives", "jardin rives"),
        ("jardin or rives", "jardin rives or"),
        ("jardin & (gare)", "jardin gare"),
        ("jardin:*", "jardin"),
        ("gare_jardin", "gare jardin"),
        ("ga\u0301re", "gáre"),
        ("écoquartier jardin gare", "jardin gare"),
        ("éco-quartier des rives", "des rives"),
        ("écoquartiers", ""),
        ("« ÉcoQuartier »", ""),
    ],
)
def test_signs_part_words_and_command_nothing(some, text, as_if):
    assert names(text) == names(as_if)


def test_the_first_words_are_enough(some):
    assert names("jardin " * MOST_WORDS + "rives") == names("jardin")


SIGNS = st.sampled_from([*"-–—'’\"«»|&!():*<>\\/._,;?%$€{}[]~^`@#+=\u00a0\u0301\t", "- ", " or ", "<->", "\\'", ":A"])
WORDS = st.sampled_from(["gare", "Jardin", "l’Îlot", "saint", "st", "53", "2a", "35000", "é", "9" * 30, "œ"])


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SIGNS | WORDS | st.characters(codec="utf-8", exclude_characters="\0"), max_size=100).map("".join))
@example("-" * 40)
@example("- " * 50)
@example("!(" * 50)
@example("gare " * 50)
def test_nothing_typed_makes_the_search_fail(some, text):
    asked = Asked(text=text)
    found = list(directory.find(asked, directory.tallies()).rows)
    assert len(found) <= 3
    assert len(list(directory.selection(asked))) == len(found)
