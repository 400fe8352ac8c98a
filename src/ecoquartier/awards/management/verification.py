"""What the commands that verify a file have in common: a file, keys to trust, one sentence, an exit code."""

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from ecoquartier.core.commands import OperatorCommand
from ecoquartier.core.keys import KeyRing, Purpose, TrustedKey


class VerificationCommand(OperatorCommand):
    """Read a file and the keys to trust; a subclass says what the file proves, or raises `CommandError`."""

    # Offline: no database is asked, not even whether its tables are up to date.
    requires_system_checks: Sequence[str] = ()
    purpose: Purpose
    file_help: str
    trust_help: str

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FICHIER", type=Path, help=self.file_help)
        parser.add_argument("--trust", metavar="FICHIER", type=Path, help=self.trust_help)

    def handle(self, *args: Any, file: Path, trust: Path | None, **options: Any) -> None:
        """Print what the file proves; exit with 1 and the reason if it proves nothing."""
        content = _read(file)
        self.stdout.write(self.verdict(content, self._trusted(trust)))

    def verdict(self, content: bytes, trust: Sequence[TrustedKey]) -> str:
        """Return the sentence of a file that verifies; raise CommandError for another."""
        raise NotImplementedError

    def read_trust(self, content: bytes) -> list[TrustedKey]:
        """Read the keys of a `--trust` file; raise ValueError when it holds none."""
        raise NotImplementedError

    def _trusted(self, path: Path | None) -> list[TrustedKey]:
        if path is not None:
            try:
                return self.read_trust(_read(path))
            except (ValueError, TypeError, KeyError) as error:
                raise CommandError(f"{path} ne contient aucune clé publique utilisable\u00a0: {error}.") from error
        trusted = KeyRing.load(Path(settings.SIGNING_KEYS)).trusted(self.purpose)
        if not trusted:
            raise CommandError(
                f"Aucune clé publique dans {settings.SIGNING_KEYS}\u00a0: indiquez celle de l’émetteur avec --trust."
            )
        return trusted


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} ne peut pas être lu ({error.strerror}).") from error
