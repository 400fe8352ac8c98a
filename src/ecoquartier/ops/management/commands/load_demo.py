"""Fill an empty database with the demonstration."""

from ecoquartier.core.commands import OperatorCommand
from ecoquartier.ops.services.demo import is_empty, load_demo


class Command(OperatorCommand):
    help = "Charge la démonstration dans une base vide.\n\nExemple\u00a0: python manage.py load_demo"

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-empty", action="store_true", help="ne fait rien si la base contient déjà quelque chose"
        )

    def handle(self, *args, if_empty, **options):
        if if_empty and not is_empty():
            self.stdout.write("Démonstration déjà chargée.")
            return
        load_demo(self.stdout.write)
        self.stdout.write("Démonstration chargée.")
