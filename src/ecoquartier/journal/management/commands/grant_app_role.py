"""Give the role of the application its rights in the database."""

from django.core.management.base import CommandError

from ecoquartier.core.commands import OperatorCommand
from ecoquartier.journal.services.roles import OwnerAsked, grant_app_role


class Command(OperatorCommand):
    help = (
        "Donne à un rôle PostgreSQL ce dont l’application a besoin, sans le droit de réécrire le journal. À lancer "
        "avec le rôle propriétaire, après chaque «\u00a0migrate\u00a0».\n\n"
        "Exemple\u00a0: python manage.py grant_app_role ecoquartier_app"
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("role", metavar="RÔLE", help="rôle avec lequel le site et le worker se connectent")

    def handle(self, *args, role: str, **options) -> None:
        """Grant, and say on how many tables."""
        try:
            tables = grant_app_role(role)
        except LookupError as error:
            raise CommandError(
                f"Le rôle {role} n’existe pas\u00a0: créez-le avec «\u00a0CREATE ROLE {role} LOGIN PASSWORD '…'\u00a0»."
            ) from error
        except OwnerAsked as error:
            raise CommandError(
                f"Le rôle {role} possède des tables ou peut tout faire\u00a0: l’application doit en avoir un autre."
            ) from error
        self.stdout.write(f"{tables} tables, {role} may work and not rewrite")
