"""Acts on the photos and the documents of an operation. Their files are kept before, outside of the act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import F, Max
from django.utils.translation import gettext as _

from ecoquartier.core import clock
from ecoquartier.files.models import StoredFile
from ecoquartier.operations.models import Document, Operation, Photo
from ecoquartier.operations.queries import why_not_kept
from ecoquartier.operations.services.sheet import write_row
from ecoquartier.workflow.engine import Effect, act, with_arguments

MAX_PHOTOS = 20
MAX_DOCUMENTS = 50
PHOTO_WORDS = ("alt", "credit", "taken_on")
DOCUMENT_WORDS = ("title", "kind", "dated_on")
"""What is said of a photo, and of a document."""
LEAST_SIDE = 200
"""Pixels of the longest side of a photo: below, it is a thumbnail or an icon."""
# The oldest photographs of the archives of a town.
OLDEST_YEAR = 1850


def has_room_for_photos(operation: Operation) -> str | None:
    """Fewer photos than a page shows well."""
    if operation.photos.count() >= MAX_PHOTOS:
        return _("Cette opération a déjà %(most)s photos, le plus possible\u00a0: retirez-en une.") % {
            "most": MAX_PHOTOS
        }
    return None


def fault_of_sides(width: int, height: int) -> str:
    """Why a photo of these sides, in pixels, is too small to be shown; empty when it is not."""
    if max(width, height) >= LEAST_SIDE:
        return ""
    return _(
        "Cette photo est trop petite\u00a0: %(width)s\u00a0×\u00a0%(height)s pixels. Il en faut %(least)s au moins "
        "sur son plus grand côté."
    ) % {"width": width, "height": height, "least": LEAST_SIDE}


def has_room_for_documents(operation: Operation) -> str | None:
    """Fewer documents than a page lists well."""
    if operation.documents.count() >= MAX_DOCUMENTS:
        said = _("Cette opération a déjà %(most)s documents, le plus possible\u00a0: retirez-en un.")
        return said % {"most": MAX_DOCUMENTS}
    return None


@with_arguments
def is_another_photo(operation: Operation, *, actor, file: StoredFile, **said: Any) -> str | None:
    """The same image is not shown twice."""
    if operation.photos.filter(file__sha256=file.sha256).exists():
        return _("Cette photo est déjà parmi celles de l’opération.")
    return None


@with_arguments
def is_another_document(operation: Operation, *, actor, file: StoredFile, **said: Any) -> str | None:
    """The same document is not listed twice."""
    if operation.documents.filter(file__sha256=file.sha256).exists():
        return _("Ce document est déjà parmi ceux de l’opération.")
    return None


@act("photo.added", permission="operations.write", guards=(why_not_kept, has_room_for_photos, is_another_photo))
def add_photo(
    operation: Operation, *, actor, file: StoredFile, alt: str, credit: str, taken_on: date | None = None
) -> Effect:
    """Show a photo after the others.

    Raises:
        ValidationError: the image is too small, or what is said of it is missing or impossible.
    """
    if fault := fault_of_sides(file.width or 0, file.height or 0):
        raise ValidationError({"file": fault})
    last = operation.photos.aggregate(last=Max("rank"))["last"] or 0
    photo = Photo(operation=operation, file=file, rank=last + 1, alt=alt, credit=credit, taken_on=taken_on)
    _save(photo)
    return Effect(result=photo, data={"file": str(file.pk), "sha256": file.sha256}, projections=_shown(operation.pk))


@act("photo.changed", permission="operations.write", guards=(why_not_kept,))
def change_photo(photo: Photo, *, actor, seen: Mapping[str, Any] | None = None, **said: Any) -> Effect:
    """Change what is said of a photo: the given ones among `PHOTO_WORDS`, the others stay.

    Args:
        seen: what these fields said when the author was shown them; None from code that shows nothing.

    Raises:
        TransitionRefused: one of them says something else meanwhile.
        ValidationError: what is said of it is missing or impossible.
        ValueError: a field is not one of these words.
    """
    write_row(photo, said, among=PHOTO_WORDS, seen=seen)
    _save(photo)
    return Effect(projections=_shown(photo.operation_id))


@act("photo.moved", permission="operations.write", guards=(why_not_kept,))
def move_photo(photo: Photo, *, actor, is_up: bool) -> Effect:
    """Let a photo and the one before it, or after it, change places; at an end, nothing moves."""
    others = photo.operation.photos
    if is_up:
        other = others.filter(rank__lt=photo.rank).order_by("-rank").first()
    else:
        other = others.filter(rank__gt=photo.rank).order_by("rank").first()
    if other is None:
        return Effect()
    photo.rank, other.rank = other.rank, photo.rank
    other.save(update_fields=["rank"])
    return Effect(fields=["rank"], data={"rank": photo.rank}, projections=_shown(photo.operation_id))


@act("photo.removed", permission="operations.write", guards=(why_not_kept,))
def remove_photo(photo: Photo, *, actor) -> Effect:
    """Show a photo no more; those that follow come one place nearer. Its file goes a day later."""
    # By the rows, so that the object keeps the id which the journal writes.
    Photo.objects.filter(pk=photo.pk).delete()
    photo.operation.photos.filter(rank__gt=photo.rank).update(rank=F("rank") - 1)
    return Effect(data={"file": str(photo.file_id)}, projections=_shown(photo.operation_id))


@act(
    "document.added", permission="operations.write", guards=(why_not_kept, has_room_for_documents, is_another_document)
)
def add_document(
    operation: Operation, *, actor, file: StoredFile, title: str, kind: str, dated_on: date | None = None
) -> Effect:
    """List a document.

    Raises:
        ValidationError: what is said of it is missing or impossible.
    """
    document = Document(operation=operation, file=file, title=title, kind=kind, dated_on=dated_on)
    _save(document)
    return Effect(result=document, data={"file": str(file.pk), "sha256": file.sha256})


@act("document.changed", permission="operations.write", guards=(why_not_kept,))
def change_document(document: Document, *, actor, seen: Mapping[str, Any] | None = None, **said: Any) -> Effect:
    """Change what is said of a document: the given ones among `DOCUMENT_WORDS`, the others stay.

    Args:
        seen: what these fields said when the author was shown them; None from code that shows nothing.

    Raises:
        TransitionRefused: one of them says something else meanwhile.
        ValidationError: what is said of it is missing or impossible.
        ValueError: a field is not one of these words.
    """
    write_row(document, said, among=DOCUMENT_WORDS, seen=seen)
    _save(document)
    return Effect()


@act("document.removed", permission="operations.write", guards=(why_not_kept,))
def remove_document(document: Document, *, actor) -> Effect:
    """List a document no more. Its file goes a day later."""
    Document.objects.filter(pk=document.pk).delete()
    return Effect(data={"file": str(document.file_id)})


def _shown(operation: UUID) -> list[tuple[str, set[UUID]]]:
    """What shows the photos of an operation to everybody: its public sheet."""
    return [("operation", {operation})]


def _save(row: Photo | Document) -> None:
    """Check what is said, then save."""
    day = "taken_on" if isinstance(row, Photo) else "dated_on"
    said = getattr(row, day)
    if said and said > clock.today():
        raise ValidationError({day: _("Cette date n’est pas encore passée.")})
    if said and said.year < OLDEST_YEAR:
        raise ValidationError({day: _("Cette date est trop ancienne\u00a0: vérifiez l’année.")})
    row.full_clean(exclude=["operation", "file"])
    row.save()
