"""What a sheet does not say for sure is said to be checked: short codes, labels without their stage, lost letters."""

import pytest

from ecoquartier.operations.domain.legacy import Candidacy, Result, open_file, plan
from ecoquartier.operations.domain.legacy.report import told
from ecoquartier.operations.models import LegacyFact, Operation, StageHistory
from ecoquartier.operations.services.imports import import_file
from ecoquartier.territories.domain import CommunePlace, Gazetteer
from ecoquartier.web.shared.sheet import fact_lines
from tests.support.imports import row, said
from tests.support.legacy import as_csv, planned, read, rennes

MAYENNE = Gazetteer(
    [
        CommunePlace("53001", "Ahuillé", "53"),
        CommunePlace("53053", "Champgenéteux", "53"),
        CommunePlace("53054", "Changé", "53"),
        CommunePlace("53130", "Laval", "53"),
    ]
)


def placed(**cells):
    """The plan of one row of the Mayenne."""
    line = {"N° Dept": "53", "CODE INSEE": "", "Ville": "", "Nom EcoQuartier": "Clos", "Charte": "x"} | cells
    return plan(open_file(as_csv([line], list(line))).rows(), MAYENNE)


# --- Numbers of communes in their county ------------------------------------------------------------------------------


def test_a_number_that_no_name_confirms_is_said():
    (operation,) = placed(**{"CODE INSEE": "1"}).operations
    assert operation.insee == "53001"
    assert operation.warnings == ("Code INSEE complété en 53001, Ahuillé\u00a0: aucun nom de commune ne le confirme.",)


def test_a_number_that_the_name_confirms_is_sure():
    (operation,) = placed(**{"CODE INSEE": "130", "Ville": "LAVAL"}).operations
    assert (operation.insee, operation.warnings) == ("53130", ())


def test_a_number_that_the_name_denies_does_not_count():
    (operation,) = placed(**{"CODE INSEE": "1", "Ville": "Laval"}).operations
    assert operation.insee == "53130"
    assert operation.warnings == ("Code INSEE incomplet\u00a0: commune retenue d’après son nom, Laval (53130).",)
    (skipped,) = placed(**{"CODE INSEE": "1", "Ville": "Nulle-Part"}).skipped
    assert skipped.reason.startswith("Code INSEE incomplet, et «\u00a0Nulle-Part\u00a0» ne désigne sûrement aucune")


def test_the_number_of_the_county_is_no_commune():
    result = placed(**{"CODE INSEE": "53"})
    assert [skipped.reason for skipped in result.skipped] == ["Code INSEE absent, et pas de nom de commune."]
    (operation,) = placed(**{"CODE INSEE": "53", "Ville": "Champgenéteux"}).operations
    assert "n’est pas un code INSEE, valeur ignorée." in operation.warnings[0]


def test_a_number_alone_on_its_line_is_a_total():
    (skipped,) = placed(**{"CODE INSEE": "162", "Nom EcoQuartier": "", "Charte": "94"}).skipped
    assert skipped.reason == "Ligne de totaux\u00a0: ni commune ni opération."


def test_a_name_without_any_letter_is_kept_and_said():
    operation = read(**{"Nom EcoQuartier": "53130"})
    assert operation.name == "53130"
    assert operation.warnings == ("Nom EcoQuartier\u00a0: «\u00a053130\u00a0» n’a aucune lettre, gardé comme nom.",)


@pytest.mark.parametrize("written", ["Laval/Changé", "Laval / Changé", "Laval\nChangé", "Laval et Changé"])
def test_another_commune_of_the_cell_is_said(written):
    (operation,) = placed(**{"CODE INSEE": "53130", "Ville": written}).operations
    assert (operation.insee, operation.other_insees) == ("53130", ("53054",))
    assert operation.warnings == (
        "La ligne cite aussi Changé\u00a0: gardé comme un fait, à ajouter aux autres communes s’il le faut.",
    )


# --- Titles without their stage ---------------------------------------------------------------------------------------


def later(**cells):
    """The bytes of a sheet of 2017 with this row."""
    headings = [*row(), "Candidat 2017", "Résultats 2017", "Année de labellisation", "Nombre de logements"]
    return as_csv([row(**cells)], headings)


@pytest.mark.parametrize(
    ("cells", "heading"),
    [({"Résultats 2017": "Label"}, "Résultats 2017"), ({"Année de labellisation": "2017"}, "Année de labellisation")],
)
def test_a_label_without_its_stage_is_kept_and_said_everywhere(db, cells, heading):
    made = import_file("suite.csv", later(**cells))
    (doubt,) = said(made, "doubt")
    (value,) = cells.values()
    assert doubt[1] == (
        f"{heading}\u00a0: «\u00a0{value}\u00a0» ne dit pas l’étape du label de 2017, gardé comme un fait, sans étape "
        "obtenue."
    )
    assert [line[3] for line in made.report if line[1] == "imported"] == ["label 2017 (étape à préciser)"]
    assert not StageHistory.objects.exists()
    assert fact_lines(Operation.objects.get()) == [("Label obtenu, étape à préciser", "2017")]


def test_a_label_whose_stage_is_asked_for_in_the_same_year_is_sure(db):
    made = import_file("suite.csv", later(**{"Candidat 2017": "Étape 3", "Résultats 2017": "Label"}))
    assert said(made, "doubt") == []
    assert [line[3] for line in made.report if line[1] == "imported"] == ["label 2017 (étape 3)"]
    assert not LegacyFact.objects.exists()


def test_a_project_engaged_in_the_years_of_the_stages_is_at_the_second(db):
    made = import_file("suite.csv", later(**{"Résultats 2017": "Engagé"}))
    held = StageHistory.objects.get()
    assert (held.rank, held.year, held.scheme_title) == (2, 2017, "Label ÉcoQuartier en quatre étapes")
    assert said(made, "doubt")[0][1].endswith("repris comme l’étape 2, qui lui équivaut.")


def test_the_same_words_before_the_stages_are_sure():
    (operation,) = planned(rennes(**{"Résultats 2014": "Label", "Résultats 2013": "Engagé"})).operations
    assert operation.warnings == ()
    assert operation.facts.candidacies == (Candidacy(2013, Result.ENGAGED), Candidacy(2014, Result.LABELLED))
    assert told(operation) == "engagé 2013, label 2014"


# --- The year of the sheet --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("above", "headings", "source", "year"),
    [
        ("", ("Résultats 2018", "Candidat 2017"), "Tableau de suivi du ministère, 2018", 2018),
        ("Suivi au 31/12/2019\n", ("Résultats 2018",), "Tableau de suivi du ministère, 2019", 2019),
        ("", ("Charte",), "Tableau de suivi du ministère", 2016),
    ],
)
def test_figures_and_facts_without_a_year_are_of_the_year_of_their_sheet(db, above, headings, source, year):
    cells = row(**{"Nombre de logements": "120", "PNR": "x", "Charte": "2015"})
    import_file("suivi.csv", above.encode() + as_csv([cells], [*cells, *headings]))
    assert Operation.objects.get().figures_source == source
    assert LegacyFact.objects.get().year == year


def test_what_two_sheets_say_alike_is_told_once(db):
    for heading in ("Résultats 2015", "Résultats 2018"):
        cells = row(PNR="x", EPA="EPA des Invariants")
        import_file("suivi.csv", as_csv([cells], [*cells, heading]))
    assert fact_lines(Operation.objects.get()) == [
        ("Établissement public d’aménagement", "EPA des Invariants"),
        ("Parc naturel régional", "oui"),
    ]


# --- Letters that documents cannot print ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "written", "signs"),
    [
        ("Nom EcoQuartier", "Quai 漢字", "漢 字"),
        ("Nom EcoQuartier", "Les Tanneries 🏡", "🏡"),
        ("Nom EcoQuartier", "Mabou\ufffd", "\ufffd"),
        ("Ville", "Rennes\nאחר", "א ח ר"),
        ("EPA", "EPA 漢", "漢"),
    ],
)
def test_letters_that_are_lost_are_said(heading, written, signs):
    (doubt,) = read(**{heading: written}).warnings
    assert doubt.startswith(f"{heading}\u00a0: «\u00a0")
    assert doubt.endswith(f"ne garde pas les signes que les documents ne savent pas imprimer ({signs}).")


def test_raised_letters_are_written_plain_without_a_word():
    operation = read(**{"Nom EcoQuartier": "1ᵉʳ étage, 2ⁿᵈ îlot"})
    assert (operation.name, operation.warnings) == ("1er étage, 2nd îlot", ())
