"""The command that imports older operations; the real sheet when it is there."""

import io
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ecoquartier.journal.models import Entry
from ecoquartier.operations.models import LegacyImport, Operation
from ecoquartier.operations.services.imports import import_file
from tests.support.imports import counts, row
from tests.support.legacy import as_csv

REAL = Path(os.environ.get("LEGACY_SHEET") or Path(__file__).parents[3] / "shared/data/operations-2009-2016.csv")


def run_command(*arguments):
    out = io.StringIO()
    call_command("import_operations", *map(str, arguments), stdout=out)
    return out.getvalue().splitlines()


def test_the_command_reports(db, tmp_path):
    source, report = tmp_path / "suivi.csv", tmp_path / "rapport.csv"
    source.write_bytes(as_csv([row(), row(insee="", town="=Nulle part")]))
    lines = run_command(source, "--report", report)
    assert lines[0] == "Opérations\u00a0: 1 / 1"
    assert lines[-2].startswith("ligne 3\u00a0: Code INSEE absent, et «\u00a0=Nulle part\u00a0»")
    assert lines[-1] == "imported 1, merged 0, skipped 1"
    text = report.read_text(encoding="utf-8-sig")
    assert text.splitlines()[0] == "ligne;nature;explication;contenu"
    assert "2;inscrite;Le Clos inventé, Laval (53);" in text
    assert "3;non placée;" in text
    assert ";'=Nulle part" in text
    assert run_command(source)[-1] == "imported 0, merged 1, skipped 1"
    assert [i.made_by for i in LegacyImport.objects.all()] == [None, None]


def test_a_dry_run_writes_nothing(db, tmp_path):
    source = tmp_path / "suivi.csv"
    source.write_bytes(as_csv([row()]))
    assert run_command(source, "--dry-run")[-1] == "imported 1, merged 0, skipped 0"
    assert not Operation.objects.exists()
    assert not LegacyImport.objects.exists()
    assert not Entry.objects.exists()


def test_the_command_says_what_it_read_otherwise(db, tmp_path):
    source = tmp_path / "suivi.csv"
    text = as_csv([row(Contact="personne")], [*row(), "Charte", "Contact"]).decode()
    source.write_bytes(text.encode("cp1252"))
    lines = run_command(source)
    assert "Fichier lu en Windows-1252." in lines
    assert "Colonnes inconnues, non reprises\u00a0: «\u00a0Contact\u00a0»." in lines


@pytest.mark.parametrize(
    ("name", "sentence"), [("nulle-part.csv", "Fichier illisible"), ("", "Fichier illisible"), ("vide.csv", "est vide")]
)
def test_a_file_that_cannot_be_read_gets_one_sentence(db, tmp_path, name, sentence):
    (tmp_path / "vide.csv").touch()
    with pytest.raises(CommandError, match=sentence):
        call_command("import_operations", str(tmp_path / name), stdout=io.StringIO())


def test_a_report_that_cannot_be_written_gets_one_sentence(db, tmp_path):
    source = tmp_path / "suivi.csv"
    source.write_bytes(as_csv([row()]))
    with pytest.raises(CommandError, match="ne peut pas être écrit"):
        call_command("import_operations", str(source), "--report", str(tmp_path), stdout=io.StringIO())


@pytest.mark.skipif(not REAL.exists(), reason="the real sheet stays outside the repository")
def test_the_real_sheet_fills_the_register(db):
    made = import_file(REAL.name, REAL.read_bytes())
    assert sum(counts(made)) == 500
    assert made.imported + made.merged >= 480
    assert not Operation.objects.filter(phases=None).exists()
    assert counts(import_file(REAL.name, REAL.read_bytes()))[0] == 0
