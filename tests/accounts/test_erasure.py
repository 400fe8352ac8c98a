"""Erasing a person: acts stay, the name goes from everywhere, the journal still verifies."""

import base64
import io
import json
from datetime import date

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection

from ecoquartier.accounts.queries import erased_breaches
from ecoquartier.accounts.services import erase, export_data
from ecoquartier.commissions import services as commissions
from ecoquartier.core import clock
from ecoquartier.core.errors import PermissionRefused, TransitionRefused
from ecoquartier.core.registry import invariants, personal_data
from ecoquartier.dossiers import services as dossiers
from ecoquartier.expertise import services as expertise
from ecoquartier.expertise.models import Assignment
from ecoquartier.journal.models import Entry, EntryDetail
from ecoquartier.journal.queries import verify_chain
from ecoquartier.journal.services.heads import sign_head
from ecoquartier.operations import services as operations
from ecoquartier.operations.models import Claim, Operation, TeamMember
from ecoquartier.people.models import User
from ecoquartier.workflow.engine import Job
from tests.support.client import StrictClient
from tests.support.world import fresh

NAME, EMAIL = "Zénobie Quéré-d’Astorg", "zenobie.quere@ville-exemple.fr"
OPERATOR = Job("erase_person")


def named(user):
    """The person, under a name that nothing else contains."""
    User.objects.filter(pk=user.pk).update(full_name=NAME, email=EMAIL)
    return fresh(user)


def dump():
    """Every row of every table, as text: what a copy of the whole database would hold."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for table in tables:
            with cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
                found[table] = b"".join(bytes(block) for block in rows).decode()
    found["decoded sessions"] = json.dumps([s.get_decoded() for s in Session.objects.all()])
    cached = [line.split("\t")[1] for line in found["cache_entry"].splitlines()]
    found["decoded cache"] = "".join(base64.b64decode(value).decode("latin-1") for value in cached)
    return found


def traces(*words):
    """Tables where one of the words is written: as text, escaped in JSON, or as bytes in hexadecimal."""
    forms = set()
    for word in words:
        for form in (word, word.lower(), json.dumps(word)[1:-1], word.encode("latin-1", "replace").decode("latin-1")):
            forms |= {form, form.encode().hex(), form.encode().decode("latin-1")}
    # COPY doubles the backslashes of JSON.
    forms |= {form.replace("\\", "\\\\") for form in forms}
    return sorted(
        table for table, text in dump().items() if any(form in text or form in text.lower() for form in forms)
    )


@pytest.fixture
def editor(world):
    """Somebody who did a little of everything on an operation, and leaves."""
    part, dossier = world.draft()
    person = named(User.objects.create_user("z@example.org", "Z"))
    TeamMember.objects.create(operation=part.operation, user=person, role="lead")
    client = StrictClient()
    client.force_login(person)
    client.get("/espace/")
    free = operations.add_operation(name="Libre", lead_commune=world.commune)
    organisation = part.operation.holder
    person.memberships.create(organisation=organisation, title="Directrice", started_on=date(2024, 1, 1))
    claim = operations.claim(free, actor=fresh(person), organisation=organisation)
    operations.refuse_claim(claim, actor=world.correspondent, reason=f"{NAME} n’est pas mandatée, {EMAIL}.")
    provisional = operations.add_operation(name="Libre aussi", lead_commune=world.commune)
    operations.claim(provisional, actor=fresh(person), organisation=organisation)
    deposited = world.play.deposit(part, dossier)
    dossiers.admit(deposited, actor=world.correspondent, opinion=f"Vu avec {NAME}.")
    sign_head()
    return fresh(person)


def test_the_person_was_everywhere(editor):
    assert set(traces(NAME, EMAIL)) == {
        "people_user",
        "journal_entrydetail",
        "notifications_message",
        "operations_claim",
        "dossiers_admissibility",
    }


def test_an_erased_person_is_nowhere(editor):
    erase(editor, actor=editor)
    assert traces(NAME, EMAIL) == []
    assert verify_chain().intact


def test_the_acts_stay_under_another_name(editor, world):
    written = Entry.objects.filter(actor=str(editor.pk)).count()
    erase(editor, actor=OPERATOR)
    gone = fresh(editor)
    assert (gone.full_name, gone.is_active, gone.has_usable_password()) == ("Personne effacée", False, False)
    assert gone.email == f"{gone.pk}@effacee.invalid"
    assert Entry.objects.filter(actor=str(editor.pk)).count() == written
    assert set(Claim.objects.filter(user=gone).values_list("state", "reason")) == {("refused", "")}
    membership = gone.memberships.get()
    assert (membership.title, membership.ended_on) == ("", clock.today())
    assert not TeamMember.objects.filter(user=gone).exists()
    assert erased_breaches() == []


def test_it_writes_one_entry_that_names_nobody(editor):
    before = Entry.objects.count()
    erase(editor, actor=OPERATOR)
    entry = Entry.objects.get(seq__gt=before)
    assert (entry.event, entry.object_id, entry.actor) == ("person.erased", str(editor.pk), "system:erase_person")
    assert not EntryDetail.objects.filter(entry=entry).exists()
    assert entry.data["rows"]["people.User"] == 1
    assert entry.data["rows"]["sessions.Session"] == 1


def test_the_facts_between_tables_still_hold(editor):
    erase(editor, actor=OPERATOR)
    assert [breach for _name, check in invariants.items() for breach in check()] == []


def test_an_open_session_opens_nothing_more(editor):
    client = StrictClient()
    client.force_login(editor)
    assert client.get("/espace/").status_code == 200
    erase(editor, actor=editor)
    assert client.get("/espace/").status_code == 302


def test_nobody_erases_somebody_else(editor, world):
    with pytest.raises(PermissionRefused):
        erase(editor, actor=world.bureau)
    assert fresh(editor).full_name == NAME


def test_nobody_is_erased_twice(editor):
    erase(editor, actor=OPERATOR)
    with pytest.raises(TransitionRefused, match="déjà effacée"):
        erase(editor, actor=OPERATOR)


def test_a_failure_erases_nothing(editor, monkeypatch):
    def fails(person):
        raise RuntimeError("the disk is full")

    before = Entry.objects.count()
    last = dict(personal_data.items())["sessions.Session"]
    monkeypatch.setitem(personal_data._entries, "sessions.Session", type(last)(**{**vars(last), "erase": fails}))
    with pytest.raises(RuntimeError):
        erase(editor, actor=OPERATOR)
    assert (fresh(editor).full_name, Entry.objects.count()) == (NAME, before)


# --- Official duties ----------------------------------------------------------------------------------------------


def refused(person):
    with pytest.raises(TransitionRefused) as refusal:
        erase(person, actor=OPERATOR)
    assert refusal.value.code == "has_no_running_duty"
    return refusal.value.message


def test_a_role_in_force_refuses(world):
    correspondent = world.correspondent
    assert "correspondant ville durable" in refused(correspondent)
    correspondent.grants.update(starts_on="2019-01-01", ends_on="2020-01-01")
    erase(correspondent, actor=OPERATOR)


def test_a_seat_refuses(world):
    commission = world.cast.commission(world.commune.county.region)
    seat = commission.seats.filter(part="member").first()
    person = seat.holder
    assert str(commission) in refused(person)
    seat.holder = None
    seat.save()
    erase(person, actor=OPERATOR)


def test_the_only_lead_of_an_open_candidature_is_refused(world):
    part, dossier = world.draft()
    assert part.operation.name in refused(part.lead)
    dossiers.withdraw(dossier, actor=fresh(part.lead))
    erase(part.lead, actor=OPERATOR)


def test_an_expert_at_work_is_refused(world):
    _part, dossier = world.under_expertise()
    assignment = Assignment.objects.filter(dossier=dossier, part="second").get()
    assignment.expert.grants.update(starts_on="2019-01-01", ends_on="2020-01-01")
    assert "Vous expertisez" in refused(fresh(assignment.expert))
    expertise.stand_down(assignment, actor=world.bureau, reason="Départ.")
    erase(fresh(assignment.expert), actor=OPERATOR)
    assert Assignment.objects.get(pk=assignment.pk).reason == ""


def test_a_former_member_leaves_signed_minutes_untouched(world):
    """Minutes say which seat withdrew, not who: they keep their words and their hash."""
    _part, dossier = world.assessed()
    commission = world.cast.commission(world.commune.county.region)
    seat = commission.seats.filter(part="member").first()
    person = named(seat.holder)
    sitting = world.play.plan(commission, [dossier], clock.today())
    commissions.declare(sitting.items.get(), actor=person, is_recused=True, reason=f"Conjointe de {NAME}.")
    world.play.decide(world.play.open_sitting(sitting), {dossier.pk: "propose"})
    sitting.refresh_from_db()
    words = sitting.minutes
    assert f"{seat} s’est retiré(e)" in words
    seat.holder = None
    seat.save()
    erase(fresh(person), actor=OPERATOR)
    sitting.refresh_from_db()
    assert sitting.minutes == words
    assert traces(NAME, EMAIL) == []
    assert [breach for _name, check in invariants.items() for breach in check()] == []


# --- Giving back --------------------------------------------------------------------------------------------------


def test_the_export_holds_what_was_done(editor):
    found = export_data(editor)
    assert found["people.User"] == [
        {
            "email": EMAIL,
            "full_name": NAME,
            "is_active": True,
            "created_at": found["people.User"][0]["created_at"],
            "last_login": found["people.User"][0]["last_login"],
        }
    ]
    assert {row["operation__name"] for row in found["operations.Claim"]} == {"Libre", "Libre aussi"}
    assert [row["event"] for row in found["journal.Entry"]] == ["claim.made", "claim.made"]
    assert "dossiers.Deposit" not in found
    json.dumps(found)


def test_the_export_is_of_one_person(editor, world):
    text = json.dumps(export_data(world.bureau), ensure_ascii=False)
    assert NAME not in text
    assert world.bureau.email in text


def test_the_commands(editor, monkeypatch):
    out = io.StringIO()
    call_command("export_person", EMAIL.upper(), stdout=out)
    assert json.loads(out.getvalue())["people.User"][0]["email"] == EMAIL
    for name in ("export_person", "erase_person"):
        with pytest.raises(CommandError, match="Aucun compte"):
            call_command(name, "absent@example.org")
    monkeypatch.setattr("builtins.input", lambda question: "other@example.org")
    with pytest.raises(CommandError, match="rien n’est effacé"):
        call_command("erase_person", EMAIL)
    out = io.StringIO()
    call_command("erase_person", EMAIL, confirm=EMAIL, stdout=out)
    assert out.getvalue() == f"{editor.pk} erased\n"


def test_the_command_says_why_not(world):
    with pytest.raises(CommandError, match="demandez d’abord la fin de ce rôle"):
        call_command("erase_person", world.bureau.email, confirm=world.bureau.email)


# --- The registrations --------------------------------------------------------------------------------------------


def test_each_key_to_a_person_is_registered():
    registered = {(held.model, held.person) for _key, held in personal_data.items()}
    missing = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is User
        if (model._meta.label, field.name) not in registered
    ]
    assert missing == []


@pytest.mark.parametrize("key", [key for key, _held in personal_data.items()])
def test_each_registration_can_be_obeyed(db, key):
    held = dict(personal_data.items())[key]
    model = apps.get_model(held.model)
    if held.person:
        list(model._base_manager.filter(**{held.person: User().pk}).values(*held.fields))
    assert {*held.replaced, *held.words} <= {field.name for field in model._meta.concrete_fields}
    assert held.holds
    assert held.retention
    assert not Operation.objects.exists()
