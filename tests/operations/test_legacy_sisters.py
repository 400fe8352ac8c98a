"""Other sheets of the same origin: what they may write that the known one does not."""

import io

import pytest
from django.core.management import call_command

from ecoquartier.operations.domain.legacy import (
    Candidacy,
    Charter,
    CharterState,
    LegacyFileError,
    Result,
    open_file,
    plan,
)
from ecoquartier.operations.models import Operation
from tests.support.legacy import INDEX

HEADER = "N° Dept;CODE INSEE;Ville;Nom EcoQuartier;Nombre de logements;Charte;Candidat 2017;Résultats 2017"
RENNES = "35;35238;Rennes;Baud;1 200;2014;x;Étape 2"


def planned(*lines):
    """The plan of a file of these lines."""
    file = open_file(lines[0] if isinstance(lines[0], bytes) else "\n".join(lines).encode())
    return plan(file.rows(), INDEX)


def facts(*lines):
    """The facts of its only operation."""
    (operation,) = planned(*lines).operations
    return operation.facts


def test_the_stages_of_later_years_are_read_in_every_spelling():
    results = ("Étape 2", "étape2", "E2", "Label étape 2", "labellisé (étape 2)")
    lines = (f"35;35238;Rennes;Quai {n};;;x;{said}" for n, said in enumerate(results))
    operations = planned(HEADER, *lines).operations
    assert [operation.facts.candidacies for operation in operations] == [(Candidacy(2017, Result.LABELLED, 2),)] * 5


def test_a_summary_by_stage_is_understood():
    row = facts(f"{HEADER};Avancement", f"{RENNES};Étape 2")
    assert row.warnings == ()


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (";;;;;2013;;2014;", "CODE INSEE;Ville;Nom EcoQuartier;Logements;Charte;Candidat;Résultat;Candidat;Résultat"),
        (
            ";;;;;Campagne 2013;;Label 2014;",
            "INSEE;Commune;ÉcoQuartier;Logements;Charte;Candidats;Décision;Candidat;CN",
        ),
        ("CODE INSEE;Ville;Nom EcoQuartier;Logements;Charte;2013;;2014;", ";;;;;Candidat;Résultat;Candidat;Résultat"),
    ],
)
def test_headings_may_stand_on_two_lines_their_years_merged(above, below):
    row = facts("Tableau de suivi 2016", above, below, "35238;Rennes;Baud;100;2014;x;Engagé;x;Label")
    assert row.candidacies == (Candidacy(2013, Result.ENGAGED), Candidacy(2014, Result.LABELLED))
    assert (row.line, row.dwellings, row.charter) == (4, 100, Charter(CharterState.SIGNED, 2014))


def test_the_year_of_a_title_is_not_that_of_the_columns_under_it():
    file = open_file(
        b"Tableau de suivi 2016;;;;\nINSEE;Ville;Nom EcoQuartier;Charte;Candidat\n35238;Rennes;Baud;2014;x\n"
    )
    assert set(file.columns.values()) == {"insee", "commune", "name", "charter"}


def test_a_heading_written_twice_is_one_column_the_first_filled():
    header = "CODE INSEE;Ville;Nom EcoQuartier;Charte;Nom;Charte"
    first, second = (
        operation.facts
        for operation in planned(
            header, "35238;Rennes;Baud;;Une personne;2013", "35238;Rennes;;2014;Une personne;2015"
        ).operations
    )
    assert (first.charter, second.charter) == (Charter(CharterState.SIGNED, 2013), Charter(CharterState.SIGNED, 2014))
    # « Nom » may well be that of somebody: it does not name the operation that has none.
    assert second.name == ""


def test_lines_between_the_operations_are_told_from_them():
    result = planned(
        HEADER, "BRETAGNE;;;;;;;", RENNES, "Sous-total;;;;1200;;;", HEADER, "44;44109;Nantes;Quai;;;;", "TOTAL;;;2;;;;"
    )
    assert [operation.lines for operation in result.operations] == [(3,), (6,)]
    assert [(row.line, row.reason) for row in result.skipped] == [
        (2, "Ligne de titre ou de commentaire\u00a0: ni commune ni opération."),
        (4, "Ligne de totaux\u00a0: ni commune ni opération."),
        (5, "Ligne d’en-têtes, répétée."),
        (7, "Ligne de totaux\u00a0: ni commune ni opération."),
    ]


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("35238 / 35281", ("35238", "35281")),
        ('"35238\n35281"', ("35238", "35281")),
        ("35238, 35281 et 35238", ("35238", "35281")),
        ('="35238"', ("35238",)),
        ("'35238", ("35238",)),
        ("INSEE 35238", ("35238",)),
        ("35238 (Rennes)", ("35238",)),
        ("2b033", ("2B033",)),
        ("02 99 12 34 56", ()),
        ("3523812", ()),
    ],
)
def test_the_codes_of_a_cell(written, codes):
    row = facts("INSEE;Ville;Nom EcoQuartier;Charte", f"{written};Nantes;Baud;x")
    assert tuple(code for code in (row.insee, *row.other_insees) if code) == codes


def test_the_other_communes_are_known_by_their_codes_and_by_their_names():
    header = "INSEE;Ville;Nom EcoQuartier;Charte"
    by_code, by_name = planned(
        header, "35238, 35281;Rennes Métropole;Courrouze;x", ";Rennes, Saint-Jacques-de-la-Lande et Ailleurs;Baud;x"
    ).operations
    assert (by_code.insee, by_code.other_insees) == ("35238", ("35281",))
    assert (by_name.insee, by_name.other_insees, by_name.other_names) == ("35238", ("35281",), ("Ailleurs",))


def test_the_county_in_brackets_tells_apart_communes_of_one_name():
    header = "Ville;Nom EcoQuartier;Charte;Projet ANRU"
    north, south = planned(header, "Saint-Denis (93);A;x;", "St Denis (974);B;x;").operations
    assert (north.insee, south.insee) == ("93066", "97411")
    # A district's number is no county, nor is a number that none bears.
    assert [o.insee for o in planned(header, "Rennes (44);A;x;", "Nantes (99);B;x;").operations] == ["35238", "44109"]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.encode("utf-8").decode("cp1252").encode("utf-8"),  # opened as Windows-1252, then saved
        lambda text: text.replace("é", "e\u0301").encode(),  # decomposed letters of a Mac
        lambda text: text.replace("35238", "\ufeff35238\u200b").encode(),
        lambda text: text.replace(";", "\t").encode("utf-16"),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: b"sep=;\n" + text.encode(),
        lambda text: b"\n\n" + text.encode("utf-8-sig").replace(b"\n", b"\r\n"),
    ],
)
def test_what_programs_do_to_a_file_is_undone(change):
    row = facts(change("N° Dept;CODE INSEE;Ville;Nom EcoQuartier;Région;Charte\n35;35238;Rennes;Le pré mélangé;Bé;x\n"))
    assert (row.name, row.insee, row.region, row.warnings) == ("Le pré mélangé", "35238", "Bé", ())


def test_accents_that_were_mended_are_told():
    broken = f"{HEADER}\n{RENNES}".encode().decode("cp1252").encode()
    assert "Accents abîmés par un enregistrement précédent, rétablis." in open_file(broken).notes
    # A name may hold the letter that gives them away.
    assert "Accents abîmés" not in " ".join(open_file(f"{HEADER}\n35;35238;Rennes;SÃO;;;;".encode()).notes)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"PK\x03\x04\x14\x00\x08\x08", "un classeur ou une archive (xlsx, ods, zip)"),
        (b"\xef\xbb\xbf<html><table><tr><td>Ville</td></tr></table>", "une page web ou un document XML"),
        (b'<?xml version="1.0"?><office:document>', "une page web ou un document XML"),
        (b"{\\rtf1\\ansi Ville}", "un document de traitement de texte (rtf)"),
    ],
)
def test_a_workbook_is_told_how_to_become_a_csv(data, what):
    with pytest.raises(LegacyFileError) as refusal:
        open_file(data)
    assert refusal.value.message == (
        f"Ce fichier est {what}, pas un CSV\u00a0: ouvrez le tableau dans un tableur, puis «\u00a0Enregistrer "
        "sous\u00a0» au format CSV (UTF-8)."
    )


def test_a_sheet_without_any_line_brings_nothing(db, tmp_path):
    source, out = tmp_path / "vide.csv", io.StringIO()
    source.write_text(f"{HEADER}\n;;;;;;;\n", encoding="utf-8")
    call_command("import_operations", str(source), stdout=out)
    assert out.getvalue().splitlines()[-1] == "imported 0, merged 0, skipped 0"
    assert not Operation.objects.exists()
