"""Text as people read it in French."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecoquartier.core.text import (
    at_place,
    french_list,
    french_number,
    inside_sentence,
    long_date,
    lost_characters,
    of_place,
    place_words,
    printable,
    sort_key,
)


def test_names_are_sorted_as_in_a_french_list():
    names = ["Évry", "Zuydcoote", "L’Haÿ", "Œting", "Obernai", "eaubonne", "  Étampes"]
    assert sorted(names, key=sort_key) == ["eaubonne", "  Étampes", "Évry", "L’Haÿ", "Obernai", "Œting", "Zuydcoote"]


@pytest.mark.parametrize(
    ("text", "key"),
    [("  L’Île-d’Œléron  Ça ", "l'ile-d'oeleron ca"), ("STRASSE, Straße", "strasse, strasse"), ("", "")],
)
def test_sort_key_forgets_accents_case_and_spaces(text, key):
    assert sort_key(text) == key


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Été, œuvre, 12\u202f000\u00a0m², 50\u00a0€, Î‑de‑F", "Été, œuvre, 12\u202f000\u00a0m², 50\u00a0€, Î‑de‑F"),
        ("αβγ Ж ≥ → ✓ ½ №", "αβγ Ж ≥ → ✓ ½ №"),
        ("\uf0b7 un\r\n\uf0fc deux\u2028trois", "• un\n✓ deux\ntrois"),
        ("Bravo 🎉 à tous", "Bravo à tous"),
        ("🎉 Bravo", "Bravo"),
        ("Bravo 🎉", "Bravo"),
        ("👩\u200d👩\u200d👧\ufe0f", ""),
        ("1\ufe0f\u20e3 ligne", "1 ligne"),
        ("40 ㎡ ＡＢ", "40 m2 AB"),
        ("漢字 Lyon", "□ Lyon"),
        ("1ᵉʳ étage, 2ⁿᵈ, 1ʳᵉ, Mˡˡᵉ, n°ˢ", "1er étage, 2nd, 1re, Mlle, n°s"),
        ("e\u0301te\u0301", "été"),
        ("a\x00b\x07c\u200ed\ufeffe\u00adf", "abcdef"),
        ("✅ fait", "✔ fait"),
        ("seul \ud83c", "seul"),
        ("  retrait  gardé", "  retrait  gardé"),
    ],
)
def test_printable_keeps_what_a_pdf_can_show(text, kept):
    assert printable(text) == kept


@given(st.text(alphabet=st.characters()))
def test_printable_twice_is_printable_once(text):
    assert printable(printable(text)) == printable(text)


def test_lost_characters_are_named_once_and_equivalents_are_not_losses():
    assert lost_characters("\uf0b7 Bravo 🎉 🎉 漢 ✅ 40 ㎡\r\n") == ["🎉", "漢"]
    assert lost_characters("Tout va bien\u00a0: 12 m²") == []


def test_long_date():
    assert long_date(date(2026, 12, 1)) == "1er\u00a0décembre\u00a02026"
    assert long_date(date(2026, 8, 21)) == "21\u00a0août\u00a02026"


def test_french_number():
    assert [french_number(n) for n in (0, 999, 84210, -1234567)] == ["0", "999", "84\u202f210", "-1\u202f234\u202f567"]


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ([], ""),
        (["A"], "A"),
        (["A", "B"], "A et B"),
        (["A", "B", "C"], "A, B et C"),
        (["A", "B", "C", "D"], "A, B et 2\u00a0autres"),
    ],
)
def test_french_list_never_hides_a_single_name(names, sentence):
    assert french_list(names, limit=2) == sentence


@pytest.mark.parametrize(
    ("commune", "words"),
    [
        ("Laval", "de Laval"),
        ("Auch", "d’Auch"),
        ("Évreux", "d’Évreux"),
        ("Œuilly", "d’Œuilly"),
        ("Arutua", "d’Arutua"),
        ("Le Mans", "du Mans"),
        ("Les Abymes", "des Abymes"),
        ("La Rochelle", "de La Rochelle"),
        ("L’Isle-Adam", "de L’Isle-Adam"),
        ("Lens", "de Lens"),
        ("Hyères", "d’Hyères"),
        ("Haguenau", "de Haguenau"),
        ("Yvetot", "d’Yvetot"),
        ("Yutz", "de Yutz"),
    ],
)
def test_a_commune_takes_its_form_of_de(commune, words):
    assert of_place(commune) == words


@pytest.mark.parametrize(
    ("commune", "words"),
    [
        ("Laval", "à Laval"),
        ("Auch", "à Auch"),
        ("Le Mans", "au Mans"),
        ("Les Abymes", "aux Abymes"),
        ("La Rochelle", "à La Rochelle"),
        ("Lestelle", "à Lestelle"),
    ],
)
def test_a_commune_takes_its_form_of_a(commune, words):
    assert at_place(commune) == words


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Livré", "livré"),
        ("livré", "livré"),
        ("Vie de quartier", "vie de quartier"),
        ("ÉcoProjet", "ÉcoProjet"),
        ("", ""),
    ],
)
def test_a_name_loses_its_first_capital_inside_a_sentence(name, said):
    assert inside_sentence(name) == said


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("Laval", "Mayenne", "Pays de la Loire"), "Laval (Mayenne), Pays de la Loire"),
        (("Laval", "Mayenne"), "Laval (Mayenne)"),
        (("Paris", "Paris", "Île-de-France"), "Paris, Île-de-France"),
        (("Paris", "Paris"), "Paris"),
        (("Tahaa", "Polynésie française", "Polynésie française"), "Tahaa, Polynésie française"),
        (("Saint-Martin", "Saint-Martin", "Saint-Martin"), "Saint-Martin"),
    ],
)
def test_a_place_is_said_without_its_name_twice(names, words):
    assert place_words(*names) == words
