"""The figures of a programme: kept by code, impossible, doubtful."""

from datetime import date
from decimal import Decimal

import pytest

from ecoquartier.dossiers.domain import differences
from ecoquartier.dossiers.queries.snapshots import photograph, register_labels
from ecoquartier.framework.domain.vocabulary import figures
from ecoquartier.operations import services as operations
from ecoquartier.operations.domain.figures import as_of_fault, doubts, figure_faults, read_figure, with_figure
from ecoquartier.operations.models import Operation
from ecoquartier.operations.queries import changes_of, impossible_figures


def holding(**values):
    held = {}
    for code, value in values.items():
        held = with_figure(held, code, value)
    return held


def test_a_figure_is_kept_as_exact_json():
    held = holding(area_ha="12.345", dwellings=420)
    assert held == {"area_ha": "12.35", "dwellings": 420}
    assert (read_figure(held, "area_ha"), read_figure(held, "inhabitants")) == (Decimal("12.35"), None)
    assert with_figure(held, "dwellings", None) == {"area_ha": "12.35"}
    assert with_figure(held, "dwellings", 0)["dwellings"] == 0  # zero is an answer


def test_every_definition_holds_together():
    for figure in figures().values():
        assert figure.least <= figure.usual[0] < figure.usual[1] <= figure.most, figure.code
        assert not figure.part_of or figure.part_of in figures()


@pytest.mark.parametrize(
    "values",
    [{"area_ha": "0.2", "dwellings": 4}, {"area_ha": 337, "dwellings": 7100}, {"dwellings": 4, "social_dwellings": 4}],
)
def test_the_extremes_of_real_operations_are_accepted_and_not_questioned(values):
    assert (figure_faults(holding(**values)), doubts(holding(**values))) == ({}, [])


@pytest.mark.parametrize(
    ("values", "code", "sentence"),
    [
        ({"area_ha": 0}, "area_ha", "0,01\u00a0ha au moins."),
        ({"area_ha": "5000.01"}, "area_ha", "Plus de 5\u202f000\u00a0ha, vérifiez l’unité."),
        ({"dwellings": -1}, "dwellings", "Ce nombre ne peut pas être négatif."),
        ({"dwellings": int("9" * 60)}, "dwellings", "Plus de 50\u202f000\u00a0logements, vérifiez l’unité."),
        (
            {"dwellings": 10, "social_dwellings": 11},
            "social_dwellings",
            "Il y a plus de logements sociaux que de logements.",
        ),
    ],
)
def test_an_impossible_figure_says_why(values, code, sentence):
    assert figure_faults(holding(**values)) == {code: sentence}


def test_a_part_without_its_whole_is_accepted():
    assert figure_faults(holding(social_dwellings=200)) == {}


@pytest.mark.parametrize("value", ["0.19", "337.01"])
def test_a_rare_figure_is_questioned(value):
    (sentence,) = doubts(holding(area_ha=value))
    assert sentence.startswith("Superficie\u00a0: ")
    assert "Vérifiez l’unité." in sentence


@pytest.mark.parametrize(
    ("values", "questioned"),
    [
        ({"area_ha": 1, "dwellings": 400}, ""),
        ({"area_ha": 1, "dwellings": 401}, "401 logements par hectare, c’est rare"),
        ({"area_ha": 1, "public_open_m2": 10_000}, ""),
        ({"area_ha": 1, "public_open_m2": 10_001}, "dépasse la superficie de l’opération"),
        ({"dwellings": 401, "public_open_m2": 10_001}, ""),
    ],
)
def test_figures_that_hardly_go_together_are_questioned_and_accepted(values, questioned):
    held = holding(**values)
    assert figure_faults(held) == {}
    assert [questioned in said for said in doubts(held)] == ([True] if questioned else [])


@pytest.mark.parametrize(
    ("day", "fault"),
    [
        (None, ""),
        (date(1990, 1, 1), ""),
        (date(1989, 12, 31), "trop ancienne\u00a0: au plus tôt le 1er\u00a0janvier\u00a01990."),
        (date(2026, 3, 1), ""),
        (date(2026, 3, 2), "Cette date est à venir."),
    ],
)
def test_figures_have_a_plausible_date(day, fault):
    said = as_of_fault(day, date(2026, 3, 1))
    assert said.endswith(fault)
    assert bool(said) == bool(fault)


OLD = {"figures_as_of": date(2016, 5, 2), "figures_source": "Tableau de suivi du ministère, 2016"}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"dwellings": 12}, (None, "")),
        ({"dwellings": 12, "figures_source": "Bilan"}, (date(2016, 5, 2), "Bilan")),
        ({"dwellings": 12, **OLD}, tuple(OLD.values())),  # said again, of the new figures
        ({"dwellings": 10, "context": "Un vallon."}, tuple(OLD.values())),  # the same figure
    ],
)
def test_new_figures_do_not_keep_the_source_of_the_old_ones(world, values, expected):
    part = world.part(filled=False)
    operation = operations.update_operation(part.operation, actor=part.lead, dwellings=10, **OLD)
    operation = operations.update_operation(operation, actor=part.lead, **values)
    assert (operation.figures_as_of, operation.figures_source) == expected
    operation.refresh_from_db()
    assert (operation.figures_as_of, operation.figures_source) == expected
    assert {"figures_as_of", "figures_source"} <= set(changes_of(operation).values_list("field", flat=True))


def test_every_figure_is_photographed_under_its_code(world):
    part = world.part()
    before = photograph(part.operation)
    operation = operations.update_operation(
        part.operation, actor=part.lead, shops_floor_m2=1200, area_ha=Decimal("3.5")
    )
    after = photograph(operation)
    assert after["operation"]["area_ha"] == "3.50"
    assert differences(before, after)[1:] == [("operation.shops_floor_m2", None, 1200)]
    assert register_labels()["shops_floor_m2"] == "Surface de plancher des commerces et services"


def test_the_verification_finds_what_a_script_spoiled(world):
    operation = world.part().operation
    assert impossible_figures() == []
    Operation.objects.filter(pk=operation.pk).update(figures={"dwellings": 10, "social_dwellings": 11})
    assert impossible_figures() == [
        f"opération {operation.pk}\u00a0: logements sociaux, Il y a plus de logements sociaux que de logements."
    ]
