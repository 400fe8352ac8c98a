"""Erasing a person: acts stay, the name goes from everywhere, the journal still verifies."""

import base64
import io
import json
import zipfile
from datetime import date

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection, models

from ecoquartier.accounts.queries import erased_breaches
from ecoquartier.accounts.services import erase, export_data
from ecoquartier.commissions import services as commissions
from ecoquartier.commissions.models import AgendaItem, Sitting
from ecoquartier.core import clock
from ecoquartier.core.errors import PermissionRefused, TransitionRefused
from ecoquartier.core.registry import invariants, personal_data
from ecoquartier.directory.services import rebuild
from ecoquartier.dossiers import services as dossiers
from ecoquartier.dossiers.models import Admissibility
from ecoquartier.expertise import services as expertise
from ecoquartier.expertise.models import Assignment, ExpertReport, ReportMark
from ecoquartier.journal.models import Entry, EntryDetail
from ecoquartier.journal.queries import lost_details, verify_chain
from ecoquartier.journal.services.heads import sign_head
from ecoquartier.notebooks.models import CommitmentAnswer
from ecoquartier.notifications.models import Bounce, Message, Wording
from ecoquartier.operations import services as operations
from ecoquartier.operations.models import Claim, Operation, Recommendation, TeamMember
from ecoquartier.people.domain import without
from ecoquartier.people.models import Organisation, User
from ecoquartier.people.queries import naming
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


def test_the_command_writes_the_same_archive_as_the_page(editor, tmp_path):
    out, target = io.StringIO(), tmp_path / "copie.zip"
    call_command("export_person", EMAIL, zip=target, stdout=out)
    assert EMAIL in zipfile.ZipFile(target).read("donnees.json").decode()
    assert str(target) in out.getvalue()
    with pytest.raises(FileExistsError):
        call_command("export_person", EMAIL, zip=target)


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


# --- What others wrote --------------------------------------------------------------------------------------------

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("Vu Jean Martin.", "Vu personne effacée."),
        ("Vu JEAN  martin, Martin Jean", "Vu personne effacée, personne effacée"),
        (f"l’avis de Jean{NBSP}Martin", "l’avis de personne effacée"),
        ("Jean Martinez, Dujean Martin", "Jean Martinez, Dujean Martin"),
        ("Jean Martin-Dupont, Anne-Jean Martin", "Jean Martin-Dupont, Anne-Jean Martin"),
        ("<j.martin@ville.fr>, J.Martin@ville.fr.", "<personne effacée>, personne effacée."),
        ("aj.martin@ville.fr, j.martin@ville.fr.org", "aj.martin@ville.fr, j.martin@ville.fr.org"),
        ("Jean et Martin", "Jean et Martin"),
    ],
)
def test_a_name_is_a_whole_name_and_an_address_a_whole_address(db, written, left):
    person = User.objects.create_user("j.martin@ville.fr", "Jean Martin")
    assert without(naming(person), {"text": [written]}) == {"text": [left]}


@pytest.mark.parametrize(
    ("name", "written", "left"),
    [
        ("Rose", "La ville rose de Rose", "La ville rose de Rose"),
        ("Zoé L’Hôte", "ZOÉ L'HÔTE", "personne effacée"),
        ("Jean de La Tour", "de La Tour Jean", "personne effacée"),
    ],
)
def test_names_are_written_in_several_ways(db, name, written, left):
    assert without(naming(User.objects.create_user("z@ville.fr", name)), written) == left


def test_a_text_that_may_name_a_namesake_is_left_alone_but_for_the_address(editor, world):
    other = User.objects.create_user("autre@example.org", NAME.upper())
    opinion = Admissibility.objects.get()
    detail = EntryDetail.objects.get(entry__event="dossier.admitted")
    erase(editor, actor=OPERATOR)
    opinion.refresh_from_db()
    assert opinion.opinion == f"Vu avec {NAME}."
    assert EntryDetail.objects.get(pk=detail.pk).content == detail.content
    assert EMAIL not in json.dumps([d.content for d in EntryDetail.objects.all()])
    assert Entry.objects.latest("seq").data["namesakes"] == 1
    assert fresh(other).full_name == NAME.upper()
    assert verify_chain().intact


def test_the_words_of_another_in_the_journal_are_kept_without_the_name(editor):
    detail = EntryDetail.objects.get(entry__event="dossier.admitted")
    erase(editor, actor=OPERATOR)
    left = EntryDetail.objects.get(pk=detail.pk)
    assert left.content == {"opinion": "Vu avec personne effacée."}
    assert left.salt != detail.salt
    assert lost_details() == []
    assert verify_chain().intact


def test_every_living_text_loses_the_name(editor, world):
    operation = Operation.objects.get(dossiers__isnull=False)
    told = f"Contact : {NAME}, {EMAIL}."
    Operation.objects.filter(pk=operation.pk).update(description=told)
    CommitmentAnswer.objects.filter(notebook__operation=operation).update(text=told)
    Organisation.objects.filter(pk=operation.holder_id).update(name=f"SCI {NAME}")
    Recommendation.objects.create(
        operation=operation, text=told, issued_on=clock.today(), issuer="Commission", source_id=operation.pk
    )
    Wording.objects.create(key="x", number=1, subject=NAME, body=told, written_by=world.bureau)
    Bounce.objects.create(user=world.bureau, address=world.bureau.email, reason=told)
    Message.objects.exclude(recipient=editor).update(error=f"{NAME} {'x' * 260}")
    rebuild([operation.pk])
    erase(editor, actor=OPERATOR)
    assert traces(NAME, EMAIL) == []
    assert "directory_is_the_public_register" not in {name for name, check in invariants.items() if check()}


def test_a_replacement_longer_than_its_column_is_cut(db):
    person = User.objects.create_user("z@ville.fr", "Li Wu")
    other = User.objects.create_user("autre@ville.fr", "Autre")
    bounce = Bounce.objects.create(user=other, address=other.email, reason="Li Wu " * 50)
    erase(person, actor=OPERATOR)
    bounce.refresh_from_db()
    assert len(bounce.reason) == 300
    assert "Li Wu" not in bounce.reason


def test_a_sealed_report_keeps_its_words_and_a_draft_loses_the_name(editor, world):
    _part, dossier = world.assessed()
    sealed, draft = ExpertReport.objects.filter(dossier=dossier)
    ExpertReport.objects.update(opinion=f"Vu {NAME}.")
    ReportMark.objects.update(comment=f"Dit par {NAME}.")
    ExpertReport.objects.filter(pk=draft.pk).update(state="draft", sealed_at=None, sha256="")
    erase(editor, actor=OPERATOR)
    sealed.refresh_from_db()
    draft.refresh_from_db()
    assert (sealed.opinion, draft.opinion) == (f"Vu {NAME}.", "Vu personne effacée.")
    assert {mark.comment for mark in sealed.marks.all()} == {f"Dit par {NAME}."}
    assert {mark.comment for mark in draft.marks.all()} == {"Dit par personne effacée."}


def test_signed_minutes_and_their_items_keep_their_words(editor, world):
    world.decided("adjourn")
    item = AgendaItem.objects.get(outcome="adjourn")
    Sitting.objects.filter(pk=item.sitting_id).update(place=f"Chez {NAME}")
    AgendaItem.objects.filter(pk=item.pk).update(reasons=f"Entendu {NAME}.")
    other = AgendaItem.objects.create(
        sitting=Sitting.objects.create(
            commission=item.sitting.commission, campaign=item.sitting.campaign, held_on=clock.today()
        ),
        dossier=item.dossier,
        position=1,
        reasons=f"Entendu {NAME}.",
    )
    erase(editor, actor=OPERATOR)
    assert AgendaItem.objects.get(pk=item.pk).reasons == f"Entendu {NAME}."
    assert AgendaItem.objects.get(pk=other.pk).reasons == "Entendu personne effacée."
    assert Sitting.objects.get(pk=item.sitting_id).place == "Chez personne effacée"


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


# What the platform writes by itself, or loads from official lists: nobody writes a sentence there.
REFERENCE = {"auth", "contenttypes", "procrastinate", "territories", "framework", "campaigns"}
WRITTEN_BY_CODE = {
    "accounts.CalendarLink.secret_hash",
    "accounts.Invitation.secret_hash",
    "awards.Award.code",
    "awards.Certificate.sha256",
    "commissions.Sitting.minutes_sha256",
    "directory.DirectoryRow.commune",
    "directory.DirectoryRow.county",
    "directory.DirectoryRow.county_name",
    "directory.DirectoryRow.region",
    "directory.DirectoryRow.region_name",
    "directory.DirectoryRow.slug",
    "directory.DirectoryRow.sort_key",
    "directory.DirectoryRow.stage_name",
    "directory.DirectoryRow.stages",
    "directory.DirectoryRow.types",
    "dossiers.Agreement.content_sha256",
    "dossiers.CompletionRequest.fields",
    "dossiers.Deposit.sha256",
    "expertise.ExpertReport.sha256",
    "expertise.ReportMark.appreciation",
    "journal.Entry.about_id",
    "journal.Entry.actor",
    "journal.Entry.data",
    "journal.Entry.detail_digest",
    "journal.Entry.event",
    "journal.Entry.hash",
    "journal.Entry.object_id",
    "journal.Entry.object_type",
    "journal.Entry.previous",
    "journal.EntryDetail.salt",
    "journal.Head.hash",
    "journal.Head.kid",
    "journal.Head.signature",
    "notifications.Letter.audience",
    "notifications.Letter.group",
    "notifications.Message.key",
    "notifications.Message.object_id",
    "notifications.Message.object_type",
    "notifications.Message.once",
    "notifications.ReminderSchedule.days",
    "notifications.Wording.key",
    "operations.CharterSignature.source",
    "operations.LegacyFact.source",
    "operations.Operation.source",
    "operations.Operation.types",
    "operations.StageHistory.name",
    "operations.StageHistory.scheme_title",
    "operations.StageHistory.source",
    "people.Installation.personas",
    "people.Organisation.siren",
    # The provider is in the settings: its table stays empty.
    "socialaccount.SocialApp.client_id",
    "socialaccount.SocialApp.key",
    "socialaccount.SocialApp.name",
    "socialaccount.SocialApp.provider",
    "socialaccount.SocialApp.provider_id",
    "socialaccount.SocialApp.secret",
    "socialaccount.SocialApp.settings",
}
# The row goes with the person whose own address or session it is.
OF_ITS_PERSON = {
    "account.EmailAddress.email",
    "account.EmailConfirmation.key",
    "mfa.Authenticator.data",
    "socialaccount.SocialAccount.extra_data",
    "socialaccount.SocialAccount.provider",
    "socialaccount.SocialAccount.uid",
    "socialaccount.SocialToken.token",
    "socialaccount.SocialToken.token_secret",
    "notifications.Bounce.address",
    "notifications.Message.address",
    "usersessions.UserSession.data",
    "usersessions.UserSession.session_key",
    "usersessions.UserSession.user_agent",
}
TEXTS = (models.CharField, models.TextField, models.JSONField, models.BinaryField)


def test_each_text_is_erased_or_declared_kept():
    """A new text field is written somewhere: in the words that lose names, among the kept, or here as no sentence."""
    covered = {
        f"{held.model}.{column}"
        for _key, held in personal_data.items()
        for column in (*held.words, *held.kept, *held.replaced)
    }
    by_function = {held.model for _key, held in personal_data.items() if held.erase}
    texts = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in REFERENCE and model._meta.label not in by_function
        for field in model._meta.concrete_fields
        if isinstance(field, TEXTS) and not field.choices
    }
    assert texts - covered - WRITTEN_BY_CODE - OF_ITS_PERSON == set()


@pytest.mark.parametrize("key", [key for key, _held in personal_data.items()])
def test_each_registration_can_be_obeyed(db, key):
    held = dict(personal_data.items())[key]
    model = apps.get_model(held.model)
    if held.person:
        list(model._base_manager.filter(**{held.person: User().pk}).values(*held.fields))
    list(model._base_manager.exclude(**held.frozen))
    assert all(str(reason) for reason in held.kept.values())
    assert {*held.replaced, *held.words, *held.kept} <= {field.name for field in model._meta.concrete_fields}
    assert held.holds
    assert held.retention
    assert not Operation.objects.exists()
