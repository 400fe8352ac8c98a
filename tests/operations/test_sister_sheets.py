"""Sheets of the same family, written otherwise: other headings, other order, other years, other hands."""

from decimal import Decimal

import pytest

from ecoquartier.operations.domain.legacy import Candidacy, Charter, CharterState, Result, open_file, plan, read_rows
from ecoquartier.operations.domain.legacy.headings import HEADINGS, YEARLY, field_of, heading_key
from ecoquartier.territories.domain import CommunePlace, FormerPlace, Gazetteer
from tests.support.legacy import as_csv, faulty_sheet

INDEX = Gazetteer(
    [
        CommunePlace("01004", "Ambérieu-en-Bugey", "01"),
        CommunePlace("2A004", "Ajaccio", "2A"),
        CommunePlace("35238", "Rennes", "35"),
        CommunePlace("35281", "Saint-Jacques-de-la-Lande", "35"),
        CommunePlace("47323", "Villeneuve-sur-Lot", "47"),
        CommunePlace("49023", "Beaupréau-en-Mauges", "49"),
        CommunePlace("92051", "Neuilly-sur-Seine", "92"),
        CommunePlace("75056", "Paris", "75"),
        CommunePlace("97411", "Saint-Denis", "974"),
    ],
    [FormerPlace("49006", "Andrezé", "49023"), FormerPlace("75113", "Paris 13e Arrondissement", "75056")],
)


def first(headings, *cells, separator=","):
    """The only row of a sheet."""
    (row,) = read_rows(as_csv([dict(zip(headings, cells, strict=True))], headings, separator))
    return row


def placed(**cells):
    """Code of the commune in which one row goes."""
    row = {"Nom EcoQuartier": "Quai", "Charte": "x", "CODE INSEE": "", "Ville": "", "N° Dept": ""} | cells
    (operation,) = plan(read_rows(as_csv([row], list(row))), INDEX).operations
    return operation.insee


@pytest.mark.parametrize("table", [HEADINGS, YEARLY], ids=["columns", "columns of a year"])
def test_a_heading_announces_one_field(table):
    fields = {}
    for field, labels in table.items():
        for label in labels:
            assert fields.setdefault(heading_key(label), field) == field, label


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("  NB LOGEMENTS ", "dwellings"),
        ("nbre de lgts", "dwellings"),
        ("Logements Sociaux", "social_dwellings"),
        ("Surface (m²)", "area_ha"),
        ("Code Insee de la commune", "insee"),
        ("DÉPARTEMENT", "county"),
        ("Nom de l'éco-quartier", "name"),
        ("Nom EcoQuatier", "name"),
        ("Résultat de la campagne 2014", "result_2014"),
        ("2018 – Décision CN", "result_2018"),
        ("Candidature 2019", "candidate_2019"),
        ("2015", "result_2015"),
        ("Appel à projets 2011", "joined_call_2011"),
        ("Date de signature de la charte", "charter_date"),
        ("Contact", None),
        ("Nom du maire", None),
        ("Nombre de logements privés", None),
        ("AAP 2017", None),
        ("N°", None),
    ],
)
def test_a_heading_is_recognised_or_left_aside(label, field):
    assert field_of(label) == field


def test_a_sheet_in_another_order_with_other_words_says_the_same():
    row = first(
        ("Charte signée", "Projet", "Résultat 2017", "Surface", "Logements", "Commune", "Dpt", "Code commune", "Mail"),
        *("Oui", "Les Forges", "Étape 2", "1 234,5", "1.250", "RENNES", "35 - Ille-et-Vilaine", "238", "a@exemple.fr"),
        separator=";",
    )
    assert (row.name, row.commune, row.county, row.insee) == ("Les Forges", "RENNES", "35", "35238")
    assert (row.charter, row.dwellings, row.area_ha) == (Charter(CharterState.SIGNED), 1250, Decimal("1234.50"))
    assert row.candidacies == (Candidacy(2017, Result.LABELLED, 2),)
    assert row.warnings == ()


def test_a_column_in_square_metres_is_read_in_hectares():
    headings = ("INSEE", "Ville", "EcoQuartier", "Superficie (m²)")
    assert first(headings, "35238", "Rennes", "Quai", "33600").area_ha == Decimal("3.36")


def test_results_may_be_dated_columns_instead_of_campaigns():
    headings = ("INSEE", "Ville", "EcoQuartier", "Année d’engagement", "Labellisé en", "AAP")
    row = first(headings, "35238", "Rennes", "Quai", "2013", "12/12/2015", "2009 et 2011")
    assert row.candidacies == (Candidacy(2013, Result.ENGAGED), Candidacy(2015, Result.LABELLED))
    assert (row.joined_call_2009, row.joined_call_2011) == (True, True)


@pytest.mark.parametrize(
    ("written", "dated", "charter"),
    [
        ("x", "2014", Charter(CharterState.SIGNED, 2014)),
        ("", "41710", "2014-03-12"),
        ("oui", "2014-03-12", "2014-03-12"),
        ("X", "12/03/14", "2014-03-12"),
        ("1", "mars 2014", Charter(CharterState.SIGNED, 2014)),
        ("non", "", None),
        ("non signée", "", None),
    ],
)
def test_the_charter_and_its_date_may_be_two_columns(written, dated, charter):
    headings = ("INSEE", "Ville", "EcoQuartier", "Charte", "Date de signature")
    read = first(headings, "35238", "Rennes", "Quai", written, dated).charter
    assert (str(read.signed_on) if isinstance(charter, str) else read) == charter


@pytest.mark.parametrize(
    "ticked", ["x", "X", "oui", "OUI", "1", "1.0", "✓", "Vrai", "lauréat", "candidat non retenu", "2011"]
)
def test_a_call_is_ticked_in_many_ways(ticked):
    headings = ("INSEE", "Ville", "EcoQuartier", "AAP 2011")
    row = first(headings, "35238", "Rennes", "Quai", ticked)
    assert (row.joined_call_2011, row.warnings) == (True, ())


@pytest.mark.parametrize(
    ("year", "candidate", "result", "candidacy"),
    [
        (2018, "Étape 3", "Label", Candidacy(2018, Result.LABELLED, 3)),
        (2018, "x", "Étape 1", Candidacy(2018, Result.LABELLED, 1)),
        (2019, "étape 2", "Ajourné", Candidacy(2019, Result.ADJOURNED, 2)),
        (2019, "x", "Label refusé", Candidacy(2019, Result.UNKNOWN)),
        (2017, "Candidat étape 2", "", Candidacy(2017, Result.UNKNOWN, 2)),
        (2017, "x", "Label", Candidacy(2017, Result.LABELLED)),
        (2013, "x", "label en attente", Candidacy(2013, Result.UNKNOWN)),
    ],
)
def test_campaigns_after_2016_give_stages(year, candidate, result, candidacy):
    headings = ("INSEE", "Ville", "EcoQuartier", f"Candidat {year}", f"Résultats {year}")
    assert first(headings, "35238", "Rennes", "Quai", candidate, result).candidacies == (candidacy,)


@pytest.mark.parametrize(
    ("cells", "insee"),
    [
        ({"CODE INSEE": "1004"}, "01004"),
        ({"CODE INSEE": "4", "N° Dept": "1"}, "01004"),
        ({"CODE INSEE": "97411"}, "97411"),
        ({"CODE INSEE": "411", "N° Dept": "974"}, "97411"),
        ({"CODE INSEE": "11", "N° Dept": "974"}, "97411"),
        ({"CODE INSEE": "97411", "N° Dept": "97"}, "97411"),
        ({"CODE INSEE": "2a004", "N° Dept": "20A"}, "2A004"),
        ({"CODE INSEE": "4", "N° Dept": "2A"}, "2A004"),
        ({"Ville": "ST JACQUES DE LA LANDE", "N° Dept": "35"}, "35281"),
        ({"Ville": "St. Denis", "N° Dept": "La Réunion"}, "97411"),
        ({"Ville": "Rennes (35)"}, "35238"),
        ({"Ville": "35000 RENNES CEDEX"}, "35238"),
        ({"Ville": "Ville de Rennes", "N° Dept": "35"}, "35238"),
        ({"Ville": "Rennes, Saint-Jacques-de-la-Lande", "N° Dept": "35"}, "35238"),
        ({"Ville": "Villeneuve/Lot", "N° Dept": "47"}, "47323"),
        ({"Ville": "Neuilly s/ Seine", "N° Dept": "92"}, "92051"),
        ({"Ville": "Paris 13ème"}, "75056"),
        ({"CODE INSEE": "75113", "Ville": "Paris"}, "75056"),
        ({"CODE INSEE": "49006", "Ville": "Andrezé"}, "49023"),
        ({"Ville": "Andrezé", "N° Dept": "49"}, "49023"),
    ],
)
def test_a_commune_is_found_however_it_is_written(cells, insee):
    assert placed(**cells) == insee


def test_a_sheet_without_names_of_communes_is_placed_by_its_codes():
    headings = ("CODE INSEE", "Nom EcoQuartier", "Charte", "Région")
    sheet = as_csv([dict(zip(headings, ("35238", "Quai", "x", "Bretagne"), strict=True))], headings)
    assert [operation.commune for operation in plan(read_rows(sheet), INDEX).operations] == ["Rennes"]
    assert any("Ville" in note for note in open_file(sheet).notes)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ('"Les Temps d\'avant"', "Les Temps d’avant"),
        ('ZAC "Les Forges"', "ZAC «\u00a0Les Forges\u00a0»"),
        ("L'éco-quartier : le Pré", "L’éco-quartier\u00a0: le Pré"),
    ],
)
def test_a_name_is_set_as_french_printers_do(written, name):
    assert first(("INSEE", "Ville", "EcoQuartier", "Charte"), "35238", "Rennes", written, "").name == name


def test_only_recognised_cells_are_quoted_in_the_report():
    headings = ("CODE INSEE", "Ville", "Nom EcoQuartier", "Charte", "Contact")
    problem = first(headings, "", "", "", "181", "Jeanne Inconnue")
    assert problem.excerpt == "181"


def test_a_sheet_longer_than_any_is_refused_in_a_sentence():
    with pytest.raises(Exception, match="plus de 5\u202f000 lignes"):
        list(read_rows(as_csv([{"Ville": "Rennes", "Nom EcoQuartier": "Quai"}] * 5_001)))


def test_the_same_seed_makes_the_same_sheet():
    assert faulty_sheet(1).data == faulty_sheet(1).data != faulty_sheet(2).data
