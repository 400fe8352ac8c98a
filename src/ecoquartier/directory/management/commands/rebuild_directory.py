"""Rebuild the public directory."""

from ecoquartier.core.commands import OperatorCommand
from ecoquartier.directory.services import rebuild


class Command(OperatorCommand):
    help = (
        "Refait l’annuaire public (lignes, carte, nombres des filtres) d’après le registre\u00a0; ne change rien quand "
        "tout est juste.\n\nExemple\u00a0: python manage.py rebuild_directory"
    )

    def handle(self, *args, **options):
        self.stdout.write(f"directory rebuilt: {rebuild()} operations")
