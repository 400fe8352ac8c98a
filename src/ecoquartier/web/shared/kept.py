"""Uploaded files kept between the page that shows what they hold and the one that acts on it."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote, unquote
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from ecoquartier.core import clock

KEPT_FOR = timedelta(days=1)


class KeptFiles:
    """The files of one kind of page, for one object: an address made for another object finds nothing.

    Args:
        folder: where they are, a constant of the page.
        about: the object’s id.
    """

    def __init__(self, folder: str, about: object) -> None:
        self.folder, self.about = folder, about

    def keep(self, name: str, data: bytes) -> UUID:
        """Keep a file under a name nobody can guess; those that were abandoned for a day go away.

        Args:
            name: what its author called it, given back with it and never used as a path.
        """
        self._forget_abandoned()
        key = uuid4()
        default_storage.save(self._path(key), ContentFile(quote(name).encode() + b"\n" + data))
        return key

    def read(self, key: UUID) -> tuple[str, bytes] | None:
        """The name and the bytes kept; None once used or abandoned."""
        try:
            with default_storage.open(self._path(key)) as file:
                name, _line, data = file.read().partition(b"\n")
        except FileNotFoundError:
            return None
        return unquote(name.decode()), data

    def forget(self, key: UUID) -> None:
        """The file has served."""
        default_storage.delete(self._path(key))

    def _forget_abandoned(self) -> None:
        try:
            _folders, names = default_storage.listdir(self.folder)
        except FileNotFoundError:
            return
        for name in names:
            path = f"{self.folder}/{name}"
            if default_storage.get_modified_time(path) < clock.now() - KEPT_FOR:
                default_storage.delete(path)

    def _path(self, key: UUID) -> str:
        return f"{self.folder}/{self.about}.{key}"
