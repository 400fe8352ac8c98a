"""The import of older operations: each fact, each fault, the second run; the real sheet when it is there."""

import io
import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from ecoquartier.campaigns.models import Stage
from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError, PermissionRefused, TransitionRefused
from ecoquartier.directory.models import DirectoryRow
from ecoquartier.directory.services import rebuild
from ecoquartier.journal.models import Entry
from ecoquartier.operations.models import CharterSignature, LegacyFact, LegacyImport, Operation, StageHistory
from ecoquartier.operations.queries import public_operations
from ecoquartier.operations.services import add_operation, imports, record_stage
from ecoquartier.operations.services.imports import import_file
from ecoquartier.operations.workflow import SILENT_AFTER
from ecoquartier.people.models import Organisation, User
from ecoquartier.territories.models import Commune
from tests.support.legacy import FAULTS, REPEATED, as_csv, faulty_sheet

REAL = Path(os.environ.get("LEGACY_SHEET") or Path(__file__).parents[3] / "shared/data/operations-2009-2016.csv")


def row(insee="53130", town="Laval", name="Le Clos inventé", **cells):
    return {"N° Dept": insee[:2], "CODE INSEE": insee, "Ville": town, "Nom EcoQuartier": name, **cells}


def bring(*rows):
    """Import a sheet with these rows."""
    return import_file("suivi.csv", as_csv(rows))


def only(**cells):
    """The operation that one row with these cells gives."""
    bring(row(**cells))
    return Operation.objects.get()


def counts(made):
    return made.imported, made.merged, made.skipped


def said(made, outcome):
    """(line, text) of the report for one outcome."""
    return [(line[0], line[2]) for line in made.report if line[1] == outcome]


# --- What is stored of each fact ----------------------------------------------------------------------------------


def test_an_operation_has_its_commune_its_figures_and_its_source(db):
    operation = only(
        **{
            "Nombre de logements": "1 370",
            "Nombre de logements sociaux": "144",
            "Superficie du quartier (ha)": "8,5",
            "Nombre d’habitants dans le quartier": "3000",
            "Type d’opération": "RU",
            "ANRU": "x",
        }
    )
    assert (operation.lead_commune_id, operation.source, operation.types) == (
        "53130",
        "reprise 2016",
        ["renewal", "anru"],
    )
    assert (operation.dwellings, operation.social_dwellings, operation.inhabitants) == (1370, 144, 3000)
    assert operation.area_ha == Decimal("8.50")
    assert operation.phases.count() == 1
    entry = Entry.objects.get(event="operation.imported")
    assert (entry.about_id, entry.data["lines"]) == (str(operation.pk), [2])


RESULTS = {
    "Engagé 2013": (2013, "Engagé", "premier-label-2013", 2),
    "engagé 2014": (2014, " engagé ", "premier-label-2013", 2),
    "Label 2015": (2015, "Label", "premier-label-2013", 3),
    "stage 2 before the stages": (2014, "Étape 2", "premier-label-2013", 2),
    "stage 3": (2017, "Étape 3", "quatre-etapes", 3),
    "label, stage 2": (2018, "label étape 2", "quatre-etapes", 2),
}


def test_a_result_is_a_stage_on_the_common_scale(db):
    headings = [*row(), *(f"Résultats {year}" for year in range(2013, 2019))]
    rows = [row(name=name, **{f"Résultats {year}": said}) for name, (year, said, *_stage) in RESULTS.items()]
    import_file("suivi.csv", as_csv(rows, headings))
    stages = {(s.scheme_id, s.level): s for s in Stage.objects.select_related("scheme")}
    for name, (year, _said, scheme, level) in RESULTS.items():
        held, stage = StageHistory.objects.get(operation__name=name), stages[scheme, level]
        assert (held.rank, held.name, held.scheme_title) == (level, stage.name, stage.scheme.title)
        assert (held.year, held.source, held.published_at.year) == (year, "reprise 2016", year)
        assert held.decided_on is None


def test_a_label_whose_stage_is_unknown_is_kept_as_a_fact(db):
    import_file("suivi.csv", as_csv([row(**{"Résultats 2018": "Label"})], [*row(), "Résultats 2018"]))
    assert LegacyFact.objects.values_list("kind", "year", "detail").get() == (
        "candidate",
        2018,
        "label, étape inconnue",
    )
    assert not StageHistory.objects.exists()


FACTS = (
    ({"AAP 2009": "x", "AAP 2011": "oui"}, {("call", 2009, ""), ("call", 2011, "")}),
    ({"Candidat 2013": "x", "Résultats 2013": "ajourné"}, {("adjourned", 2013, "")}),
    ({"Candidat 2016": "x"}, {("candidate", 2016, "")}),
    ({"Candidat 2016": "Étape 2"}, {("candidate", 2016, "étape 2")}),
    ({"Candidat 2014": "x", "Résultats 2014": "non labellisé"}, {("candidate", 2014, "")}),
    ({"Charte": "en cours"}, {("charter", 2016, "")}),
    ({"EPA": "EPA des Invariants "}, {("planner", 2016, "EPA des Invariants")}),
    ({"PNR": "x"}, {("park", 2016, "")}),
    (
        {"Commune rurale ou urbaine": "Urbaine", "Situation territoriale": "GP", "Situation du quartier": "Centre"},
        {("situation", 2016, "urbaine, GP, centre")},
    ),
    ({"Ville": "Laval\nChangé\nCA de Laval"}, {("places", 2016, "Changé et CA de Laval")}),
    ({"Type d’opération": "Mixte (6ha RU)"}, {("type", 2016, "Mixte (6ha RU)")}),
    ({"Dotation Evaluation": "20\u00a0000"}, {("grant", 2016, "20000")}),
)


def test_what_is_no_stage_is_a_fact_that_nobody_reads_in_public(db):
    bring(*(row(name=f"Clos {n}", **cells) for n, (cells, _facts) in enumerate(FACTS)))
    for n, (_cells, facts) in enumerate(FACTS):
        operation = Operation.objects.get(name=f"Clos {n}")
        assert set(operation.legacy_facts.values_list("kind", "year", "detail")) == facts
    assert not StageHistory.objects.exists()
    assert not public_operations().exists()


def test_a_charter_is_a_signature_to_confirm_and_no_award(db):
    written = {"2013": (2013, None), "x": (None, None), "12/03/2014": (2014, date(2014, 3, 12))}
    bring(*(row(name=f"Clos {said}", Charte=said) for said in written))
    for said, signed in written.items():
        charter = CharterSignature.objects.get(operation__name=f"Clos {said}")
        assert (charter.year, charter.signed_on) == signed
        assert (charter.state, charter.organisation, charter.source) == ("to_confirm", None, "reprise 2016")
    assert not StageHistory.objects.exists()
    assert not public_operations().exists()


def test_labels_of_the_sheet_are_public_and_the_rest_is_not(db):
    bring(
        row(name="Labellisée", **{"Candidat 2014": "x", "Résultats 2014": "Label"}),
        row(name="Ajournée", **{"Candidat 2014": "x", "Résultats 2014": "Ajourné"}),
        row(name="Chartée", Charte="2013"),
    )
    assert [o.name for o in public_operations()] == ["Labellisée"]
    assert [(r.name, r.stage, r.year) for r in DirectoryRow.objects.all()] == [("Labellisée", 3, 2014)]
    assert rebuild() == 1


# --- Repeated operations, and operations known already ------------------------------------------------------------


def test_a_repeated_operation_merges_its_facts(db):
    made = bring(row(**{"AAP 2009": "x"}), row(name="LE CLOS  INVENTE", **{"AAP 2011": "x"}))
    assert counts(made) == (1, 1, 0)
    assert said(made, "merged") == [(3, "Même opération qu’à la ligne 2.")]
    assert set(LegacyFact.objects.values_list("year", flat=True)) == {2009, 2011}


def test_a_second_run_changes_nothing(db):
    data = faulty_sheet(5, count=90).data
    first = import_file("suivi.csv", data)

    def state():
        kinds = (Operation, StageHistory, LegacyFact, CharterSignature)
        entries = Entry.objects.exclude(event__startswith="import.")
        return [sorted(map(repr, kind.objects.values())) for kind in kinds], entries.count()

    before = state()
    again = import_file("suivi.csv", data)
    assert state() == before
    assert counts(again) == (0, first.imported + first.merged, first.skipped)


def test_another_sheet_adds_its_facts_to_an_operation_that_is_known(db):
    bring(row(Charte="2013", **{"Résultats 2013": "Engagé", "Nombre de logements": "120"}))
    headings = [*row(), "Charte", "Résultat 2018", "Nombre de logements", "AAP 2011"]
    later = row(**{"Résultat 2018": "Étape 3", "Charte": "2015", "Nombre de logements": "400", "AAP 2011": "x"})
    made = import_file("suite.csv", as_csv([later], headings))
    assert counts(made) == (0, 1, 0)
    operation = Operation.objects.get()
    assert list(operation.stages.values_list("rank", "year")) == [(2, 2013), (3, 2018)]
    assert (operation.dwellings, operation.charter_signatures.get().year) == (120, 2013)
    added = Entry.objects.filter(event="operation.imported").latest("pk").data["added"]
    assert added == ["stage 3 2018", "call 2011"]


def test_what_a_holder_wrote_is_not_filled_in(db):
    commune = Commune.objects.get(pk="53130")
    holder = Organisation.objects.create(name="Porteur", kind="town")
    own = add_operation(name="Le Clos inventé", lead_commune=commune, holder=holder)
    free = add_operation(name="Autre Clos", lead_commune=commune)
    cells = {"Nombre de logements": "120", "Résultats 2013": "Label", "Type d’opération": "RU"}
    assert counts(bring(row(**cells), row(name="AUTRE CLOS", **cells))) == (0, 2, 0)
    own.refresh_from_db()
    free.refresh_from_db()
    assert (own.dwellings, own.types, free.dwellings, free.types) == (None, [], 120, ["renewal"])
    assert [o.stages.get().year for o in (own, free)] == [2013, 2013]


def test_two_halves_of_a_programme_are_not_put_together(db):
    add_operation(name="Le Clos inventé", lead_commune=Commune.objects.get(pk="53130"), social_dwellings=200)
    bring(row(**{"Nombre de logements": "120", "Superficie du quartier (ha)": "3"}))
    operation = Operation.objects.get()
    assert (operation.dwellings, operation.social_dwellings, operation.area_ha) == (None, 200, 3)


def test_a_stage_held_by_an_award_is_not_obtained_twice(db):
    operation = add_operation(name="Le Clos inventé", lead_commune=Commune.objects.get(pk="53130"))
    record_stage(operation, rank=3, name="livré", scheme_title="Quatre étapes", year=2019, source="award")
    bring(row(**{"Résultats 2014": "Label", "Résultats 2013": "Engagé"}))
    assert list(operation.stages.values_list("rank", "source")) == [(2, "reprise 2016"), (3, "award")]


def test_a_stage_withdrawn_does_not_come_back(db):
    cells = {"Résultats 2014": "Label"}
    bring(row(**cells))
    StageHistory.objects.update(withdrawn_on="2020-01-01")
    bring(row(**cells))
    assert StageHistory.objects.count() == 1
    assert not public_operations().exists()


# --- Faults -------------------------------------------------------------------------------------------------------


def test_a_sheet_with_every_fault_is_placed_and_the_rest_explained(db):
    sheet = faulty_sheet(2016)
    assert set(sheet.faults.values()) == set(FAULTS)
    made = import_file("suivi.csv", sheet.data)
    assert sum(counts(made)) == 500
    assert made.imported + made.merged >= 480
    assert made.merged == REPEATED
    assert all(text.endswith(".") for _line, text in said(made, "skipped"))
    assert Operation.objects.count() == made.imported
    assert not Operation.objects.filter(phases=None).exists()
    # Each is in the commune where it was drawn, or in the one that this became.
    today = dict(Commune.objects.values_list("insee", "successor"))
    placed = dict(Operation.objects.values_list("source_key", "lead_commune"))
    lines = {
        line: entry.about_id
        for entry in Entry.objects.filter(event="operation.imported")
        for line in entry.data["lines"]
    }
    communes = {str(pk): commune for pk, commune in Operation.objects.values_list("pk", "lead_commune")}
    wrong = {
        line: (sheet.faults.get(line), code, communes[lines[line]])
        for line, code in sheet.drawn.items()
        if line in lines and communes[lines[line]] != (today[code] or code)
    }
    assert (wrong, len(placed)) == ({}, made.imported)


def test_a_row_without_commune_is_reported_and_the_others_go_on(db):
    made = bring(row(insee="", town="Ville introuvable"), row())
    assert counts(made) == (1, 0, 1)
    ((line, reason),) = said(made, "skipped")
    assert line == 2
    assert "Ville introuvable" in reason


def test_a_row_that_the_database_refuses_stops_no_other(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE check_violation; END $$;"
            "CREATE TRIGGER refuse BEFORE INSERT ON operations_operation FOR EACH ROW "
            "WHEN (NEW.name = 'Refusée') EXECUTE FUNCTION pg_temp.refuse()"
        )
    made = bring(row(name="Avant"), row(name="Refusée", **{"Résultats 2013": "Label"}), row(name="Après"))
    assert counts(made) == (2, 0, 1)
    assert said(made, "skipped") == [(3, "La base de données refuse cette opération\u00a0: une valeur est impossible.")]
    assert [o.name for o in Operation.objects.order_by("name")] == ["Après", "Avant"]
    assert not StageHistory.objects.exists()


def test_a_row_that_the_register_refuses_stops_no_other(db):
    commune = Commune.objects.get(pk="53130")
    add_operation(name="Refusée", lead_commune=commune, social_dwellings=10)
    # Its name was emptied since, which no form allows: nothing more can be saved of it.
    Operation.objects.filter(name="Refusée").update(types="pas une liste", source_key="53130|refusee", name="")
    made = bring(row(name="Refusée", **{"Nombre de logements": "20", "AAP 2009": "x"}), row())
    assert counts(made) == (1, 0, 1)
    ((line, reason),) = said(made, "skipped")
    assert (line, reason.startswith("Le registre refuse cette opération\u00a0: ")) == (2, True)
    assert not LegacyFact.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7 \x00\x01",
        b"a,b,c\n1,2,3\n",
        b"PK\x03\x04 spreadsheet",
        "été;hiver\n1;2".encode("latin-1"),
        "été;hiver\n1;2".encode("utf-16"),
        b"\x89PNG\r\n\x1a\n\0\0",
        as_csv([row()]) + b"\0",
    ],
)
def test_another_file_gets_one_sentence(db, data):
    with pytest.raises(DomainError) as error:
        import_file("suivi.csv", data)
    assert error.value.message.endswith(".")
    assert "\n" not in error.value.message
    assert not Operation.objects.exists()
    assert not LegacyImport.objects.exists()


def test_the_stages_are_loaded_before_any_import(db):
    Stage.objects.filter(scheme="premier-label-2013").delete()
    with pytest.raises(DomainError, match="load_reference"):
        bring(row())
    assert not LegacyImport.objects.exists()


# --- Life of an import --------------------------------------------------------------------------------------------


def test_only_the_bureau_imports(world):
    stranger = User.objects.create_user("stranger@example.org", "Inconnue")
    with pytest.raises(PermissionRefused):
        imports.receive("suivi.csv", as_csv([row()]), actor=stranger)
    received = imports.receive("suivi.csv", as_csv([row()]), actor=world.bureau)
    with pytest.raises(PermissionRefused):
        imports.start_later(received, actor=stranger)


def test_an_import_is_read_then_started_then_done(world):
    received = imports.receive("suivi.csv", as_csv([row(), row(insee="")]), actor=world.bureau)
    assert (received.state, counts(received)) == ("read", (1, 1, 0))
    assert not Operation.objects.filter(name="Le Clos inventé").exists()
    started = imports.start_later(received, actor=world.bureau)
    assert (started.state, started.ended_at) == ("running", None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'operations.run_import'")
        assert [args for (args,) in cursor.fetchall()] == [f'{{"import_id": "{received.pk}"}}']
    done = imports.run(received.pk)
    assert (done.state, done.done, done.made_by) == ("done", done.total, world.bureau)
    assert Operation.objects.filter(name="Le Clos inventé").count() == 1
    events = Entry.objects.filter(about_id=str(received.pk)).order_by("pk")
    assert [(entry.event, entry.actor) for entry in events] == [
        ("import.started", str(world.bureau.pk)),
        ("import.finished", "system:import"),
    ]
    assert not default_storage.exists(f"imports/{received.pk}.csv")
    assert imports.run(received.pk).ended_at == done.ended_at


def test_an_import_that_was_cut_goes_on_and_counts_each_line_once(world):
    rows = [row(name=f"Clos {n}") for n in range(3)]
    received = imports.receive("suivi.csv", as_csv(rows), actor=world.bureau)
    imports.start(received, actor=world.bureau)

    def cut(done, total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        imports.run(received.pk, cut)
    assert Operation.objects.filter(name__startswith="Clos ").count() == 2
    done = imports.run(received.pk)
    assert Operation.objects.filter(name__startswith="Clos ").count() == 3
    assert (done.state, counts(done)) == ("done", (3, 0, 0))


def test_an_import_is_started_again_only_when_it_says_nothing_more(world):
    received = imports.receive("suivi.csv", as_csv([row()]), actor=world.bureau)
    started = imports.start_later(received, actor=world.bureau)
    with pytest.raises(TransitionRefused, match="en cours"):
        imports.start_later(started, actor=world.bureau)
    with clock.travel(clock.now() + SILENT_AFTER):
        assert imports.start_later(started, actor=world.bureau).state == "running"
    imports.run(received.pk)
    with pytest.raises(TransitionRefused):
        imports.start_later(started, actor=world.bureau)


def test_a_file_left_for_a_day_goes_away_with_what_was_read(world):
    received = imports.receive("suivi.csv", as_csv([row()]), actor=world.bureau)
    with clock.travel(clock.now() + imports.KEPT_FOR * 2):
        imports.forget_abandoned()
    assert not LegacyImport.objects.exists()
    assert not default_storage.exists(f"imports/{received.pk}.csv")


# --- The command --------------------------------------------------------------------------------------------------


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
