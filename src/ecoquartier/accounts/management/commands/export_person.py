"""Give back what the platform holds of a person."""

import json
from pathlib import Path

from django.core.management.base import CommandError

from ecoquartier.accounts.services import export_data
from ecoquartier.accounts.services.copies import copy_of
from ecoquartier.core.commands import OperatorCommand
from ecoquartier.people.models import User


class Command(OperatorCommand):
    help = (
        "Écrit en JSON tout ce que la plateforme garde d’une personne\u00a0; avec --zip, la copie qu’elle prend "
        "elle-même, fichiers compris.\n\n"
        "Exemple\u00a0: python manage.py export_person anne@example.fr --zip anne.zip"
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("email", metavar="ADRESSE", help="adresse électronique du compte")
        parser.add_argument("--zip", type=Path, metavar="FICHIER", help="écrit l’archive ici au lieu du JSON")

    def handle(self, *args, email: str, zip: Path | None, **options) -> None:
        """Print the export, or write the archive."""
        person = User.objects.filter(email=email.lower()).first()
        if person is None:
            raise CommandError(f"Aucun compte n’a l’adresse {email}.")
        if zip:
            with zip.open("xb") as file:
                file.writelines(copy_of(person))
            self.stdout.write(f"{zip}\u00a0: copie des données de {email}.")
            return
        self.stdout.write(json.dumps(export_data(person), ensure_ascii=False, indent=2))
