"""The ministry's tracking sheet, recognised and cut into lines whatever its encoding and its faults."""

import pytest

from ecoquartier.operations.domain.legacy import (
    Candidacy,
    LegacyFileError,
    Result,
    RowProblem,
    open_file,
    read_rows,
)
from tests.support.legacy import HEADINGS, only, rennes, sheet


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
        (b"\xe9t\xe9;hiver\n", "il manque «\u00a0Ville\u00a0» et «\u00a0Nom EcoQuartier\u00a0»."),
        ("été;Châteaudun\n".encode() + b"Mabou\xe9\n", "Les lettres accentuées de ce fichier ne se lisent dans aucun"),
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


# --- The lines --------------------------------------------------------------------------------------------------------


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
