"""`manage.py read_bounces`: notes the messages that mail servers sent back."""

import mailbox
from argparse import ArgumentParser
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from ecoquartier.core.commands import OperatorCommand
from ecoquartier.notifications.domain.bounces import read_return
from ecoquartier.notifications.services.outbox import note_return


class Command(OperatorCommand):
    help = (
        "Lit les avis de non-remise d’une boîte (dossier Maildir ou fichier mbox) et note les messages revenus.\n"
        "La boîte n’est pas modifiée\u00a0; la relire ne change rien.\n\n"
        "Exemple\u00a0: python manage.py read_bounces /var/mail/retours"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="dossier Maildir ou fichier mbox")

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        """Read every e-mail of the box; those that report nothing about us are left alone."""
        if not path.exists():
            raise CommandError(f"{path} n’existe pas.")
        if path.is_dir() and not (path / "cur").is_dir():
            raise CommandError(f"{path} n’est pas une boîte Maildir (il y manque le dossier cur).")
        kind = mailbox.Maildir if path.is_dir() else mailbox.mbox
        read = noted = 0
        with closing(kind(path, create=False)) as box:
            for key in box.iterkeys():
                read += 1
                found = read_return(box.get_bytes(key))
                noted += bool(found and note_return(found))
        self.stdout.write(f"Courriels lus\u00a0: {read}\u00a0; retours notés\u00a0: {noted}.")
