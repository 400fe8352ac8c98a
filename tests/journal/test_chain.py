"""The journal is a chain that cannot be rewritten unseen."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from ecoquartier.journal.models import Entry, EntryDetail
from ecoquartier.journal.queries import lost_details, verify_chain
from ecoquartier.journal.services import append


@pytest.fixture
def entries(world):
    world.submitted()
    return list(Entry.objects.order_by("seq"))


def without_triggers(sql, params=()):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
        cursor.execute(sql, params)
        cursor.execute("ALTER TABLE journal_entry ENABLE TRIGGER USER")


def test_an_honest_chain_verifies(entries):
    out = io.StringIO()
    call_command("verify_journal", stdout=out)
    assert out.getvalue().strip() == f"{len(entries)} entries, chain intact"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE journal_entry SET event = 'dossier.awarded' WHERE seq = 3",
        "UPDATE journal_entry SET data = '{}' WHERE seq = 3",
        "UPDATE journal_entry SET actor = 'system:x' WHERE seq = 3",
        "UPDATE journal_entry SET about_id = 'x' WHERE seq = 3",
        "UPDATE journal_entry SET occurred_at = occurred_at + interval '1 second' WHERE seq = 3",
        "DELETE FROM journal_entrydetail WHERE entry_id = 3; DELETE FROM journal_entry WHERE seq = 3",
        "UPDATE journal_entry SET seq = 1000 WHERE seq = 3",
    ],
)
def test_a_change_is_found(entries, sql):
    without_triggers(sql)
    verdict = verify_chain()
    assert not verdict.intact
    assert verdict.count == 2
    with pytest.raises(CommandError):
        call_command("verify_journal", stdout=io.StringIO())


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE journal_entry SET event = 'x' WHERE seq = 1",
        "DELETE FROM journal_entry",
        "TRUNCATE journal_entry CASCADE",
    ],
)
def test_the_database_refuses_to_rewrite(entries, sql):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Entry.objects.count() == len(entries)


def test_a_detail_that_no_erasure_took_is_told_and_leaves_the_chain_verifying(world):
    world.admissible()
    detail = EntryDetail.objects.select_related("entry").get(entry__event="dossier.admitted")
    assert "opinion" in detail.content
    assert lost_details() == []
    EntryDetail.objects.filter(pk=detail.pk).delete()
    assert verify_chain().intact
    out, warnings = io.StringIO(), io.StringIO()
    call_command("verify_journal", stdout=out, stderr=warnings)
    assert out.getvalue().strip() == f"{Entry.objects.count()} entries, chain intact"
    assert f"entrée {detail.pk}\u00a0: son détail manque, aucun effacement ne le dit." in warnings.getvalue()


def test_a_detail_put_in_place_of_another_is_found(world):
    world.admissible()
    detail = EntryDetail.objects.get(entry__event="dossier.admitted")
    EntryDetail.objects.filter(pk=detail.pk).delete()
    EntryDetail.objects.create(entry_id=detail.pk, salt=detail.salt, content={"opinion": "Autre."})
    assert not verify_chain().intact


@pytest.mark.parametrize(
    "sql", ["UPDATE journal_entrydetail SET content = '{}'", "TRUNCATE journal_entrydetail CASCADE"]
)
def test_the_database_refuses_to_rewrite_details(world, sql):
    world.admissible()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql)
    assert verify_chain().intact


def test_the_hashed_part_holds_no_name(world):
    part, _dossier = world.admissible()
    text = " ".join(f"{e.event} {e.data} {e.actor}" for e in Entry.objects.all())
    for secret in (part.lead.full_name, part.elected.full_name, "Dossier complet"):
        assert secret not in text


@pytest.mark.django_db(transaction=True)
def test_it_is_written_only_inside_a_transaction():
    with pytest.raises(transaction.TransactionManagementError):
        append([])
