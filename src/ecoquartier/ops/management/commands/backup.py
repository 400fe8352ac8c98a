"""`manage.py backup`: the database, the files and, when asked, the keys, in one folder."""

import getpass
import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from ecoquartier.core.commands import OperatorCommand
from ecoquartier.core.text import french_number
from ecoquartier.ops.services.backup import make_backup

PASSPHRASE = "BACKUP_PASSPHRASE"  # noqa: S105 -- the name of a variable


class Command(OperatorCommand):
    help = (
        "Sauvegarde la base et les fichiers dans un nouveau dossier, pendant que le site tourne. "
        "Se restaure sur tout PostgreSQL 15 ou plus récent.\n\n"
        "Exemple\u00a0: python manage.py backup /sauvegardes/2026-11-21 --with-keys"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path, help="dossier à créer, ou vide")
        parser.add_argument(
            "--with-keys",
            action="store_true",
            help=f"ajoute les clés de signature, chiffrées par une phrase de passe (demandée, ou {PASSPHRASE})",
        )

    def handle(self, *args: Any, folder: Path, with_keys: bool, **options: Any) -> None:
        """Write it, then say what it holds."""
        passphrase = _new_passphrase() if with_keys else None
        manifest = make_backup(folder, passphrase=passphrase, progress=self.progress)
        size = sum(part.size for part in manifest.parts) / 1_000_000
        counts = f"{len(manifest.tables)} tables, {french_number(manifest.rows)} lignes, {len(manifest.files)} fichiers"
        keys = "clés chiffrées" if manifest.keys else "sans les clés"
        self.stdout.write(f"Sauvegardé dans {folder}\u00a0: {counts}, {keys}, {size:.1f}\u00a0Mo.".replace(".", ",", 1))


def _new_passphrase() -> str:
    given = os.environ.get(PASSPHRASE)
    if given:
        return given
    first = ask_passphrase("Phrase de passe des clés\u00a0: ")
    if first != ask_passphrase("La même, encore une fois\u00a0: "):
        raise CommandError("Les deux phrases de passe ne sont pas les mêmes.")
    return first


def ask_passphrase(prompt: str) -> str:
    """Return what somebody types without showing it."""
    if not sys.stdin.isatty():
        raise CommandError(f"Personne pour donner la phrase de passe des clés\u00a0: écrivez-la dans {PASSPHRASE}.")
    return getpass.getpass(prompt)
