"""The facts between tables: each holds on honest data, and each breach is told."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from ecoquartier.awards import services as awards
from ecoquartier.awards.models import Award
from ecoquartier.commissions.models import Sitting
from ecoquartier.core import clock
from ecoquartier.core.registry import invariants
from ecoquartier.notifications.models import Message
from tests.support.memory import remembered


@remembered
def play(world):
    """A published label, an adjournment, an expertise that is over, and a candidature in preparation."""
    world.awarded()
    awards.announce(Sitting.objects.get(commission__level="national"), actor=world.bureau)
    world.play.publish(clock.today())
    world.decided("adjourn")
    world.assessed()
    world.draft()


@pytest.fixture
def played(world):
    play(world)
    return world


def broken():
    """Names of the facts that do not hold."""
    return {name for name, check in invariants.items() if check()}


def sql(statement):
    with connection.cursor() as cursor:
        for one in statement.split(";"):
            # What waits for the end of the transaction would refuse a change of the table.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
            cursor.execute(one)


def test_they_are_some_thirty_and_hold_on_what_the_services_wrote(played):
    assert broken() == set()
    out = io.StringIO()
    call_command("check_invariants", stdout=out)
    count = len(list(invariants.items()))
    assert count >= 30
    assert out.getvalue().strip() == f"{count} invariants hold"


AWARDED = "SELECT dossier_id FROM awards_award"
DRAFT_VERSION = """
    INSERT INTO framework_framework SELECT (jsonb_populate_record(f, '{"code": "autre", "state": "draft"}')).*
        FROM framework_framework f LIMIT 1;
    INSERT INTO framework_dimension (framework_id, code, rank, title, motto) VALUES ('autre', 'D1', 1, 'D', '');
    INSERT INTO framework_commitment
            (framework_id, dimension_id, number, title, short, provenance, challenges, sdgs)
        SELECT 'autre', id, 1, 'E', 'E', 'official', '[]', '[]' FROM framework_dimension WHERE framework_id = 'autre'
"""

BREACHES = {
    "campaigns_in_order": "UPDATE campaigns_milestone SET day = day + 400 WHERE code = 'filing'",
    "adjournments_helped": "UPDATE commissions_agendaitem SET support = '' WHERE outcome = 'adjourn'",
    "answers_of_their_version": """
        INSERT INTO framework_framework SELECT (jsonb_populate_record(f, '{"code": "autre"}')).*
            FROM framework_framework f LIMIT 1;
        UPDATE notebooks_notebook SET framework_id = 'autre'
    """,
    "awards_in_history": "UPDATE operations_stagehistory SET rank = 4 WHERE source = 'award'",
    "awards_in_order": "UPDATE awards_award SET notified_at = NULL",
    "awards_match_dossiers": f"UPDATE dossiers_dossier SET state = 'assessed' WHERE id IN ({AWARDED})",
    "awards_minuted": "UPDATE commissions_agendaitem SET outcome = 'refer' WHERE outcome = 'award'",
    "charters_dated": "UPDATE operations_chartersignature SET year = NULL, signed_on = NULL",
    "completions_dated": "UPDATE dossiers_dossier SET state = 'to_complete', due_on = NULL WHERE state = 'assessed'",
    "deposited_once_filed": "UPDATE dossiers_dossier SET state = 'submitted' WHERE state = 'draft'",
    "deposits_agreed": "DELETE FROM dossiers_agreement",
    "deposits_keep_files": """
        INSERT INTO dossiers_citedfile (deposit_id, file_id)
            SELECT d.id, f.id FROM dossiers_deposit d CROSS JOIN files_storedfile f
            WHERE NOT EXISTS (SELECT 1 FROM dossiers_citedfile c WHERE c.deposit_id = d.id AND c.file_id = f.id)
            LIMIT 1
    """,
    "directory_is_the_public_register": "DELETE FROM directory_directoryrow",
    "erased_people_hold_nothing": "UPDATE people_user SET email = id || '@effacee.invalid'",
    "examined_before_expertise": "UPDATE dossiers_admissibility SET is_admissible = false",
    "experts_without_conflict": """
        INSERT INTO operations_teammember (operation_id, user_id, role)
            SELECT d.operation_id, a.expert_id, 'reader'
            FROM expertise_assignment a JOIN dossiers_dossier d ON d.id = a.dossier_id
    """,
    "framework_parts_of_their_version": f"""
        {DRAFT_VERSION};
        UPDATE framework_commitment SET dimension_id = (SELECT min(id) FROM framework_dimension)
            WHERE framework_id = 'autre'
    """,
    "items_settled": "UPDATE dossiers_dossier SET state = 'assessed' WHERE state = 'awarded'; "
    "UPDATE commissions_agendaitem SET outcome = '' WHERE outcome = 'award'",
    "items_as_minuted": "UPDATE commissions_agendaitem SET reasons = 'Autres motifs.' WHERE outcome = 'award'",
    "journal_agrees": "UPDATE dossiers_dossier SET state = 'closed' WHERE state = 'draft'",
    "journal_details_explained": "DELETE FROM journal_entrydetail",
    "journal_details_hashed": """
        INSERT INTO journal_entrydetail (entry_id, salt, content)
            SELECT seq, '', '{}' FROM journal_entry WHERE detail_digest = '' LIMIT 1
    """,
    "journal_heads_on_chain": "INSERT INTO journal_head VALUES ('2026-01-01', 1, 'other', now(), 'kid', 'signature')",
    "journal_without_gap": """
        ALTER TABLE journal_entry DISABLE TRIGGER USER;
        UPDATE journal_entry SET seq = seq + 1 WHERE seq = (SELECT max(seq) FROM journal_entry)
    """,
    "minutes_intact": "UPDATE commissions_sitting SET minutes = minutes || '.' WHERE state = 'minuted'",
    "notified_as_decided": "UPDATE dossiers_dossier SET notified_at = now() WHERE state = 'draft'",
    "one_agenda_at_a_time": "UPDATE commissions_sitting SET state = 'open'",
    "open_dossiers_held": "DELETE FROM operations_teammember",
    "operations_have_phases": "DELETE FROM dossiers_dossierscope; DELETE FROM operations_stagehistory_phases; "
    "DELETE FROM operations_phase",
    "phases_of_the_operation": "DELETE FROM dossiers_dossierscope",
    "proposals_minuted": "UPDATE dossiers_dossier SET state = 'proposed' WHERE state = 'assessed'",
    "publications_together": "UPDATE operations_stagehistory SET published_at = NULL",
    "published_by_two": "UPDATE awards_ceremony SET requested_by_id = NULL",
    "recommendations_coherent": "UPDATE operations_recommendation SET state = 'answered' WHERE notified_at IS NOT NULL",
    "settlements_minuted": """
        UPDATE operations_recommendation SET state = 'lifted' WHERE notified_at IS NOT NULL;
        INSERT INTO operations_recommendationreply
                (recommendation_id, state, text, said_at, issuer, decided_on, source_id)
            SELECT id, 'lifted', '', now(), '', issued_on, source_id FROM operations_recommendation
            WHERE notified_at IS NOT NULL
    """,
    "reports_of_their_dossier": f"UPDATE expertise_expertreport SET dossier_id = ({AWARDED})",
    "communes_once": """
        INSERT INTO operations_operation_other_communes (operation_id, commune_id)
            SELECT id, lead_commune_id FROM operations_operation
    """,
    "figures_possible": """UPDATE operations_operation SET figures = '{"area_ha": "-1"}'""",
    "merged_once": """
        UPDATE people_organisation SET successor_id = (SELECT min(id::text)::uuid FROM people_organisation)
            WHERE id <> (SELECT min(id::text)::uuid FROM people_organisation)
    """,
    "scopes_follow_states": "UPDATE dossiers_dossierscope SET is_open = false",
    "seals_coherent": "UPDATE expertise_expertreport SET sha256 = ''",
    "stages_held_once": """
        INSERT INTO operations_stagehistory SELECT (jsonb_populate_record(h, jsonb_build_object('id', u))).*
            FROM operations_stagehistory h, gen_random_uuid() u WHERE source = 'award';
        INSERT INTO operations_stagehistory_phases (stagehistory_id, phase_id)
            SELECT h.id, p.phase_id FROM operations_stagehistory h, operations_stagehistory_phases p
            WHERE h.id <> p.stagehistory_id AND h.source = 'award'
    """,
    "schemes_hold": "UPDATE campaigns_stage SET requires_id = id WHERE rank = 2",
    "stages_of_the_campaign": """
        UPDATE dossiers_dossier SET stage_id = (
            SELECT id FROM campaigns_stage WHERE scheme_id = 'renove-2023' ORDER BY rank LIMIT 1
        )
    """,
    "supplements_of_versions_in_use": f"""
        {DRAFT_VERSION};
        INSERT INTO framework_localsupplement
                (id, commitment_id, county_id, guidance, questions, indicators, reason, state, created_at)
            SELECT gen_random_uuid(), id, '53', '', '', '[]', 'x', 'draft', now()
            FROM framework_commitment WHERE framework_id = 'autre'
    """,
    "synthesis_after_seals": "UPDATE expertise_expertreport SET state = 'draft', sealed_at = NULL, sha256 = ''",
    "teams_complete": "UPDATE expertise_assignment SET state = 'declined' WHERE part = 'second'",
    "teams_coordinated": "UPDATE expertise_assignment SET part = 'second'",
    "teams_led": "UPDATE operations_teammember SET role = 'reader'",
    "operations_merged_once": """
        UPDATE operations_operation o SET state = 'merged', state_since = now(), state_reason = 'x', merged_into_id = (
            SELECT p.id FROM operations_operation p WHERE p.id <> o.id LIMIT 1
        )
    """,
}
"""Fact → what breaks it. A fact without a line here has its own test below."""


@pytest.mark.parametrize("name", sorted(BREACHES))
def test_a_breach_is_told(played, name):
    sql(BREACHES[name])
    assert name in broken()
    with pytest.raises(CommandError):
        call_command("check_invariants", stdout=io.StringIO())


OWN_TESTS = {
    "certificates_intact": "tests/awards",
    "credentials_of_their_award": "a proof is made first",
    "files_are_stored": "tests/files",
    "grouped_messages_leave": "tests/notifications",
    "deposits_intact": "the trigger of the table refuses the change itself",
}


def test_each_fact_is_tried():
    tried = set(BREACHES) | set(OWN_TESTS)
    assert {name for name, _check in invariants.items()} == tried


def test_a_changed_deposit_is_told(played):
    sql(
        "ALTER TABLE dossiers_deposit DISABLE TRIGGER USER; "
        "UPDATE dossiers_deposit SET snapshot = '{}'; "
        "ALTER TABLE dossiers_deposit ENABLE TRIGGER USER"
    )
    assert "deposits_intact" in broken()


@pytest.mark.parametrize(
    ("name", "statement"),
    [
        (
            "minutes_intact",
            "UPDATE commissions_sitting SET minutes = 'Autre.', "
            "minutes_sha256 = encode(sha256('Autre.'::bytea), 'hex') WHERE state = 'minuted'",
        ),
        ("items_as_minuted", "UPDATE commissions_itemrecommendation SET text = 'Autre.'"),
        ("notified_as_decided", "UPDATE dossiers_dossier SET notified_at = NULL WHERE state = 'adjourned'"),
        ("notified_as_decided", "UPDATE dossiers_dossier SET notified_at = NULL WHERE state = 'awarded'"),
        ("directory_is_the_public_register", "UPDATE directory_directoryrow SET name = 'Autre'"),
        ("directory_is_the_public_register", "UPDATE directory_directoryrow SET stage = 1"),
        ("directory_is_the_public_register", "UPDATE directory_directorycounty SET points = ''"),
        (
            "journal_heads_on_chain",
            "INSERT INTO journal_head SELECT '2020-01-01', seq, hash, now(), '', '' FROM journal_entry WHERE seq = 1",
        ),
    ],
)
def test_a_careful_change_is_told_too(played, name, statement):
    sql(statement)
    assert name in broken()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE awards_certificate SET credential = credential || 'x'",
        "UPDATE awards_certificate SET credential = ''",
        """UPDATE awards_award SET frozen = frozen || '{"name": "Autre"}'""",
    ],
)
def test_a_credential_that_proves_something_else_is_told(played, statement):
    awards.issue_certificate(Award.objects.get().pk)
    assert broken() == set()
    sql(statement)
    assert "credentials_of_their_award" in broken()


@pytest.mark.parametrize("statement", ["UPDATE dossiers_deposit SET number = 2", "TRUNCATE dossiers_deposit CASCADE"])
def test_a_deposit_is_refused_any_change(played, statement):
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        sql(statement)


def test_messages_are_not_looked_at_by_name(played):
    """Erasing the outbox breaks no fact: it holds copies."""
    Message.objects.all().delete()
    assert broken() == set()
