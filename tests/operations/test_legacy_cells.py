"""The cells of the tracking sheet, on small rows with the faults of the real one."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecoquartier.operations.domain.legacy import (
    Candidacy,
    Charter,
    CharterState,
    OperationType,
    Progress,
    Result,
    plan,
    read_rows,
)
from ecoquartier.operations.domain.legacy.words import in_plain_words
from tests.support.legacy import HEADINGS, INDEX, only, read, rennes, sheet


@pytest.mark.parametrize(
    ("written", "insee", "is_doubtful"),
    [
        (" 35238", "35238", False),
        ("35 238", "35238", False),
        ("1015", "01015", False),
        ("35238.0", "35238", False),
        ("2b033", "2B033", False),
        ("\u00a0", None, False),
        ("à compléter", None, True),
        ("352", "35352", False),
        ("4", "35004", False),
        ("3523812", None, True),
        ("n.c.", None, False),
    ],
)
def test_insee_code_is_cleaned(written, insee, is_doubtful):
    row = read(**{"CODE INSEE": written})
    assert (row.insee, bool(row.warnings)) == (insee, is_doubtful)


@pytest.mark.parametrize(
    ("written", "county"),
    [
        *(("1", "01"), ("20B", "2B"), ("2a", "2A"), (" 974", "974"), ("35.0", "35"), ("D35", "35"), ("97", None)),
        *(("AIN", "01"), ("Côtes d'Armor", "22"), ("35 - Ille-et-Vilaine", "35"), ("Ille et Vilaine (35)", "35")),
        *(("La Réunion", "974"), ("Mayotte 976", "976"), ("Bretagne", None), ("-", None)),
    ],
)
def test_county_code_is_cleaned(written, county):
    assert read(**{"N° Dept": written}).county == county


@pytest.mark.parametrize(
    ("written", "commune", "other_names"),
    [
        ("Abymes (Les)", "Les Abymes", ()),
        ("  Vert   Saint Denis ", "Vert Saint Denis", ()),
        ("Poitiers (CA du Grand Poitiers)", "Poitiers", ("CA du Grand Poitiers",)),
        ("Rennes\nSaint-Jacques-de-la-Lande", "Rennes", ("Saint-Jacques-de-la-Lande",)),
        ("Blagnac\r\nBeauzelle\r\nCU de Toulouse", "Blagnac", ("Beauzelle", "CU de Toulouse")),
        ("Rang / Verton (CC Opale", "Rang", ("Verton", "CC Opale")),
        ("Rennes (35)", "Rennes", ()),
        ("35000 RENNES CEDEX 7", "RENNES", ()),
        ("Ville de Rennes", "Rennes", ()),
        ("Commune d’Alès", "Alès", ()),
        ("Paris 13ème arrondissement", "Paris", ()),
        ("Paris (13e)", "Paris", ()),
        ("Neuilly s/ Seine", "Neuilly s Seine", ()),
    ],
)
def test_commune_cell_gives_its_name_and_the_others(written, commune, other_names):
    row = read(Ville=written)
    assert (row.commune, row.other_names) == (commune, other_names)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("ZAC  du Balory ", "ZAC du Balory"),
        ("Villeneuve\nZAC du coteau", "Villeneuve – ZAC du coteau"),
        ("à définir", ""),
        ("?", ""),
        ("Sans nom", ""),
        ("RD 1005", "RD 1005"),
    ],
)
def test_operation_name_is_tidied_or_missing(written, name):
    assert read(**{"Nom EcoQuartier": written}).name == name


@pytest.mark.parametrize(
    ("written", "number", "is_doubtful"),
    [
        ("1104", 1104, False),
        ("1 447", 1447, False),
        ("1\u00a0447", 1447, False),
        ("1\u202f447", 1447, False),
        ("1.447", 1447, False),
        ("1104.0", 1104, False),
        ("env. 300", 300, True),
        ("environ 300 logements", 300, True),
        ("~300", 300, True),
        ("1200 dont 300 sociaux", 1200, False),
        ("300 (en 2012)", 300, False),
        ("0", 0, False),
        ("", None, False),
        ("NC", None, False),
        ("100 à 120", None, True),
        ("12,5", None, True),
        ("-5", None, True),
        ("#REF!", None, True),
        ("35238000", None, True),
    ],
)
def test_number_is_read_or_dropped_aloud(written, number, is_doubtful):
    row = read(**{"Nombre de logements": written})
    assert (row.dwellings, bool(row.warnings)) == (number, is_doubtful)


def test_every_count_has_its_column():
    row = read(
        **{
            "Population": "4458 (en 2012)",
            "Nombre d’habitants dans le quartier": "1600",
            "Nombre de logements": "708",
            "Nombre de logements sociaux": "213",
            "Dotation Evaluation": "20\u00a0000",
        }
    )
    assert (row.population, row.inhabitants, row.dwellings) == (4458, 1600, 708)
    assert (row.social_dwellings, row.evaluation_grant, row.warnings) == (213, 20_000, ())


@pytest.mark.parametrize(
    ("written", "hectares", "is_doubtful"),
    [
        ("8", "8.00", False),
        ("4,4", "4.40", False),
        ("0,77", "0.77", False),
        ("11 ha", "11.00", False),
        ("env. 25,8 hectares", "25.80", True),
        ("33 600 m²", "3.36", False),
        ("240000 M²", "24.00", False),
        ("33600", None, True),
        ("15-20", None, True),
        ("10 m²", None, True),
    ],
)
def test_area_is_in_hectares(written, hectares, is_doubtful):
    row = read(**{"Superficie du quartier (ha)": written})
    assert row.area_ha == (Decimal(hectares) if hectares else None)
    assert bool(row.warnings) == is_doubtful


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (
            {"Nombre de logements": "environ 1300"},
            "Nombre de logements\u00a0: «\u00a0environ 1300\u00a0» est une valeur approchée, reprise comme 1\u202f300.",
        ),
        (
            {"Superficie du quartier (ha)": "env. 25,80"},
            "Superficie du quartier (ha)\u00a0: «\u00a0env. 25,80\u00a0» est une valeur approchée, reprise comme "
            "25,8\u00a0ha.",
        ),
        (
            {"Charte": "31/02/2015"},
            "Charte\u00a0: «\u00a031/02/2015\u00a0» n’est pas un jour du calendrier, seule l’année est reprise (2015).",
        ),
    ],
)
def test_what_is_read_roughly_is_told_with_its_column(cells, said):
    assert read(**cells).warnings == (said,)


def test_a_year_read_in_an_impossible_day_is_told():
    column = "Année de labellisation"
    row = only(sheet(rennes(**{column: "2014-13-01"}), headings=[*HEADINGS, column]))
    assert row.result_of(2014) == Result.LABELLED
    assert row.warnings == (
        f"{column}\u00a0: «\u00a02014-13-01\u00a0» n’est pas un jour du calendrier, seule l’année est reprise (2014).",
    )


def test_more_social_dwellings_than_dwellings_is_dropped_aloud():
    row = read(**{"Nombre de logements": "100", "Nombre de logements sociaux": "300"})
    assert (row.dwellings, row.social_dwellings) == (100, None)
    assert row.warnings == (
        "Nombre de logements sociaux\u00a0: «\u00a0300\u00a0» dépasse le nombre de logements (100), valeur ignorée.",
    )


@pytest.mark.parametrize(
    ("written", "types", "note", "is_doubtful"),
    [
        ("RU", (OperationType.RENEWAL,), "", False),
        ("extension", (OperationType.EXTENSION,), "", False),
        ("RU (Réhab)", (OperationType.RENEWAL,), "RU (Réhab)", False),
        ("Mixte (6ha RU)", (OperationType.RENEWAL, OperationType.EXTENSION), "Mixte (6ha RU)", False),
        ("Autre\u00a0(dent creuse)", (OperationType.OTHER,), "Autre (dent creuse)", False),
        ("cf. commentaires", (), "", True),
        ("", (), "", False),
    ],
)
def test_operation_types(written, types, note, is_doubtful):
    row = read(**{"Type d’opération": written})
    assert (row.operation_types, row.operation_type_note, bool(row.warnings)) == (types, note, is_doubtful)


@pytest.mark.parametrize(
    ("written", "is_ticked", "is_doubtful"),
    [("x", True, False), (" X ", True, False), ("oui", True, False), ("non", False, False), ("62427", False, True)],
)
@pytest.mark.parametrize(
    ("heading", "field"),
    [("AAP 2009", "joined_call_2009"), ("AAP 2011", "joined_call_2011"), ("ANRU", "is_anru"), ("PNR", "is_pnr")],
)
def test_flags(heading, field, written, is_ticked, is_doubtful):
    row = read(**{heading: written})
    assert (getattr(row, field), bool(row.warnings)) == (is_ticked, is_doubtful)


@pytest.mark.parametrize(
    ("written", "charter", "is_doubtful"),
    [
        ("2013", Charter(CharterState.SIGNED, 2013), False),
        ("2013.0", Charter(CharterState.SIGNED, 2013), False),
        ("x", Charter(CharterState.SIGNED), False),
        ("signée", Charter(CharterState.SIGNED), False),
        ("signée en 2014", Charter(CharterState.SIGNED, 2014), False),
        ("12/03/2014", Charter(CharterState.SIGNED, 2014, date(2014, 3, 12)), False),
        ("31/02/2014", Charter(CharterState.SIGNED, 2014), True),
        ("en cours", Charter(CharterState.IN_PROGRESS), False),
        ("charte à récupérer", Charter(CharterState.SIGNED), True),
        ("2015 et 2013", Charter(CharterState.SIGNED, 2013), True),
        ("non", None, False),
        ("181", None, True),
    ],
)
def test_charter(written, charter, is_doubtful):
    row = read(Charte=written)
    assert (row.charter, bool(row.warnings)) == (charter, is_doubtful)


@pytest.mark.parametrize(
    ("candidate", "result", "candidacy", "is_doubtful"),
    [
        ("x", "Engagé", Candidacy(2015, Result.ENGAGED), False),
        ("x", " ajourné ", Candidacy(2015, Result.ADJOURNED), False),
        ("", "Label", Candidacy(2015, Result.LABELLED), False),
        ("x", "", Candidacy(2015, Result.UNKNOWN), False),
        ("x", "retiré", Candidacy(2015, Result.UNKNOWN), True),
        ("x", "engagé puis label", Candidacy(2015, Result.UNKNOWN), True),
        ("Étape 3", "", Candidacy(2015, Result.UNKNOWN, 3), False),
        ("42", "40", None, True),  # totals in the wrong row
        ("", "", None, False),
    ],
)
def test_candidacy(candidate, result, candidacy, is_doubtful):
    row = read(**{"Candidat 2015": candidate, "Résultats 2015": result})
    assert row.candidacies == ((candidacy,) if candidacy else ())
    assert bool(row.warnings) == is_doubtful


def test_candidates_of_2016_have_no_known_result():
    assert read(**{"Candidat 2016": "Étape 2"}).candidacies == (Candidacy(2016, Result.UNKNOWN, 2),)
    assert read(**{"Candidat 2016": "x"}).result_of(2016) is Result.UNKNOWN
    assert read().result_of(2016) is None


@pytest.mark.parametrize(
    ("cells", "progress", "is_doubtful"),
    [
        ({"Avancement dans la démarche": "charte seule", "Charte": "2013"}, Progress.CHARTER_ONLY, False),
        ({"Avancement dans la démarche": "Autres"}, Progress.OTHER, False),
        ({"Avancement dans la démarche": "Label", "Résultats 2013": "Label"}, Progress.LABEL, False),
        ({"Avancement dans la démarche": "Label"}, Progress.LABEL, True),
        ({"Avancement dans la démarche": "Engagé", "Résultats 2013": "ajourné"}, Progress.ENGAGED, True),
        ({"Avancement dans la démarche": "?"}, None, False),
        ({"Avancement dans la démarche": "abandon"}, None, True),
    ],
)
def test_progress_is_only_believed_when_a_column_supports_it(cells, progress, is_doubtful):
    row = read(**cells)
    assert (row.progress, bool(row.warnings)) == (progress, is_doubtful)


def test_a_row_shifted_by_its_typist_keeps_its_other_facts():
    row = read(**{"AAP 2009": "62427", "AAP 2011": "Hénin-Beaumont", "Charte": "2016"})
    assert (row.joined_call_2009, row.joined_call_2011, row.charter) == (
        False,
        False,
        Charter(CharterState.SIGNED, 2016),
    )
    assert row.warnings == (
        "AAP 2009\u00a0: «\u00a062427\u00a0» n’est pas une réponse (x ou vide), valeur ignorée.",
        "AAP 2011\u00a0: «\u00a0Hénin-Beaumont\u00a0» n’est pas une réponse (x ou vide), valeur ignorée.",
    )


_SEEN = "x|oui||2014|12 000|100-120|-5|1,5|9 m²|engagé|Étape 3|20B|1344|Les (Le)|/| et |99/99/2014|Rennes|35238"
_ODD = ["\n\n", "(((", "٣", "½", "²"]
CELLS = st.sampled_from(_SEEN.split("|") + _ODD)


@given(st.lists(st.lists(CELLS, max_size=len(HEADINGS) + 3), max_size=5))
def test_no_cell_breaks_the_reader(rows):
    file = io.StringIO(newline="")
    csv.writer(file).writerows([HEADINGS, *rows])
    result = plan(read_rows(file.getvalue().encode()), INDEX)
    said = sum(any(cell.strip() for cell in row) for row in rows)
    assert len(result.operations) + len(result.skipped) + len(result.merged) == said


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Le Clos\u202e des Noues", "Le Clos des Noues"),
        ("Les Tanneries 🏡", "Les Tanneries"),
        ("Le Quai\u2003du  Moulin", "Le Quai du Moulin"),
    ],
)
def test_a_name_is_printable_as_one_typed_in_a_form(written, name):
    assert read(**{"Nom EcoQuartier": written}).name == name


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("urbaine, GP, périphérie", "commune urbaine, dans un grand pôle urbain, quartier en périphérie"),
        ("Couronne GP", "dans la couronne d’un grand pôle urbain"),
        ("ZX", "«\u00a0ZX\u00a0» (valeur d’origine)"),
        ("Bassin minier, centre-bourg", "Bassin minier, centre-bourg"),
        ("Mixte (6ha RU)", "Mixte (6ha renouvellement urbain)"),
    ],
)
def test_the_abbreviations_of_the_sheet_are_said_in_words(written, said):
    assert in_plain_words(written) == said
