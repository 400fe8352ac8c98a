"""Keeping a file, and forgetting those that nothing shows any more."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import connection, transaction

from ecoquartier.core import clock, confined
from ecoquartier.core.canonical import sha256_hex
from ecoquartier.core.errors import DomainError
from ecoquartier.files.domain import LONGEST_SIDE
from ecoquartier.files.domain.formats import JPEG, Format, format_of, safe_name
from ecoquartier.files.domain.refusals import SENTENCES
from ecoquartier.files.enums import Family
from ecoquartier.files.models import FOLDER, StoredFile, path_of
from ecoquartier.files.queries import orphans
from ecoquartier.files.services.antivirus import Unanswered, is_infected

WORKERS = {
    Family.IMAGE: "ecoquartier.files.domain.images",
    Family.PDF: "ecoquartier.files.domain.documents",
    Family.OFFICE: "ecoquartier.files.domain.documents",
}
"""The module that opens the files of a family, in a process of its own."""
MEGABYTE = 1024 * 1024
MOST = 20 * MEGABYTE
FINGERPRINT = 64
"""How many signs of the name of what is stored are its fingerprint."""
KEPT_FOR = timedelta(days=1)
"""How long a file waits for the object that will show it."""


class FileRefused(DomainError):
    """The file is not accepted; the sentence says why.

    Args:
        code: one of `domain.refusals.SENTENCES`.
    """

    def __init__(self, code: str, facts: Mapping[str, Any] | None = None) -> None:
        super().__init__(str(SENTENCES[code]) % (facts or {}), code)


def keep(upload: File, *, families: Collection[Family], actor) -> StoredFile:
    """Check a file, make it harmless and store it. An object that refers to it must follow: an orphan lasts a day.

    Images are made again from their pixels, as JPEG, with their smaller copies; documents are kept as they are.

    Args:
        upload: its name and its bytes, as they were sent.
        families: what the page takes.

    Raises:
        FileRefused: it is not kept; the sentence says why.
    """
    data, sent_as = _read(upload), upload.name or ""
    known = format_of(sent_as, data)
    if known is None or known.family not in families:
        raise FileRefused("another_kind")
    _ask_antivirus(data)
    found = _opened(known, data)
    kept, copies = StoredFile(uploaded_by=actor), {}
    if known.family == Family.IMAGE:
        known = JPEG
        copies = {int(longest): (b64decode(made), *sides) for longest, (made, *sides) in found["copies"].items()}
        data, kept.width, kept.height = copies.pop(LONGEST_SIDE)
    kept.name, kept.media_type = safe_name(sent_as, known.extension), known.media_type
    kept.sha256, kept.size = sha256_hex(data), len(data)
    kept.content = path_of(kept.sha256) + known.extension
    kept.full_clean(exclude=["uploaded_by"])
    with transaction.atomic():
        _hold(kept.sha256)
        kept.save()
        _store(kept.content.name, data)
        for longest, (made, *_sides) in copies.items():
            _store(kept.preview_path(longest), made)
    return kept


def keep_again(file: StoredFile, *, actor) -> StoredFile:
    """The same bytes for another object: already checked and stored, they are neither opened nor written again."""
    same = {name: getattr(file, name) for name in ("sha256", "size", "media_type", "name", "width", "height")}
    with transaction.atomic():
        _hold(file.sha256)
        return StoredFile.objects.create(content=file.content.name, uploaded_by=actor, **same)


def forget_orphans() -> tuple[int, int]:
    """Forget the files that nothing shows since a day, then the bytes that no file refers to.

    Returns:
        How many files, and how many pieces of the storage.
    """
    before = clock.now() - KEPT_FOR
    forgotten = orphans(before).delete()[0]
    folders, _names = default_storage.listdir(FOLDER) if default_storage.exists(FOLDER) else ([], [])
    removed = 0
    for folder in folders:
        for name in default_storage.listdir(f"{FOLDER}/{folder}")[1]:
            path = f"{FOLDER}/{folder}/{name}"
            if default_storage.get_modified_time(path) < before:
                removed += _remove_stray(name[:FINGERPRINT], path)
    return forgotten, removed


def _read(upload: File) -> bytes:
    if upload.size > MOST:
        raise FileRefused("too_heavy", {"most": MOST // MEGABYTE})
    data = upload.read()
    if not data:
        raise FileRefused("empty")
    return data


def _ask_antivirus(data: bytes) -> None:
    try:
        if is_infected(data):
            raise FileRefused("infected")
    except Unanswered as error:
        raise FileRefused("unchecked") from error


def _opened(known: Format, data: bytes) -> dict[str, Any]:
    """What the worker says of the bytes; whatever ends it becomes a refusal."""
    try:
        found = confined.ask(WORKERS[known.family], {"extension": known.extension}, data)
    except confined.Interrupted as error:
        raise FileRefused("too_long" if error.is_too_long else "unreadable") from error
    if "refused" in found:
        raise FileRefused(found["refused"])
    return found


def _hold(sha256: str) -> None:
    """Wait for whoever stores or removes the same bytes, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [path_of(sha256)])


def _store(path: str, data: bytes) -> None:
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(data))


def _remove_stray(sha256: str, path: str) -> bool:
    """Remove bytes, unless a file came to refer to them."""
    with transaction.atomic():
        _hold(sha256)
        if StoredFile.objects.filter(sha256=sha256).exists():
            return False
        default_storage.delete(path)
    return True
