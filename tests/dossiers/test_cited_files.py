"""The files of a deposit: which ones, kept for good, compared, opened by a completion (rules 3 and 5)."""

from datetime import date

import pytest
from django.db import Error, connection, transaction

from ecoquartier.core import clock
from ecoquartier.dossiers import services
from ecoquartier.dossiers.domain import cited_files, file_changes
from ecoquartier.dossiers.models import CitedFile, Dossier
from ecoquartier.dossiers.queries import last_deposit, missing_in, next_content, next_hash
from ecoquartier.dossiers.queries.snapshots import fields_of, removed_files
from ecoquartier.files.models import StoredFile
from ecoquartier.files.queries import orphans
from ecoquartier.operations.services.attachments import (
    add_document,
    add_photo,
    change_photo,
    move_photo,
    remove_document,
    remove_photo,
)
from tests.support.perimeters import move_perimeter
from tests.support.uploads import lodged

FILE = {"file": "1", "name": "a.jpg", "size": 9, "sha256": "ab", "alt": "Une cour", "credit": "Ville", "dated_on": None}


def files_of(deposit) -> dict:
    return deposit.snapshot["files"]


def add_a_photo(part, alt="Une place"):
    file = lodged(part.lead, "place.pdf")
    return add_photo(part.operation, actor=part.lead, file=file, alt=alt, credit="Ville")


def to_complete(world, dossier, *fields):
    asked = services.ask_completion(dossier, actor=world.correspondent, message="Préciser.", fields=list(fields))
    return Dossier.objects.get(pk=asked.pk)


def test_a_deposit_holds_what_is_said_of_its_files_and_their_hashes(world):
    part, dossier = world.submitted()
    photo, plan = part.operation.photos.get(), part.operation.documents.get()
    files = files_of(last_deposit(dossier))
    assert files["photos"] == [
        {
            "file": str(photo.file_id),
            "name": photo.file.name,
            "size": photo.file.size,
            "sha256": photo.file.sha256,
            "alt": photo.alt,
            "credit": photo.credit,
            "dated_on": None,
        }
    ]
    assert [(row["title"], row["kind"], row["sha256"]) for row in files["documents"]] == [
        (plan.title, "plan", plan.file.sha256)
    ]
    kept = CitedFile.objects.filter(deposit__dossier=dossier)
    assert {row.file_id for row in kept} == {photo.file_id, plan.file_id}


def test_photos_are_in_their_order_and_every_document_comes_with_the_plans(world):
    part, dossier = world.draft()
    move_photo(add_a_photo(part), actor=part.lead, is_up=True)
    study = lodged(part.lead, "etude.pdf")
    add_document(
        part.operation, actor=part.lead, file=study, title="Étude d’impact", kind="study", dated_on=date(2026, 1, 31)
    )
    files = files_of(last_deposit(world.play.deposit(part, dossier)))
    assert [row["alt"] for row in files["photos"]][0] == "Une place"
    assert [(row["title"], row["dated_on"]) for row in files["documents"]] == [
        ("Plan masse du projet", None),
        ("Étude d’impact", "2026-01-31"),
    ]


def test_a_stage_takes_the_files_that_it_asks_for_only(world):
    part, dossier = world.draft(rank=1)
    deposit = last_deposit(world.play.deposit(part, dossier))
    assert files_of(deposit) == {}
    assert not deposit.files.exists()
    assert not [path for path, _label in fields_of(deposit, ()) if path.startswith("files.")]


def test_a_file_of_a_deposit_is_kept_when_the_operation_shows_it_no_more(world):
    part, dossier = world.submitted()
    shown, listed = part.operation.photos.get(), part.operation.documents.get()
    never = add_a_photo(part)
    for photo in (shown, never):
        remove_photo(photo, actor=part.lead)
    assert removed_files(last_deposit(dossier)) == {str(shown.file_id)}
    remove_document(listed, actor=part.lead)
    assert removed_files(last_deposit(dossier)) == {str(shown.file_id), str(listed.file_id)}
    assert list(orphans(clock.now())) == [never.file]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE dossiers_citedfile SET file_id = file_id",
        "DELETE FROM dossiers_citedfile",
        "TRUNCATE dossiers_citedfile",
    ],
)
def test_nobody_changes_which_files_a_deposit_holds(world, statement):
    world.submitted()
    with pytest.raises(Error, match="immutable"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; {statement}")
    assert CitedFile.objects.count() == 2


def test_a_file_that_a_deposit_holds_is_not_deleted(world):
    part, dossier = world.submitted()
    file = part.operation.photos.get().file
    remove_photo(part.operation.photos.get(), actor=part.lead)
    with pytest.raises(Error):
        StoredFile.objects.filter(pk=file.pk).delete()
    assert str(file.pk) in cited_files(last_deposit(dossier).snapshot)


def test_the_agreement_is_on_the_files_too(world):
    part, dossier = world.draft()
    town = part.operation.collectivites.get()
    services.agree(dossier, actor=part.elected, organisation=town, sha256=next_hash(dossier))
    change_photo(part.operation.photos.get(), actor=part.lead, alt="La halle", credit="Ville")
    assert not dossier.agreements.filter(content_sha256=next_hash(dossier)).exists()


# A completion


def test_only_an_opened_field_takes_the_new_files(world):
    part, dossier = world.submitted()
    dossier = to_complete(world, dossier, "files.documents")
    add_a_photo(part)
    before = files_of(last_deposit(dossier))
    plan = lodged(part.lead, "plan-2.pdf")
    add_document(part.operation, actor=part.lead, file=plan, title="Plan des réseaux", kind="plan")
    second = last_deposit(world.play.deposit(part, dossier))
    assert files_of(second)["photos"] == before["photos"]
    assert len(files_of(second)["documents"]) == 2
    assert {str(pk) for pk in second.files.values_list("file", flat=True)} == set(cited_files(second.snapshot))


def test_the_deposit_after_keeps_a_file_taken_away_that_nobody_asked_to_change(world):
    part, dossier = world.submitted()
    photo = part.operation.photos.get()
    dossier = to_complete(world, dossier, "answers.2")
    remove_photo(photo, actor=part.lead)
    assert missing_in(dossier) == []
    second = last_deposit(world.play.deposit(part, dossier))
    assert second.number == 2
    assert [row["file"] for row in files_of(second)["photos"]] == [str(photo.file_id)]


@pytest.mark.parametrize(
    ("field", "section"),
    [("files.photos", "photos"), ("files.documents", "plans")],
)
def test_an_opened_field_is_asked_for_when_nothing_is_left_of_it(world, field, section):
    part, dossier = world.submitted()
    dossier = to_complete(world, dossier, field)
    remove_photo(part.operation.photos.get(), actor=part.lead)
    remove_document(part.operation.documents.get(), actor=part.lead)
    assert [lack.section for lack in missing_in(dossier)] == [section]


def test_an_opened_perimeter_is_that_of_now(world):
    part, dossier = world.submitted()
    dossier = to_complete(world, dossier, "operation.perimeter")
    before = last_deposit(dossier).snapshot["operation"]["perimeter"]
    move_perimeter(part, times=2)
    after = next_content(dossier)["operation"]["perimeter"]
    assert after != before
    assert next_content(dossier)["files"] == files_of(last_deposit(dossier))


def test_a_completion_may_open_the_perimeter_the_photos_and_the_documents(world):
    _part, dossier = world.submitted()
    paths = dict(fields_of(last_deposit(dossier), ()))
    assert paths["files.photos"] == "Photos"
    assert paths["files.documents"] == "Plans et documents"
    assert paths["operation.perimeter"] == "Périmètre"


# Two deposits compared


def other(**said) -> dict:
    return {**FILE, **said}


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ([], [FILE], [(None, FILE)]),
        ([FILE], [], [(FILE, None)]),
        ([FILE], [FILE], []),
        ([FILE], [other(credit="A. Martin")], [(FILE, other(credit="A. Martin"))]),
        ([FILE], [other(file="2", sha256="cd")], [(FILE, other(file="2", sha256="cd"))]),
        ([FILE], [other(file="2", alt="Une rue")], [(None, other(file="2", alt="Une rue")), (FILE, None)]),
        ([FILE, other(file="2", alt="B")], [other(file="2", alt="B"), FILE], []),
    ],
    ids=["added", "removed", "same", "described otherwise", "replaced", "another", "order"],
)
def test_files_that_came_went_or_changed(before, after, found):
    assert file_changes(before, after) == found
