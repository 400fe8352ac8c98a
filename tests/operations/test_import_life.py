"""The import of older operations: faults stop no other line, and the life of a file."""

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from ecoquartier.campaigns.models import Stage
from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError, PermissionRefused, TransitionRefused
from ecoquartier.journal.models import Entry
from ecoquartier.operations.models import LegacyFact, LegacyImport, Operation, StageHistory
from ecoquartier.operations.services import add_operation, imports
from ecoquartier.operations.services.imports import import_file
from ecoquartier.operations.workflow import SILENT_AFTER
from ecoquartier.people.models import User
from ecoquartier.territories.models import Commune
from tests.support.imports import bring, counts, row, said
from tests.support.legacy import FAULTS, REPEATED, as_csv, faulty_sheet

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
