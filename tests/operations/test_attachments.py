"""Acts on photos and documents: their order, their limits, who may, what the journal keeps, what erasure replaces."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from ecoquartier.accounts.services import erase
from ecoquartier.core import clock
from ecoquartier.core.errors import PermissionRefused, TransitionRefused
from ecoquartier.journal.models import Entry
from ecoquartier.operations.models import Document, Photo
from ecoquartier.operations.services import attachments
from ecoquartier.operations.services.attachments import (
    add_document,
    add_photo,
    change_document,
    change_photo,
    move_photo,
    remove_document,
    remove_photo,
)
from ecoquartier.people.models import User
from tests.support.dates import dated
from tests.support.uploads import pdf, stored

WORDS = {"alt": "Une cour", "credit": "Ville"}
SAID = {"title": "Plan masse", "kind": "plan"}


@pytest.fixture
def part(world):
    """An operation and its team."""
    return world.part(filled=False)


def shown(part, **said) -> Photo:
    return add_photo(part.operation, actor=part.lead, file=stored(part.lead), **{**WORDS, **said})


def listed(part, **said) -> Document:
    file = stored(part.lead, "plan.pdf", pdf())
    return add_document(part.operation, actor=part.lead, file=file, **{**SAID, **said})


def order(part) -> list[str]:
    photos = [*part.operation.photos.all()]
    assert [photo.rank for photo in photos] == [*range(1, len(photos) + 1)]
    return [photo.alt for photo in photos]


def test_photos_come_one_after_the_other(part):
    for alt in ("A", "B", "C"):
        shown(part, alt=alt)
    assert order(part) == ["A", "B", "C"]


def test_photos_change_places(part):
    a, _b, c = (shown(part, alt=alt) for alt in ("A", "B", "C"))
    move_photo(c, actor=part.lead, is_up=True)
    assert order(part) == ["A", "C", "B"]
    move_photo(a, actor=part.lead, is_up=False)
    assert order(part) == ["C", "A", "B"]


def test_at_an_end_nothing_moves(part):
    a, b = (shown(part, alt=alt) for alt in ("A", "B"))
    move_photo(a, actor=part.lead, is_up=True)
    move_photo(b, actor=part.lead, is_up=False)
    assert order(part) == ["A", "B"]


def test_a_photo_that_goes_leaves_no_hole(part):
    _a, b, _c = (shown(part, alt=alt) for alt in ("A", "B", "C"))
    remove_photo(b, actor=part.lead)
    assert order(part) == ["A", "C"]
    shown(part, alt="D")
    assert order(part) == ["A", "C", "D"]


def test_the_same_image_is_shown_once(part):
    first = shown(part)
    with pytest.raises(TransitionRefused, match="déjà parmi"):
        add_photo(part.operation, actor=part.lead, file=first.file, **WORDS)
    second = listed(part)
    with pytest.raises(TransitionRefused, match="déjà parmi"):
        add_document(part.operation, actor=part.lead, file=second.file, **SAID)


def test_there_is_room_for_a_few_only(part, monkeypatch):
    monkeypatch.setattr(attachments, "MAX_PHOTOS", 2)
    monkeypatch.setattr(attachments, "MAX_DOCUMENTS", 2)
    for add in (shown, listed):
        add(part)
        add(part)
        with pytest.raises(TransitionRefused, match="déjà 2"):
            add(part)


@pytest.mark.parametrize(
    "wrong",
    [
        {"alt": ""},
        {"credit": ""},
        {"alt": "x" * 301},
        {"credit": "x" * 121},
        {"taken_on": timedelta(days=1)},
    ],
)
def test_what_is_said_of_a_photo_is_checked(part, wrong):
    photo = shown(part)
    wrong = dated(wrong)
    for act in (lambda: shown(part, **wrong), lambda: change_photo(photo, actor=part.lead, **{**WORDS, **wrong})):
        with pytest.raises(ValidationError) as refused:
            act()
        assert set(refused.value.message_dict) == set(wrong)
    photo.refresh_from_db()
    assert photo.alt == WORDS["alt"]
    assert Photo.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"kind": ""}, {"kind": "virus"}, {"dated_on": timedelta(days=1)}],
)
def test_what_is_said_of_a_document_is_checked(part, wrong):
    document = listed(part)
    wrong = dated(wrong)
    for act in (lambda: listed(part, **wrong), lambda: change_document(document, actor=part.lead, **{**SAID, **wrong})):
        with pytest.raises(ValidationError) as refused:
            act()
        assert set(refused.value.message_dict) == set(wrong)
    assert Document.objects.count() == 1


def test_what_is_said_changes(part):
    photo, document = shown(part), listed(part)
    change_photo(photo, actor=part.lead, alt="Une rue", credit="A. Martin", taken_on=date(2026, 6, 21))
    change_document(document, actor=part.lead, title="Convention", kind="agreement", dated_on=clock.today())
    photo.refresh_from_db()
    document.refresh_from_db()
    assert (photo.alt, photo.credit, photo.taken_on) == ("Une rue", "A. Martin", date(2026, 6, 21))
    assert (document.title, document.kind, document.dated_on) == ("Convention", "agreement", clock.today())


def test_every_act_is_in_the_journal_under_the_operation(part):
    photo, document = shown(part), listed(part)
    change_photo(photo, actor=part.lead, **WORDS)
    move_photo(photo, actor=part.lead, is_up=True)
    remove_photo(photo, actor=part.lead)
    change_document(document, actor=part.lead, **SAID)
    remove_document(document, actor=part.lead)
    written = Entry.objects.filter(event__regex="^(photo|document)\\.").order_by("seq")
    assert [entry.event for entry in written] == [
        "photo.added",
        "document.added",
        "photo.changed",
        "photo.moved",
        "photo.removed",
        "document.changed",
        "document.removed",
    ]
    assert {entry.about_id for entry in written} == {str(part.operation.pk)}
    assert {entry.object_id for entry in written} == {str(photo.pk), str(document.pk)}
    assert written[0].data == {"file": str(photo.file_id), "sha256": photo.file.sha256}
    assert not Photo.objects.exists()
    assert not Document.objects.exists()


def test_only_writers_of_the_team_act(part, world):
    photo, document = shown(part), listed(part)
    for actor in (part.elected, world.correspondent, world.bureau, User.objects.create_user("x@example.org", "X")):
        for act in (
            lambda actor=actor: add_photo(part.operation, actor=actor, file=stored(actor), **WORDS),
            lambda actor=actor: change_photo(photo, actor=actor, **WORDS),
            lambda actor=actor: move_photo(photo, actor=actor, is_up=True),
            lambda actor=actor: remove_photo(photo, actor=actor),
            lambda actor=actor: add_document(part.operation, actor=actor, file=stored(actor), **SAID),
            lambda actor=actor: change_document(document, actor=actor, **SAID),
            lambda actor=actor: remove_document(document, actor=actor),
        ):
            with pytest.raises(PermissionRefused):
                act()


def test_an_erased_person_is_named_no_more(part):
    person = User.objects.create_user("zoe.durand@example.org", "Zoé Durand")
    photo = shown(part, alt="Zoé Durand inaugure la cour", credit="Zoé Durand")
    document = listed(part, title="Lettre de Zoé Durand")
    file = stored(person, "Zoé Durand.pdf", pdf())
    erase(person, actor=person)
    for row, names in ((photo, ("alt", "credit")), (document, ("title",)), (file, ("name",))):
        row.refresh_from_db()
        for name in names:
            assert "Durand" not in getattr(row, name)
    assert file.uploaded_by is None or "Durand" not in str(file.uploaded_by)
