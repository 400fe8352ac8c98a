"""Verify the journal's chain."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from ecoquartier.core.commands import OperatorCommand
from ecoquartier.journal.queries import lost_details, verify_chain


class Command(OperatorCommand):
    help = (
        "Vérifie que le journal n’a pas été réécrit, ni coupé après une tête publiée.\n\n"
        "Exemple\u00a0: python manage.py verify_journal --head journal-2026-11-21.json"
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--head",
            nargs="+",
            action="extend",
            default=[],
            metavar="FICHIER",
            type=Path,
            help="copie gardée de /.well-known/journal.json, ou d’une seule de ses têtes",
        )

    def handle(self, *args, head: list[Path], **options) -> None:
        """Walk the chain; the heads kept by others are compared with it."""
        published = [found for path in head for found in read_heads(path)]
        verdict = verify_chain(published)
        if not verdict.intact:
            raise CommandError(f"Journal rompu, {verdict.problem}.")
        for loss in lost_details():
            self.stderr.write(f"Attention\u00a0: {loss}.")
        self.stdout.write(f"{verdict.count} entries, chain intact")


def read_heads(path: Path) -> list[dict[str, Any]]:
    """The heads of a published file, of a list, or the only one of the file.

    Raises:
        CommandError: the file is not there, or holds no head.
    """
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} ne peut pas être lu\u00a0: {error}.") from error
    found = document.get("heads", [document]) if isinstance(document, dict) else document
    if not isinstance(found, list) or not found or not all(isinstance(head, dict) for head in found):
        raise CommandError(f"{path} ne contient aucune tête du journal.")
    return found
