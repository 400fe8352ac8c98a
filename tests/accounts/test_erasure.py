"""Erasing a person: acts stay, the name goes from everywhere, the journal still verifies."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from ecoquartier.accounts.queries import erased_breaches
from ecoquartier.accounts.services import erase
from ecoquartier.commissions import services as commissions
from ecoquartier.core import clock
from ecoquartier.core.errors import PermissionRefused, TransitionRefused
from ecoquartier.core.registry import invariants, personal_data
from ecoquartier.dossiers import services as dossiers
from ecoquartier.expertise import services as expertise
from ecoquartier.expertise.models import Assignment
from ecoquartier.journal.models import Entry, EntryDetail
from ecoquartier.journal.queries import lost_details, verify_chain
from ecoquartier.operations.models import Claim, TeamMember
from ecoquartier.people.models import User
from tests.support.client import StrictClient
from tests.support.erasure import EMAIL, NAME, OPERATOR, named, traces
from tests.support.world import fresh


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
    assert entry.data["namesakes"] == 0
    assert lost_details() == []


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


# --- The commands -------------------------------------------------------------------------------------------------


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


def test_the_command_says_that_others_bear_the_name(editor):
    User.objects.create_user("autre@example.org", NAME)
    warnings = io.StringIO()
    call_command("erase_person", EMAIL, confirm=EMAIL, stdout=io.StringIO(), stderr=warnings)
    assert "1 autre(s) personne(s) du même nom" in warnings.getvalue()


def test_the_command_says_why_not(world):
    with pytest.raises(CommandError, match="demandez d’abord la fin de ce rôle"):
        call_command("erase_person", world.bureau.email, confirm=world.bureau.email)
