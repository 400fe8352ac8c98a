"""An uploaded file kept between the page that shows what it holds and the one that imports it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404

from ecoquartier.core import clock

FOLDER = "imports"
KEPT_FOR = timedelta(days=1)


def keep(data: bytes) -> UUID:
    """Keep the bytes under a name nobody can guess; files left by abandoned imports go away."""
    forget_abandoned()
    key = uuid4()
    default_storage.save(_path(key), ContentFile(data))
    return key


def read(key: UUID) -> bytes:
    """The bytes kept; 404 once imported or abandoned."""
    try:
        with default_storage.open(_path(key)) as file:
            return file.read()
    except FileNotFoundError as error:
        raise Http404 from error


def forget(key: UUID) -> None:
    """The file has served."""
    default_storage.delete(_path(key))


def forget_abandoned() -> None:
    """Delete what was kept for longer than a day."""
    try:
        _folders, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return
    for name in names:
        path = f"{FOLDER}/{name}"
        if default_storage.get_modified_time(path) < clock.now() - KEPT_FOR:
            default_storage.delete(path)


def _path(key: UUID) -> str:
    return f"{FOLDER}/{key}.csv"
