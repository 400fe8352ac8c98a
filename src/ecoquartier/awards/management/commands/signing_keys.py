"""`manage.py signing_keys`: makes, lists, replaces and revokes the keys that sign for the platform."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ecoquartier.core import clock
from ecoquartier.core.env import SettingError
from ecoquartier.core.keys import KeyRing, Purpose, SigningKey, create_keys, mark_compromised, owner_name, rotate_key
from ecoquartier.core.text import long_date

_SIGNS = {Purpose.PDF: "les certificats", Purpose.CREDENTIALS: "les attestations", Purpose.JOURNAL: "le journal"}


class Command(BaseCommand):
    help = (
        "Montre les clés de signature, crée celles qui manquent, en remplace une, ou en déclare une compromise.\n\n"
        "Exemple\u00a0: python manage.py signing_keys --create"
    )
    requires_system_checks: Sequence[str] = ()

    def create_parser(self, *args: Any, **options: Any) -> ArgumentParser:
        """Keep the line breaks of the help, so that the example has its own."""
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **options)

    def add_arguments(self, parser: ArgumentParser) -> None:
        act = parser.add_mutually_exclusive_group()
        act.add_argument("--create", action="store_true", help="crée l’autorité et les clés qui manquent")
        act.add_argument("--rotate", choices=[*Purpose], help="met une clé neuve en service et retire l’ancienne")
        act.add_argument(
            "--compromised", metavar="CLÉ", help="déclare une clé compromise\u00a0: elle ne prouve plus rien"
        )
        act.add_argument("--export", metavar="FICHIER", type=Path, help="écrit les certificats à donner, en PEM")

    def handle(
        self,
        *args: Any,
        create: bool,
        rotate: str | None,
        compromised: str | None,
        export: Path | None,
        **options: Any,
    ) -> None:
        """Do what is asked, then list the keys."""
        folder = Path(settings.SIGNING_KEYS)
        today = clock.today()
        try:
            if create:
                ring = create_keys(folder, owner=owner_name(), not_before=today)
            elif rotate:
                ring = rotate_key(folder, Purpose(rotate), owner=owner_name(), on=today)
            elif compromised:
                ring = mark_compromised(folder, compromised, on=today)
            else:
                ring = KeyRing.load(folder)
        except SettingError as error:
            raise CommandError(str(error)) from error
        if not ring.keys:
            raise CommandError(f"Aucune clé dans {folder}\u00a0: ajoutez --create.")
        if export:
            export.write_bytes(ring.trusted_pem())
        for key in ring.keys:
            self.stdout.write(f"{key.kid}  {_SIGNS[key.purpose]}, {_state(key, today)}")
        self.stdout.write(f"{len(ring.keys)} clés dans {folder}.")


def _state(key: SigningKey, today: date) -> str:
    life = key.life
    if life.compromised_on:
        return f"compromise, déclarée le {long_date(life.compromised_on)}"
    if life.retired_on and life.retired_on <= today:
        return f"retirée le {long_date(life.retired_on)}"
    return f"en service depuis le {long_date(life.not_before)}"
