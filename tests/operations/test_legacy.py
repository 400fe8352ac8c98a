"""The reader of the ministry's tracking sheet, on small rows with the faults of the real one."""

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecoquartier.operations.domain.legacy import (
    Candidacy,
    Charter,
    CharterState,
    LegacyFileError,
    OperationType,
    Progress,
    Result,
    RowProblem,
    open_file,
    plan,
    read_rows,
)
from ecoquartier.territories.domain import CommunePlace, FormerPlace, Gazetteer, name_key, read_list

_HEADER = (
    "Région,Ancienne région,N° Dept,Nom Dept,CODE INSEE,Ville,Nom EcoQuartier,Population,Commune rurale ou urbaine,"
    "Situation territoriale,Situation du quartier,Type d’opération,Nombre d’habitants dans le quartier,"
    "Nombre de logements,Nombre de logements sociaux,Superficie du quartier (ha),EPA,ANRU,PNR,AAP 2009,AAP 2011,Charte,"
    "Candidat 2013,Résultats 2013,Candidat 2014,Résultats 2014,Candidat 2015,Résultats 2015,Dotation Evaluation,"
    "Candidat 2016,Avancement dans la démarche"
)
HEADINGS = _HEADER.split(",")

INDEX = Gazetteer(
    [
        CommunePlace("01015", "Arboys en Bugey", "01", 700, frozenset({"arbignieu"})),
        CommunePlace("22278", "Saint-Brieuc", "22"),
        CommunePlace("22279", "Saint-Caradec", "22"),
        CommunePlace("2B033", "Bastia", "2B"),
        CommunePlace("30007", "Alès", "30"),
        CommunePlace("35238", "Rennes", "35"),
        CommunePlace("35281", "Saint-Jacques-de-la-Lande", "35"),
        CommunePlace("44109", "Nantes", "44"),
        CommunePlace("60057", "Beauvais", "60"),
        CommunePlace("93066", "Saint-Denis", "93"),
        CommunePlace("97101", "Les Abymes", "971"),
        CommunePlace("97411", "Saint-Denis", "974"),
    ],
    [
        FormerPlace("01340", "Saint-Bois", "01015"),
        FormerPlace("20033", "Bastia", "2B033"),
        FormerPlace("35200", "Noyal", "35238"),
        FormerPlace("35201", "Chantepie", "35238"),
    ],
)

REAL_FILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "operations-2009-2016.csv"


def sheet(*rows, headings=HEADINGS, separator=",", encoding="utf-8"):
    """The bytes of a sheet with these rows, each a mapping of heading to cell."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=separator)
    writer.writerow(headings)
    for row in rows:
        assert set(row) <= set(HEADINGS)
        writer.writerow([row.get(heading, "") for heading in headings])
    return file.getvalue().encode(encoding)


def rennes(**cells):
    """A sound row, but for the given fields."""
    return {"N° Dept": "35", "CODE INSEE": "35238", "Ville": "Rennes", "Nom EcoQuartier": "Baud-Chardonnet"} | cells


def only(data):
    """The single row of a sheet."""
    (row,) = read_rows(data)
    return row


def read(**cells):
    """The row read from a sound row with these cells."""
    return only(sheet(rennes(**cells)))


def planned(*rows):
    """The plan of a sheet with these rows."""
    return plan(read_rows(sheet(*rows)), INDEX)


# --- The file -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"])
def test_open_file_reads_every_separator_and_encoding(separator, encoding):
    data = sheet(
        rennes(**{"Ville": "Sèvremoine, près d’ici", "Résultats 2014": "Engagé"}),
        separator=separator,
        encoding=encoding,
    )
    row = only(data)
    assert (row.commune, row.result_of(2014)) == ("Sèvremoine, près d’ici", Result.ENGAGED)


def test_open_file_reads_latin_1_though_it_lacks_the_apostrophe():
    headings = [heading.replace("’", "'") for heading in HEADINGS]
    data = (
        sheet(headings=HEADINGS).decode().replace("’", "'").encode("latin-1") + b"R\xe9gion,,35,,35238,Rennes,Baud\r\n"
    )
    assert open_file(data).columns == open_file(",".join(headings).encode()).columns
    assert only(data).region == "Région"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Le fichier est vide."),
        (b"\xef\xbb\xbf \r\n", "Le fichier est vide."),
        (b"PK\x03\x04\x14\x00", "Ce fichier est un classeur ou une archive (xlsx, ods, zip), pas un CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "Ce fichier est un classeur Excel (xls), pas un CSV"),
        (b"%PDF-1.7", "Ce fichier est un document PDF, pas un CSV"),
        (b"\x1f\x8b\x08\x00", "Ce fichier est une archive compressée (gz), pas un CSV"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\r", "Ce fichier n’est pas du texte\u00a0: un CSV est attendu."),
        (b"\xe9t\xe9;hiver\n", "Ce fichier n’est ni de l’UTF-8 ni un tableau reconnu"),
        (b"Prenom,Age\nA,3\n", "il manque «\u00a0Ville\u00a0» et «\u00a0Nom EcoQuartier\u00a0»."),
        (b"Nom,Commune,Population,Type\nClub de tir,Rennes,12,sport\n", "presque aucune de ses colonnes"),
        ("Nom;Ville;Charte;INSEE".encode("utf-16-le"), "Ce fichier n’est pas du texte"),
        (b"\xff\xfe" + "été;hiver".encode("utf-16-le"), "il manque"),
        (b"Nom EcoQuartier,Ville,Charte\0", "Ce fichier n’est pas du texte"),
        (b"Nom EcoQuartier,Ville,Charte,INSEE\n" + b"Quai,Rennes,x,\n" * 4_000_000, "Ce fichier dépasse 5\u00a0Mo"),
        (b"Ville,Population\nA,3\n", "il manque «\u00a0Nom EcoQuartier\u00a0»."),
        (b"Ville,Nom EcoQuartier\nA,B\n", "presque aucune de ses colonnes n’est reconnue."),
        (b"bonjour", "Ce fichier n’est pas le tableau de suivi des ÉcoQuartiers"),
        (b'"' + b"a" * 200_000, "Ce fichier n’est pas"),
    ],
)
def test_open_file_refuses_another_file_in_one_sentence(data, sentence):
    with pytest.raises(LegacyFileError) as refusal:
        open_file(data)
    assert sentence in refusal.value.message
    assert refusal.value.message.endswith(".")
    assert "\n" not in refusal.value.message


def test_open_file_finds_headings_below_a_title_in_any_order_and_spelling():
    data = (
        "Tableau de suivi;;;;;\n\n"
        "Nom de l'ÉcoQuartier;résultat 2013;Code insee;COMMUNE;N°  DEPT;Contact\n"
        "Baud;Label;35238;Rennes;35;personne\n"
    ).encode()
    file = open_file(data)
    row = only(data)
    assert (row.line, row.name, row.insee, row.commune, row.county) == (4, "Baud", "35238", "Rennes", "35")
    assert row.candidacies == (Candidacy(2013, Result.LABELLED),)
    assert "Colonnes inconnues, non reprises\u00a0: «\u00a0Contact\u00a0»." in file.notes
    assert any(note.startswith("Colonnes absentes du fichier\u00a0: Région, ") for note in file.notes)


def test_open_file_has_nothing_to_note_on_a_sound_file():
    assert open_file(sheet(rennes())).notes == ()


def test_read_rows_reads_results_of_years_unknown_in_2016():
    headings = [*HEADINGS, "Résultats 2016"]
    data = sheet(headings=headings) + ",".join([""] * 5 + ["Rennes", "Baud"] + [""] * 24 + ["Label"]).encode()
    assert only(data).result_of(2016) is Result.LABELLED


# --- The lines ----------------------------------------------------------------------------------------------------


def test_read_rows_numbers_lines_as_a_spreadsheet_and_passes_over_blank_ones():
    rows = list(read_rows(sheet(rennes(Ville="Rennes\nVern"), {}, rennes())))
    assert [row.line for row in rows] == [2, 4]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"AAP 2009": "162", "Candidat 2014": "108"}, "Ligne de totaux\u00a0: ni commune ni opération."),
        ({"Population": "468"}, "Ligne de totaux\u00a0: ni commune ni opération."),
        ({"Ville": "651", "Nom EcoQuartier": "768"}, "Ligne de totaux\u00a0: ni commune ni opération."),
        ({"Ville": "TOTAL", "Charte": "181"}, "Ligne de totaux\u00a0: ni commune ni opération."),
        ({"N° Dept": "Nouveaux entrants"}, "Ligne de titre ou de commentaire\u00a0: ni commune ni opération."),
    ],
)
def test_read_rows_tells_totals_and_titles_from_operations(cells, reason):
    problem = only(sheet(cells))
    assert isinstance(problem, RowProblem)
    assert (problem.line, problem.reason) == (2, reason)
    assert problem.excerpt == " · ".join(cells.values())


def test_read_rows_survives_short_and_long_lines():
    data = sheet() + b"Bretagne,,35,,35238,Rennes,Baud\r\n" + b"x," * 40 + b"\r\n"
    first, second = read_rows(data)
    assert (first.name, first.population, first.warnings) == ("Baud", None, ())
    assert second.commune == "x"


def test_read_rows_loses_one_line_to_a_quote_left_open():
    lines = [sheet(rennes(**{"Nom EcoQuartier": f"Quai {n}"})).splitlines()[1] for n in range(20)]
    lines[3] = lines[3].replace(b",Rennes,", b',"Rennes,')
    rows = list(read_rows(sheet() + b"\r\n".join(lines)))
    assert [row.line for row in rows] == list(range(2, 22))
    assert [row.line for row in rows if isinstance(row, RowProblem)] == [5]
    assert rows[3].reason.startswith("Guillemet ouvert et jamais refermé")


def test_read_rows_loses_one_line_to_a_huge_cell():
    sound = sheet(rennes()).splitlines()[1]
    first, broken, last = read_rows(b"\r\n".join([sheet().strip(), sound, b"x" * 200_000, sound]))
    assert (first.name, last.name, last.line) == ("Baud-Chardonnet", "Baud-Chardonnet", 4)
    assert broken.reason == "Cellule bien trop longue, ou guillemet jamais refermé\u00a0: ligne illisible."


# --- The cells ----------------------------------------------------------------------------------------------------


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
        ("env. 300", 300, False),
        ("environ 300 logements", 300, False),
        ("~300", 300, False),
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
        ("env. 25,8 hectares", "25.80", False),
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
        ("31/02/2014", Charter(CharterState.SIGNED, 2014), False),
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


# --- The placement ------------------------------------------------------------------------------------------------


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
    assert any("Lignes 2 et 4\u00a0: 100 et 90, la première valeur est retenue." in said for said in operation.warnings)


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
