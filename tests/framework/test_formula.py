"""Formulas of indicators: they compute like Python's decimals, and say nothing else."""

import ast
import operator
from decimal import Decimal, DecimalException

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecoquartier.framework.domain.formula import MAX_DEPTH, FormulaError, in_words, parse
from ecoquartier.framework.domain.vocabulary import figures

FIGURES = ("area_ha", "dwellings", "social_dwellings")
VALUES = {"area_ha": Decimal("12.5"), "dwellings": 400, "social_dwellings": 120}


def compute(text, values=VALUES):
    return parse(text, FIGURES).compute(values)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dwellings / area_ha", "32"),
        ("100 * social_dwellings / dwellings", "30"),
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 4 - 3", "3"),
        ("16 / 4 / 2", "2"),
        ("-3 + 5", "2"),
        ("2 * -(1 + 1)", "-4"),
        (" 1.50\t+ 0.25 ", "1.75"),
        ("1,50 + 0,25", "1.75"),
        ("6 × 4 ÷ 3 − 1", "7"),
    ],
)
def test_it_computes(text, expected):
    assert compute(text).number == Decimal(expected)


def test_it_says_which_figures_it_names():
    assert parse("100 * social_dwellings / dwellings", FIGURES).figures == {"social_dwellings", "dwellings"}


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("", 1, "un nombre"),
        ("dwellings ** 2", 12, "un nombre"),
        ("dwellings ^ 2", 11, "« ^ » n’est pas permis"),
        ("dwellings // 2", 12, "un nombre"),
        ("dwellings.real", 10, "« . » n’est pas permis"),
        ("abs(dwellings)", 1, "« abs » n’est pas un chiffre du programme"),
        ("dwellings(1)", 10, "un opérateur est attendu"),
        ("dwellings > 1", 11, "« > » n’est pas permis"),
        ("dwellings == 1", 11, "« = » n’est pas permis"),
        ("__import__", 1, "n’est pas un chiffre du programme"),
        ("1,5,2", 4, "« , » n’est pas permis"),
        ("1e5", 2, "un opérateur est attendu"),
        ("2 dwellings", 3, "un opérateur est attendu"),
        ("(1 + 2", 7, "une parenthèse fermante"),
        ("1 + 2)", 6, "un opérateur est attendu"),
        ("1 +", 4, "un nombre"),
        ("'a'", 1, "n’est pas permis"),
        ("٣", 1, "n’est pas permis"),
        ("(" * (MAX_DEPTH + 1) + "1" + ")" * (MAX_DEPTH + 1), MAX_DEPTH + 1, "niveaux emboîtés"),
        ("-" * (MAX_DEPTH + 1) + "1", MAX_DEPTH + 1, "niveaux emboîtés"),
        ("1" * 201, 201, "dépasse 200 signes"),
        ("-(" * 11 + "1" + ")" * 11, MAX_DEPTH + 1, "niveaux emboîtés"),
        ("1²", 2, "« ² » n’est pas permis"),
        ("dwellıngs", 6, "« ı » n’est pas permis"),
        ("area_ha\u200b", 8, "n’est pas permis"),
        ("1 × × 2", 5, "un nombre"),
        ("1 ∗ 2", 3, "« ∗ » n’est pas permis"),
        ("1.", 2, "« . » n’est pas permis"),
        (".5", 1, "« . » n’est pas permis"),
        ("()", 2, "un nombre"),
    ],
)
def test_it_refuses_the_rest_and_points_at_the_place(text, position, words):
    with pytest.raises(FormulaError) as refusal:
        parse(text, FIGURES)
    assert refusal.value.position == position
    assert words in refusal.value.message.replace("\u00a0", " ")
    assert refusal.value.message.startswith(f"Signe {position}\u00a0: ")


@pytest.mark.parametrize("text", ["1 / 0", "0 / 0", "dwellings / (area_ha - 12.5)"])
def test_a_division_by_zero_is_not_computable(text):
    outcome = compute(text)
    assert not outcome.is_computable
    assert outcome.reason == "Non calculable\u00a0: la formule divise par zéro."


@pytest.mark.parametrize("value", [None, Decimal("NaN"), Decimal("Infinity")])
def test_a_missing_figure_is_not_computable(value):
    outcome = parse("dwellings / area_ha", FIGURES).compute({"dwellings": value}, {"area_ha": "superficie"})
    assert (outcome.number, outcome.reason) == (None, "Non calculable\u00a0: il manque superficie, dwellings.")


def test_numbers_as_long_as_the_formula_are_computed():
    assert compute("9" * 200).number == Decimal("9" * 200)
    assert compute("0." + "0" * 197 + "1").number == Decimal("1e-198")
    assert compute(f"1 / {'9' * 190}").number > 0


def test_a_result_that_no_decimal_holds_is_not_computable():
    assert "trop grand" in compute("dwellings * dwellings", {"dwellings": Decimal("1e600000")}).reason


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("100*social_dwellings/dwellings", "100 × logements sociaux ÷ logements"),
        (" dwellings /  area_ha ", "logements ÷ superficie"),
        ("1,5×dwellings÷area_ha−2", "1,5 × logements ÷ superficie - 2"),
        ("-1.5 - -(dwellings-2)", "-1,5 - -(logements - 2)"),
        ("", ""),
    ],
)
def test_it_is_read_aloud(text, words):
    assert in_words(text, {code: figure.title for code, figure in figures().items()}) == words


@given(st.text(max_size=60) | st.text("+-*/()0123456789. abdwelings_", max_size=40))
def test_it_never_fails_but_with_its_own_refusal(text):
    try:
        formula = parse(text, FIGURES)
    except FormulaError as refusal:
        assert 1 <= refusal.position <= len(text) + 1
    else:
        outcome = formula.compute(VALUES)
        assert outcome.is_computable != bool(outcome.reason)


NUMBERS = st.decimals(0, 10**6, places=2).map(lambda number: format(number, "f"))
EXPRESSIONS = st.recursive(
    NUMBERS | st.sampled_from(FIGURES),
    lambda inner: (
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(" ".join)
        | inner.map("({})".format)
        | inner.map("-({})".format)
    ),
    max_leaves=8,
)
FIGURE = st.integers(0, 10**6) | st.decimals(0, 10**5, places=2)


SIGNS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def as_python_reads(text, values):
    """The same expression, cut by Python's own grammar and computed with its decimals."""

    def value_of(node):
        match node:
            case ast.Constant():
                return Decimal(ast.get_source_segment(text, node))
            case ast.Name():
                return Decimal(values[node.id])
            case ast.UnaryOp():
                return -value_of(node.operand)
            case ast.BinOp():
                return SIGNS[type(node.op)](value_of(node.left), value_of(node.right))

    return value_of(ast.parse(text, mode="eval").body)


@given(EXPRESSIONS.filter(lambda text: len(text) <= 200), st.fixed_dictionaries(dict.fromkeys(FIGURES, FIGURE)))
@settings(max_examples=200)
def test_it_computes_like_python(text, values):
    try:
        expected = as_python_reads(text, values)
    except DecimalException:
        expected = None
    assert parse(text, FIGURES).compute(values).number == expected
