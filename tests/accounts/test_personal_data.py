"""What the tables say that they hold of people: nothing is forgotten, and each registration can be obeyed."""

import pytest
from django.apps import apps
from django.db import models

from ecoquartier.core.registry import personal_data
from ecoquartier.operations.models import Operation
from ecoquartier.people.models import User


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
    "directory.DirectoryCounty.code",
    "directory.DirectoryCounty.traits",
    "directory.DirectoryRow.commune",
    "directory.DirectoryRow.commune_code",
    "directory.DirectoryRow.county",
    "directory.DirectoryRow.county_name",
    "directory.DirectoryRow.other_communes",
    "directory.DirectoryRow.region",
    "directory.DirectoryRow.region_name",
    "directory.DirectoryRow.slug",
    "directory.DirectoryRow.sort_key",
    "directory.DirectoryRow.stage_name",
    "directory.DirectoryRow.stages",
    "directory.DirectoryRow.state",
    "directory.DirectoryRow.strong_points",
    "directory.DirectoryRow.types",
    "directory.DirectoryRow.vocations",
    "dossiers.Agreement.content_sha256",
    "dossiers.CompletionRequest.fields",
    "dossiers.Deposit.sha256",
    "expertise.ExpertReport.sha256",
    "expertise.ReportMark.appreciation",
    "files.StoredFile.media_type",
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
    "accounts.Invitation.place",
    "accounts.Invitation.place_role",
    "operations.CharterSignature.source",
    "operations.LegacyFact.source",
    "operations.Operation.approaches",
    "operations.Operation.figures",
    "operations.Operation.procedures",
    "operations.Operation.source",
    "operations.Operation.state_programmes",
    "operations.Operation.strategies",
    "operations.Operation.strong_points",
    "operations.Operation.types",
    "operations.Operation.vocations",
    "operations.Perimeter.drawing",
    "operations.Perimeter.geometry",
    "operations.SheetChange.field",
    "operations.StageHistory.name",
    "operations.StageHistory.scheme_title",
    "operations.StageHistory.source",
    "operations.Term.code",
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
