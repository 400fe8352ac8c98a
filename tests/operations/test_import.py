"""The import of the tracking sheet, on rows of our own; the real file when it stands beside the repository."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ecoquartier.core.errors import DomainError, PermissionRefused
from ecoquartier.directory.models import DirectoryRow
from ecoquartier.directory.services import rebuild
from ecoquartier.journal.models import Entry
from ecoquartier.operations.models import CharterSignature, LegacyFact, Operation, StageHistory
from ecoquartier.operations.queries import public_operations
from ecoquartier.operations.services.legacy import import_operations
from ecoquartier.people.models import User

REAL = Path(__file__).parents[3] / "shared" / "data" / "operations-2009-2016.csv"
HEADINGS = (
    "Région,Ancienne région,N° Dept,Nom Dept,CODE INSEE,Ville,Nom EcoQuartier,Population,Commune rurale ou urbaine,"
    "Situation territoriale,Situation du quartier,Type d’opération,Nombre d’habitants dans le quartier,"
    "Nombre de logements,Nombre de logements sociaux,Superficie du quartier (ha),EPA,ANRU,PNR,AAP 2009,AAP 2011,"
    "Charte,Candidat 2013,Résultats 2013,Candidat 2014,Résultats 2014,Candidat 2015,Résultats 2015,"
    "Dotation Evaluation,Candidat 2016,Avancement dans la démarche"
)


def row(insee="53130", town="Laval", name="Le Clos inventé", **cells):
    columns = HEADINGS.split(",")
    values = dict.fromkeys(columns, "")
    values |= {"N° Dept": insee[:2], "CODE INSEE": insee, "Ville": town, "Nom EcoQuartier": name, **cells}
    return ",".join(values[column] for column in columns)


def sheet(*rows):
    return "\n".join([HEADINGS, *rows]).encode()


def test_each_fact_finds_its_place(db):
    report = import_operations(
        sheet(
            row(
                **{
                    "Nombre de logements": "370",
                    "Nombre de logements sociaux": "144",
                    "Superficie du quartier (ha)": "8",
                    "AAP 2009": "x",
                    "Charte": "2013",
                    "Candidat 2013": "x",
                    "Résultats 2013": "Ajourné",
                    "Candidat 2014": "x",
                    "Résultats 2014": "engagé",
                    "Candidat 2015": "x",
                    "Résultats 2015": "Label",
                    "Candidat 2016": "x",
                }
            )
        )
    )
    assert (report.imported, report.skipped) == (1, ())
    operation = Operation.objects.get()
    assert (operation.lead_commune.insee, operation.dwellings, operation.social_dwellings, operation.area_ha) == (
        "53130",
        370,
        144,
        8,
    )
    assert list(StageHistory.objects.values_list("rank", "name", "year")) == [(2, "engagé", 2014), (3, "label", 2015)]
    assert set(LegacyFact.objects.values_list("kind", "year")) == {
        ("call", 2009),
        ("adjourned", 2013),
        ("candidate", 2016),
    }
    assert CharterSignature.objects.get().state == "to_confirm"
    assert Entry.objects.get().event == "operation.imported"


def test_a_second_run_changes_nothing(db):
    data = sheet(row(), row(name="Autre clos"))
    import_operations(data)
    before = Entry.objects.count()
    report = import_operations(data)
    assert (report.imported, report.unchanged) == (0, 2)
    assert (Operation.objects.count(), Entry.objects.count()) == (2, before)


def test_a_repeated_operation_merges_its_facts(db):
    report = import_operations(sheet(row(**{"AAP 2009": "x"}), row(name="LE CLOS INVENTÉ", **{"AAP 2011": "x"})))
    assert (report.imported, report.merged) == (1, 1)
    assert set(LegacyFact.objects.values_list("year", flat=True)) == {2009, 2011}


def test_a_row_without_commune_is_reported_and_the_others_go_on(db):
    report = import_operations(sheet(row(insee="", town="Ville introuvable"), row()))
    assert report.imported == 1
    (skipped,) = report.skipped
    assert skipped.line == 2
    assert "Ville introuvable" in skipped.reason


@pytest.mark.parametrize(
    "data",
    [b"", b"%PDF-1.7 \x00\x01", b"a,b,c\n1,2,3\n", b"PK\x03\x04 spreadsheet", "été;hiver\n1;2".encode("latin-1")],
)
def test_another_file_gets_one_sentence(db, data):
    with pytest.raises(DomainError) as error:
        import_operations(data)
    assert error.value.message.endswith(".")
    assert Operation.objects.count() == 0


def test_only_the_bureau_imports(db):
    stranger = User.objects.create_user("stranger@example.org", "Inconnue")
    with pytest.raises(PermissionRefused):
        import_operations(sheet(row()), actor=stranger)


def test_labels_of_the_sheet_are_public_and_the_rest_is_not(db):
    import_operations(
        sheet(
            row(name="Labellisée", **{"Candidat 2014": "x", "Résultats 2014": "Label"}),
            row(name="Ajournée", **{"Candidat 2014": "x", "Résultats 2014": "Ajourné"}),
            row(name="Chartée", Charte="2013"),
        )
    )
    assert [o.name for o in public_operations()] == ["Labellisée"]
    assert [(r.name, r.stage, r.year) for r in DirectoryRow.objects.all()] == [("Labellisée", 3, 2014)]
    assert rebuild() == 1


def test_the_command_reports(db, tmp_path):
    source, report, out = tmp_path / "suivi.csv", tmp_path / "rapport.csv", io.StringIO()
    source.write_bytes(sheet(row(), row(insee="", town="Nulle part")))
    call_command("import_operations", str(source), "--report", str(report), stdout=out)
    assert out.getvalue().splitlines()[-1] == "imported 1, merged 0, unchanged 0, skipped 1"
    assert "Nulle part" in report.read_text(encoding="utf-8")


def test_a_dry_run_writes_nothing(db, tmp_path):
    source = tmp_path / "suivi.csv"
    source.write_bytes(sheet(row()))
    call_command("import_operations", str(source), "--dry-run", stdout=io.StringIO())
    assert Operation.objects.count() == 0


def test_a_missing_file_gets_one_sentence(db):
    with pytest.raises(CommandError, match="illisible"):
        call_command("import_operations", "nulle-part.csv", stdout=io.StringIO())


@pytest.mark.skipif(not REAL.exists(), reason="the real sheet stays outside the repository")
def test_the_real_sheet_fills_the_register(db):
    report = import_operations(REAL.read_bytes())
    assert report.imported + report.merged >= 480
    assert report.imported + report.merged + len(report.skipped) == 500
    assert Operation.objects.filter(phases=None).count() == 0
    assert import_operations(REAL.read_bytes()).imported == 0
