"""What a backup is: a folder of parts, and a manifest that names each of them with its SHA-256.

manifest.json          when, from which migrations, every part and its checksum
manifest.json.sha256   the checksum of the manifest, as `sha256sum -c` reads it
tables/NAME.copy.gz    the rows of a table, as `COPY` writes them in text: every version of PostgreSQL reads it
files/…                the files of the storage, under their own names
keys.json              the signing keys, encrypted; only when they were asked for
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from gzip import GzipFile
from pathlib import Path, PurePosixPath
from typing import IO, Any, Self

from ecoquartier.core.errors import DomainError

FORMAT = 1
MANIFEST = "manifest.json"
CHECKSUM = "manifest.json.sha256"
FILES = "files/"
KEYS = "keys.json"
BLOCK = 1 << 18

# Step, how many are done, how many there are.
Progress = Callable[[str, int, int], None]


class BackupError(DomainError):
    """A backup cannot be made or used; the sentence says why and what to do."""


@dataclass(frozen=True)
class Part:
    """One file of the backup, by its path inside the folder."""

    path: str
    size: int
    sha256: str

    def __post_init__(self) -> None:
        path = PurePosixPath(self.path)
        if path.is_absolute() or ".." in path.parts or not path.parts:
            raise ValueError(f"{self.path!r} leaves the folder")


@dataclass(frozen=True)
class Table:
    """The rows of one table, and the columns they fill (generated ones compute themselves)."""

    name: str
    columns: list[str]
    rows: int
    part: Part


@dataclass(frozen=True)
class Manifest:
    """Everything that a restoration needs to know before it begins.

    `tables` are in an order in which they can be filled; `sequences` gives the last number of those that gave one.
    """

    made_at: str
    site: str
    postgres: str
    migrations: list[list[str]]
    tables: list[Table]
    sequences: dict[str, int]
    files: list[Part] = field(default_factory=list)
    keys: Part | None = None
    format: int = FORMAT

    @property
    def parts(self) -> list[Part]:
        """Every file of the backup but the manifest."""
        return [*(table.part for table in self.tables), *self.files, *([self.keys] if self.keys else [])]

    @property
    def rows(self) -> int:
        """How many rows all the tables hold."""
        return sum(table.rows for table in self.tables)

    def write(self, folder: Path) -> None:
        """Write the manifest and its checksum."""
        content = json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()
        (folder / MANIFEST).write_bytes(content)
        (folder / CHECKSUM).write_text(f"{hashlib.sha256(content).hexdigest()}  {MANIFEST}\n")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the manifest of a backup.

        Raises:
            BackupError: there is none, it is damaged, or another version of this format wrote it.
        """
        try:
            content = (folder / MANIFEST).read_bytes()
            expected = (folder / CHECKSUM).read_text().split()[:1]
        except (OSError, UnicodeDecodeError) as error:
            raise BackupError(f"{folder} n’est pas une sauvegarde entière\u00a0: {MANIFEST} est illisible.") from error
        if expected != [hashlib.sha256(content).hexdigest()]:
            raise BackupError(f"{folder / MANIFEST} est abîmé ou tronqué\u00a0: prenez une autre sauvegarde.")
        data = json.loads(content)
        if data.get("format") != FORMAT:
            raise BackupError(
                f"Cette sauvegarde est au format {data.get('format')}, ce code lit le format {FORMAT}\u00a0: "
                "restaurez-la avec le code qui l’a faite."
            )
        try:
            return cls(**{**data, **_nested(data)})
        except (KeyError, TypeError, ValueError) as error:
            raise BackupError(f"{folder / MANIFEST} ne décrit pas une sauvegarde.") from error


def _nested(data: dict[str, Any]) -> dict[str, Any]:
    tables = [Table(**{**table, "part": Part(**table["part"])}) for table in data["tables"]]
    return {
        "tables": tables,
        "files": [Part(**part) for part in data["files"]],
        "keys": Part(**data["keys"]) if data["keys"] else None,
    }


def blocks(file: IO[bytes] | GzipFile) -> Iterator[bytes]:
    """Read a file piece by piece: no part is ever held whole in memory."""
    while block := file.read(BLOCK):
        yield block


def write_part(folder: Path, path: str, content: Iterable[bytes | memoryview]) -> Part:
    """Write one part as it comes, and return its checksum."""
    digest, size = hashlib.sha256(), 0
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as file:
        for block in content:
            digest.update(block)
            size += file.write(block)
    return Part(path, size, digest.hexdigest())


def sha256_of(file: IO[bytes]) -> str:
    """The checksum of an open file."""
    digest = hashlib.sha256()
    for block in blocks(file):
        digest.update(block)
    return digest.hexdigest()


def check_parts(folder: Path, manifest: Manifest, progress: Progress) -> None:
    """Compare every part with its checksum.

    Raises:
        BackupError: names the parts that are missing or damaged.
    """
    damaged = []
    for done, part in enumerate(manifest.parts, start=1):
        try:
            with (folder / part.path).open("rb") as file:
                intact = os.fstat(file.fileno()).st_size == part.size and sha256_of(file) == part.sha256
            if not intact:
                damaged.append(f"{part.path} (abîmé)")
        except FileNotFoundError:
            damaged.append(f"{part.path} (absent)")
        except OSError as error:
            damaged.append(f"{part.path} ({error.strerror})")
        progress("Contrôle des sommes", done, len(manifest.parts))
    if damaged:
        more = f" et {len(damaged) - 5} autres" if len(damaged) > 5 else ""
        raise BackupError(
            f"Cette sauvegarde est abîmée, rien n’a été restauré\u00a0: {', '.join(damaged[:5])}{more}. "
            "Prenez une autre sauvegarde."
        )
