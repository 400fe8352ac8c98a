"""Where each row of the tracking sheet goes: its commune of today, one operation for all its rows."""

from pathlib import Path

import pytest

from ecoquartier.operations.domain.legacy import (
    Candidacy,
    Charter,
    CharterState,
    OperationType,
    Result,
    plan,
    read_rows,
)
from ecoquartier.operations.domain.legacy.report import where
from ecoquartier.territories.domain import CommunePlace, FormerPlace, Gazetteer, name_key, read_list
from tests.support.legacy import planned, rennes

REAL_FILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "operations-2009-2016.csv"


@pytest.mark.parametrize(
    ("cells", "insee", "said"),
    [
        ({"CODE INSEE": "35238", "Ville": "RENNES", "N° Dept": "35"}, "35238", ""),
        ({"CODE INSEE": "01340", "Ville": "Saint Bois", "N° Dept": "1"}, "01015", ""),  # merged since
        ({"CODE INSEE": "1015", "Ville": "Arbignieu", "N° Dept": "01"}, "01015", ""),  # renamed since
        ({"CODE INSEE": "20033", "Ville": "Bastia", "N° Dept": "20B"}, "2B033", ""),
        ({"CODE INSEE": "97101", "Ville": "Abymes (Les)", "N° Dept": "971"}, "97101", ""),
        ({"CODE INSEE": "30007", "Ville": "Alès en Cévennes", "N° Dept": "30"}, "30007", ""),
        ({"CODE INSEE": "35238"}, "35238", ""),
        ({"CODE INSEE": "35238", "Ville": "Rennnes", "N° Dept": "35"}, "35238", ""),
        (
            {"CODE INSEE": "60057", "Ville": "Communauté du Beauvaisis", "N° Dept": "60"},
            "60057",
            "«\u00a0Communauté du Beauvaisis\u00a0» lu comme Beauvais d’après le code INSEE 60057.",
        ),
        (
            {"CODE INSEE": "22279", "Ville": "Saint-Brieuc", "N° Dept": "22"},
            "22278",
            "Le code INSEE 22279 désigne Saint-Caradec\u00a0: commune retenue d’après son nom, Saint-Brieuc (22278).",
        ),
        (
            {"CODE INSEE": "44999", "Ville": "Nantes", "N° Dept": "44"},
            "44109",
            "Le code INSEE 44999 n’existe pas\u00a0: commune retenue d’après son nom, Nantes (44109).",
        ),
        (
            {"Ville": "St Denis", "N° Dept": "974"},
            "97411",
            "Code INSEE absent\u00a0: commune retenue d’après son nom, Saint-Denis (97411).",
        ),
        (
            {"Ville": "Nantes"},
            "44109",
            "Code INSEE absent\u00a0: commune retenue d’après son nom, Nantes (44109).",
        ),
        (
            {"CODE INSEE": "44109", "Ville": "Nantes", "N° Dept": "45"},
            "44109",
            "Département 45 corrigé en 44 (Nantes).",
        ),
    ],
)
def test_plan_places_a_row_in_its_commune_of_today(cells, insee, said):
    result = planned({"Nom EcoQuartier": "Quai"} | cells)
    assert result.skipped == ()
    (operation,) = result.operations
    assert operation.insee == insee
    assert operation.warnings == ((said,) if said else ())
    assert operation.key == (insee, "quai")


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (
            {"Ville": "Communauté Marches de Bretagne", "N° Dept": "35"},
            "Code INSEE absent, et «\u00a0Communauté Marches de Bretagne\u00a0» ne désigne sûrement aucune "
            "commune dans le département 35.",
        ),
        (
            {"Ville": "Saint-Denis"},
            "Code INSEE absent, et «\u00a0Saint-Denis\u00a0» ne désigne sûrement aucune commune.",
        ),
        ({"CODE INSEE": "99999"}, "Le code INSEE 99999 n’existe pas, et pas de nom de commune."),
        (
            {"CODE INSEE": "44109", "Ville": "Nulle-Part", "N° Dept": "49"},
            "Le code INSEE 44109 désigne Nantes (44), mais la ligne indique «\u00a0Nulle-Part\u00a0» dans le "
            "département 49\u00a0: commune à préciser.",
        ),
    ],
)
def test_plan_says_why_a_row_has_no_place(cells, reason):
    result = planned({"Nom EcoQuartier": "Quai"} | cells)
    assert result.operations == ()
    (skipped,) = result.skipped
    assert (skipped.line, skipped.reason) == (2, reason)
    assert skipped.excerpt.endswith("Quai")


def test_plan_passes_on_the_lines_that_are_no_operation():
    result = planned({"AAP 2009": "162"}, rennes())
    assert [(row.line, row.reason) for row in result.skipped] == [
        (2, "Ligne de totaux\u00a0: ni commune ni opération.")
    ]
    assert [operation.lines for operation in result.operations] == [(3,)]


def test_plan_keeps_the_other_communes_and_names_of_the_cell():
    result = planned(
        rennes(Ville="Rennes et Saint-Jacques-de-la-Lande"),
        rennes(**{"Ville": "Rennes\nSaint-Jacques-de-la-Lande (Rennes Métropole)", "Nom EcoQuartier": "Courrouze"}),
    )
    assert [operation.other_insees for operation in result.operations] == [("35281",), ("35281",)]
    assert [operation.other_names for operation in result.operations] == [(), ("Rennes Métropole",)]


def test_plan_merges_the_facts_of_a_repeated_operation():
    result = planned(
        rennes(**{"Nom EcoQuartier": "Baud Chardonnet", "Charte": "x", "Résultats 2013": "ajourné", "AAP 2009": "x"}),
        rennes(
            **{
                "CODE INSEE": "",
                "Charte": "2014",
                "Candidat 2013": "x",
                "Résultats 2014": "Label",
                "Nombre de logements": "100",
            }
        ),
        rennes(**{"Nombre de logements": "90", "Nombre de logements sociaux": "95", "Type d’opération": "RU"}),
    )
    (operation,) = result.operations
    assert (operation.lines, operation.name, operation.key) == (
        (2, 3, 4),
        "Baud Chardonnet",
        ("35238", "baud chardonnet"),
    )
    assert [(row.line, row.into_line) for row in result.merged] == [(3, 2), (4, 2)]
    facts = operation.facts
    assert facts.charter == Charter(CharterState.SIGNED, 2014)
    assert facts.candidacies == (Candidacy(2013, Result.ADJOURNED), Candidacy(2014, Result.LABELLED))
    assert (facts.joined_call_2009, facts.dwellings, facts.operation_types) == (True, 100, (OperationType.RENEWAL,))
    assert operation.doubts == (
        (3, "Code INSEE absent\u00a0: commune retenue d’après son nom, Rennes (35238)."),
        (4, "Nombre de logements sociaux\u00a0: «\u00a095\u00a0» dépasse le nombre de logements (90), valeur ignorée."),
        (4, "Lignes 2 et 4, Nombre de logements\u00a0: 100 et 90, la première valeur est retenue."),
    )


def test_plan_merge_tells_each_disagreement_with_its_column():
    result = planned(
        rennes(**{"Superficie du quartier (ha)": "4,5", "EPA": "EPA du Nord", "Charte": "2014"}),
        rennes(**{"Superficie du quartier (ha)": "1200", "EPA": "EPA du Sud", "Charte": "2013"}),
        rennes(**{"Superficie du quartier (ha)": "4,50", "EPA": "epa du nord", "Charte": "x"}),
    )
    (operation,) = result.operations
    assert operation.doubts == (
        (3, "Lignes 2 et 3, Superficie du quartier (ha)\u00a0: 4,5 et 1\u202f200, la première valeur est retenue."),
        (
            3,
            "Lignes 2 et 3, EPA\u00a0: «\u00a0EPA du Nord\u00a0» et «\u00a0EPA du Sud\u00a0», la première valeur est "
            "retenue.",
        ),
        (3, "Lignes 2 et 3, Charte\u00a0: 2014 et 2013, l’année la plus ancienne est retenue."),
    )


def test_plan_tells_a_fault_of_repeated_rows_once_and_on_its_line():
    result = planned(
        rennes(**{"Nombre de logements": "beaucoup"}),
        rennes(**{"Nombre de logements": "beaucoup", "Charte": "bientôt"}),
    )
    (operation,) = result.operations
    assert [line for line, _said in operation.doubts] == [2, 3]
    assert ["beaucoup" in said for said in operation.warnings] == [True, False]


def test_plan_merge_keeps_the_first_of_two_results_and_the_known_one():
    result = planned(
        rennes(**{"Résultats 2013": "Engagé", "Candidat 2014": "x"}),
        rennes(**{"Résultats 2013": "Label", "Résultats 2014": "Label"}),
    )
    (operation,) = result.operations
    assert operation.facts.candidacies == (Candidacy(2013, Result.ENGAGED), Candidacy(2014, Result.LABELLED))
    assert operation.warnings == ("Lignes 2 et 3\u00a0: deux résultats en 2013, le premier est retenu.",)


def test_plan_merge_drops_social_dwellings_that_no_longer_fit():
    result = planned(rennes(**{"Nombre de logements": "50"}), rennes(**{"Nombre de logements sociaux": "60"}))
    (operation,) = result.operations
    assert (operation.facts.dwellings, operation.facts.social_dwellings) == (50, None)
    assert operation.warnings == (
        "60 logements sociaux pour 50 logements après fusion des lignes\u00a0: valeur ignorée.",
    )


def test_plan_keeps_nameless_rows_of_two_merged_communes_apart():
    result = planned(
        {"CODE INSEE": "35200", "Ville": "Noyal", "N° Dept": "35", "Charte": "2013"},
        {"CODE INSEE": "35201", "Ville": "Chantepie", "N° Dept": "35", "Charte": "2014"},
        {"CODE INSEE": "35201", "Ville": "Chantepie", "Nom EcoQuartier": "à définir"},
    )
    assert [operation.name for operation in result.operations] == [
        "Opération à nommer (Noyal)",
        "Opération à nommer (Chantepie)",
    ]
    assert {operation.insee for operation in result.operations} == {"35238"}
    assert [operation.source_key for operation in result.operations] == ["35200|", "35201|"]


def test_plan_shortens_a_name_that_no_column_can_hold():
    (operation,) = planned(rennes(**{"Nom EcoQuartier": "é" * 400})).operations
    assert len(operation.name) == 255
    assert len(operation.source_key) == 300
    assert operation.warnings == ("Nom d’opération abrégé à 255 caractères.",)


def test_plan_cuts_no_space_before_what_follows_a_name():
    (operation,) = planned(rennes(**{"Nom EcoQuartier": "é" * 254 + " fin"})).operations
    assert where(operation).startswith("é" * 254 + ", Rennes")


@pytest.mark.skipif(not REAL_FILE.exists(), reason="the real file stays outside the repository")
def test_the_real_file_is_placed_almost_whole():
    index = Gazetteer(
        (
            CommunePlace(
                row["insee"],
                row["name"],
                row["county"],
                None,
                frozenset(name_key(name) for name in row["former_names"].split("|") if name),
            )
            for row in read_list("communes")
        ),
        (FormerPlace(row["insee"], row["name"], row["successor"]) for row in read_list("former")),
    )
    result = plan(read_rows(REAL_FILE.read_bytes()), index)
    assert len(result.operations) + len(result.skipped) + len(result.merged) == 500
    assert len(result.operations) + len(result.merged) >= 480
    assert all(row.reason for row in result.skipped)
