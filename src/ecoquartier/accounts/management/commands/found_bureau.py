"""Give the national bureau its first two people."""

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from ecoquartier.accounts.services.roles import found_bureau
from ecoquartier.core.commands import OperatorCommand
from ecoquartier.core.errors import DomainError


class Command(OperatorCommand):
    help = (
        "Confie le bureau national à l’une de ses deux premières personnes\u00a0; elles invitent ensuite les autres à "
        "l’écran.\n\n"
        'Exemple\u00a0: python manage.py found_bureau anne@example.fr "Anne Exemple"'
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("email", metavar="ADRESSE", help="adresse électronique, où part le lien du mot de passe")
        parser.add_argument("full_name", metavar="NOM", help="prénom et nom, si le compte est à créer")

    def handle(self, *args, email: str, full_name: str, **options) -> None:
        """Make the account if need be, and give the role."""
        try:
            person = found_bureau(email, full_name)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{person.full_name} est au bureau national.")
        if not person.has_usable_password():
            self.stdout.write(f"Un message part à {person.email}\u00a0: son lien sert à choisir un mot de passe.")
