"""`manage.py restore`: what `backup` wrote, into an empty database."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import DatabaseError
from psycopg import Error as DriverError

from ecoquartier.core.commands import OperatorCommand
from ecoquartier.core.text import french_number
from ecoquartier.ops.management.commands.backup import PASSPHRASE, ask_passphrase
from ecoquartier.ops.services.backup_format import Manifest
from ecoquartier.ops.services.backup_restore import restore_backup


class Command(OperatorCommand):
    help = (
        "Restaure une sauvegarde dans la base désignée par DATABASE_URL, qui doit être vide (sans table, ou migrée et "
        "sans aucune ligne). Le compte doit être propriétaire de la base.\n\n"
        "Exemple\u00a0: python manage.py restore /sauvegardes/2026-11-21"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path, help="dossier écrit par «\u00a0manage.py backup\u00a0»")
        parser.add_argument(
            "--without-keys", action="store_true", help="laisse les clés de la sauvegarde (répétition, copie d’essai)"
        )

    def handle(self, *args: Any, folder: Path, without_keys: bool, **options: Any) -> None:
        """Put everything back, check it, and say both."""
        has_keys = Manifest.read(folder).keys is not None and not without_keys
        passphrase = _passphrase() if has_keys else None
        try:
            done = restore_backup(folder, passphrase=passphrase, progress=self.progress)
        except (DatabaseError, DriverError) as error:
            raise CommandError(
                f"PostgreSQL a refusé\u00a0: {str(error).strip()}\nAucune donnée n’a été restaurée\u00a0; créez une "
                "base vide dont ce compte est propriétaire, et recommencez."
            ) from error
        except OSError as error:
            raise CommandError(
                f"Impossible d’écrire {error.filename} ({error.strerror})\u00a0: aucune donnée n’a été restaurée."
            ) from error
        manifest = done.manifest
        self.stdout.write(
            f"Restauré\u00a0: {len(manifest.tables)} tables, {french_number(manifest.rows)} lignes, "
            f"{len(manifest.files)} fichiers, {done.keys} fichiers de clés."
        )
        for breach in done.breaches:
            self.stdout.write(breach)
        if not done.journal.intact:
            self.stdout.write(f"Journal\u00a0: {done.journal.problem}")
        if not done.journal.intact or done.breaches:
            raise CommandError(
                "Les données sont revenues telles qu’elles étaient, mais quelque chose n’y tient pas (voir ci-dessus). "
                "Si les clés de signature ne sont pas encore dans SIGNING_KEYS, remettez-les et lancez verify_journal."
            )
        self.stdout.write(f"Journal intact ({done.journal.count} entrées), {done.invariants} invariants tiennent.")


def _passphrase() -> str:
    return os.environ.get(PASSPHRASE) or ask_passphrase("Phrase de passe des clés de cette sauvegarde\u00a0: ")
