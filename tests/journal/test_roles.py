"""Two roles in the database: the application works, and cannot rewrite the journal."""

import os
from contextlib import contextmanager

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from psycopg import sql

from ecoquartier.core.postgres import NAME
from ecoquartier.journal.models import Entry, Head
from ecoquartier.journal.queries import verify_chain
from ecoquartier.journal.services.heads import sign_head

ROLE = f"ecoquartier_app_{os.getpid()}"


@contextmanager
def administrator():
    """Whoever may make roles: the superuser of the embedded server, else the account of `DATABASE_URL`."""
    parameters = connection.get_connection_params() | {"dbname": connection.settings_dict["NAME"]}
    if settings.EMBEDDED_SERVER is not None:
        parameters["user"] = "postgres"
    with psycopg.connect(**parameters, autocommit=True) as server:
        may = server.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user").fetchone()
        if not may[0]:
            pytest.skip("the account of DATABASE_URL may not make a role")
        yield server


@pytest.fixture
def app_role(db):
    """A second role, which the owner of the tables may become."""
    owner = connection.settings_dict["USER"] or NAME
    with administrator() as server:
        server.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(ROLE)))
        server.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(ROLE), sql.Identifier(owner)))
    yield ROLE
    if connection.in_atomic_block:
        connection.set_rollback(True)
    connection.close()
    with administrator() as server:
        server.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(ROLE)))
        server.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(ROLE)))


@contextmanager
def working_as(role):
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
        yield
        cursor.execute("RESET ROLE")


def test_the_application_works_and_rewrites_nothing(app_role, world):
    call_command("grant_app_role", app_role)
    with working_as(app_role):
        world.under_expertise()
        sign_head()
        assert verify_chain().intact
        count = Entry.objects.count()
        assert count > 5
        for statement in (
            "UPDATE journal_entry SET event = 'x'",
            "DELETE FROM journal_entry",
            "TRUNCATE journal_entry CASCADE",
            "ALTER TABLE journal_entry DISABLE TRIGGER USER",
            "DROP TRIGGER journal_entry_append_only ON journal_entry",
            "DROP TRIGGER journal_entry_no_truncate ON journal_entry",
            "DROP TABLE journal_entry CASCADE",
            "UPDATE journal_entrydetail SET content = '{}'",
            "UPDATE journal_head SET seq = 1",
            "DELETE FROM journal_head",
            "TRUNCATE journal_head",
            "UPDATE dossiers_deposit SET sha256 = ''",
            "DELETE FROM dossiers_deposit",
            "TRUNCATE people_user CASCADE",
            "DELETE FROM django_migrations",
            "CREATE TABLE other (id int)",
        ):
            with (
                pytest.raises(Exception, match="permission denied|must be owner"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)
        assert (Entry.objects.count(), Head.objects.count()) == (count, 1)


def test_the_queue_works_for_the_application(app_role):
    call_command("grant_app_role", app_role)
    from ecoquartier.journal.tasks import sign_daily_head  # noqa: PLC0415 -- models are loaded only now

    with working_as(app_role), connection.cursor() as cursor:
        job = sign_daily_head.defer(timestamp=0)
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job])
        assert cursor.fetchone() == ("todo",)


def test_granting_twice_changes_nothing(app_role, capsys):
    call_command("grant_app_role", app_role)
    call_command("grant_app_role", app_role)
    first, second = capsys.readouterr().out.splitlines()
    assert first == second
    assert first.endswith(f"{app_role} may work and not rewrite")


def test_a_role_that_does_not_exist_or_owns_the_tables_is_refused(db):
    with pytest.raises(CommandError, match="n’existe pas"):
        call_command("grant_app_role", "nobody_at_all")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
    with pytest.raises(CommandError, match="possède des tables"):
        call_command("grant_app_role", owner)
