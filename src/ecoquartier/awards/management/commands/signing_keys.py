"""`manage.py signing_keys`: makes, lists and exports the keys that sign for the platform."""

from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from ecoquartier.core import clock
from ecoquartier.core.commands import OperatorCommand
from ecoquartier.core.keys import KeyLife, KeyRing, Purpose, create_keys, owner_name
from ecoquartier.core.text import long_date

_SIGNS = {
    Purpose.PDF: "les certificats",
    Purpose.CREDENTIALS: "les attestations",
    Purpose.JOURNAL: "les têtes du journal",
}


class Command(OperatorCommand):
    help = (
        "Montre les clés de signature, ou crée celles qui manquent.\n\n"
        "Exemple\u00a0: python manage.py signing_keys --create"
    )
    requires_system_checks: Sequence[str] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--create", action="store_true", help="crée une clé pour chaque usage qui n’en a plus")
        parser.add_argument("--export", metavar="FICHIER", type=Path, help="écrit les certificats à donner, en PEM")

    def handle(self, *args: Any, create: bool, export: Path | None, **options: Any) -> None:
        """Do what is asked, then list the keys."""
        folder, today = Path(settings.SIGNING_KEYS), clock.today()
        ring = create_keys(folder, owner=owner_name(), not_before=today) if create else KeyRing.load(folder)
        if not ring.keys:
            raise CommandError(f"Aucune clé dans {folder}\u00a0: ajoutez --create.")
        if export:
            export.write_bytes(ring.trusted_pem())
        for key in ring.keys:
            self.stdout.write(f"{key.kid}  {_SIGNS[key.purpose]}, {_state(key.life, today)}")
        self.stdout.write(f"{len(ring.keys)} clés dans {folder}.")


def _state(life: KeyLife, today: date) -> str:
    if life.compromised_on:
        return f"compromise, déclarée le {long_date(life.compromised_on)}"
    if life.retired_on and life.retired_on <= today:
        return f"retirée le {long_date(life.retired_on)}"
    return f"en service depuis le {long_date(life.not_before)}"
