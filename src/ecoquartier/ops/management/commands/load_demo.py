"""Fill an empty database with the demonstration."""

from django.core.management.base import BaseCommand, CommandError

from ecoquartier.core.errors import DomainError
from ecoquartier.ops.services.demo import is_empty, load_demo


class Command(BaseCommand):
    help = "Charge la démonstration dans une base vide. Exemple\u00a0: python manage.py load_demo"

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-empty", action="store_true", help="ne fait rien si la base contient déjà quelque chose"
        )

    def handle(self, *args, if_empty, **options):
        if if_empty and not is_empty():
            self.stdout.write("Démonstration déjà chargée.")
            return
        try:
            load_demo(self.stdout.write)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write("Démonstration chargée.")
