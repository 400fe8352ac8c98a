"""ZIP archives: read in memory, never unpacked, within the sizes that they really have."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import PurePosixPath

from ecoquartier.operations.domain.perimeter import MAX_UNZIPPED, Refused

MAX_ENTRIES = 200
NESTED = (".zip", ".kmz", ".gz", ".7z", ".rar", ".tar")
_BLOCK = 1024 * 1024


def members(data: bytes, wanted: tuple[str, ...]) -> dict[str, bytes]:
    """The content of the members whose name ends with one of `wanted`, by name.

    Raises:
        Refused: too many members, too large once unzipped, another archive inside, a name that leads elsewhere, a
            password, or damage.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            listed = [entry for entry in archive.infolist() if not _is_ignored(entry)]
            _check(archive.infolist())
            found, left = {}, MAX_UNZIPPED
            for entry in listed:
                if entry.filename.lower().endswith(wanted):
                    found[entry.filename] = _bounded(archive, entry, left)
                    left -= len(found[entry.filename])
            return found
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise Refused("damaged") from error


def _is_ignored(entry: zipfile.ZipInfo) -> bool:
    """Folders, and what macOS adds beside each file."""
    return entry.is_dir() or "__MACOSX" in entry.filename or PurePosixPath(entry.filename).name.startswith(".")


def _check(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise Refused("zip_many")
    if sum(entry.file_size for entry in entries) > MAX_UNZIPPED:
        raise Refused("zip_bomb")
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
            raise Refused("zip_path")
        if entry.filename.lower().endswith(NESTED):
            raise Refused("zip_nested")
        if entry.flag_bits & 1:
            raise Refused("zip_password")


def _bounded(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    """The content, read block by block: the size that the archive declares may lie."""
    blocks, size = [], 0
    with archive.open(entry) as member:
        while block := member.read(_BLOCK):
            size += len(block)
            if size > left:
                raise Refused("zip_bomb")
            blocks.append(block)
    return b"".join(blocks)
