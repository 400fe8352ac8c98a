"""ZIP archives written while they are sent: none is ever whole in memory, nor on the disk."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils import timezone

from ecoquartier.core import clock


class _Pipe(io.RawIOBase):
    """Where the archive is written; `take` empties it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        """What was written since the last time."""
        found = b"".join(self._parts)
        self._parts.clear()
        return found


def zipped(files: Iterable[tuple[str, Iterable[bytes]]]) -> Iterator[bytes]:
    """The bytes of an archive, piece by piece.

    Args:
        files: (path in the archive, pieces of the content); each is read when its turn comes. A path is chosen by the
            platform: never the name that somebody gave to a file.
    """
    pipe, day = _Pipe(), timezone.localtime(clock.now()).timetuple()[:6]
    with ZipFile(pipe, "w", ZIP_DEFLATED) as archive:
        for path, pieces in files:
            entry = ZipInfo(path, day)
            entry.compress_type = ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as target:
                for piece in pieces:
                    target.write(piece)
                    yield pipe.take()
    yield pipe.take()
