"""Erase what the platform holds of a person."""

from django.core.management.base import CommandError

from ecoquartier.accounts.services import erase
from ecoquartier.core.commands import OperatorCommand
from ecoquartier.core.errors import DomainError
from ecoquartier.people.models import User
from ecoquartier.people.queries import namesakes
from ecoquartier.workflow.engine import Job


class Command(OperatorCommand):
    help = (
        "Efface les données personnelles d’une personne qui le demande\u00a0; ses actes restent, sans son nom.\n\n"
        "Exemple\u00a0: python manage.py erase_person anne@example.fr"
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("email", metavar="ADRESSE", help="adresse électronique du compte")
        parser.add_argument("--confirm", metavar="ADRESSE", help="la même adresse, pour ne rien demander au terminal")

    def handle(self, *args, email: str, confirm: str | None, **options) -> None:
        """Ask for the address a second time, then erase for good."""
        person = User.objects.filter(email=email.lower()).first()
        if person is None:
            raise CommandError(f"Aucun compte n’a l’adresse {email}.")
        again = (
            confirm
            if confirm is not None
            else input("L’effacement est définitif. Écrivez l’adresse de nouveau\u00a0: ")
        )
        if again.strip().lower() != person.email:
            raise CommandError("Les deux adresses diffèrent\u00a0: rien n’est effacé.")
        others = namesakes(person)
        try:
            erased = erase(person, actor=Job("erase_person"))
        except DomainError as error:
            raise CommandError(error.message) from error
        if others:
            self.stderr.write(
                f"Attention\u00a0: {others} autre(s) personne(s) du même nom. Rien ne dit qui les textes nomment, "
                "seule l’adresse y est remplacée."
            )
        self.stdout.write(f"{erased.pk} erased")
