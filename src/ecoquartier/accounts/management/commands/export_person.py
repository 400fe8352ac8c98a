"""Give back what the platform holds of a person."""

import json

from django.core.management.base import CommandError

from ecoquartier.accounts.services import export_data
from ecoquartier.core.commands import OperatorCommand
from ecoquartier.people.models import User


class Command(OperatorCommand):
    help = (
        "Écrit en JSON tout ce que la plateforme garde d’une personne.\n\n"
        "Exemple\u00a0: python manage.py export_person anne@example.fr > anne.json"
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("email", metavar="ADRESSE", help="adresse électronique du compte")

    def handle(self, *args, email: str, **options) -> None:
        """Print the export."""
        person = User.objects.filter(email=email.lower()).first()
        if person is None:
            raise CommandError(f"Aucun compte n’a l’adresse {email}.")
        self.stdout.write(json.dumps(export_data(person), ensure_ascii=False, indent=2))
