"""Load the reference data."""

from django.core.management.base import BaseCommand

from ecoquartier.ops.services.reference import load_reference


class Command(BaseCommand):
    help = "Charge territoires, référentiel et régimes ; peut être relancée. Exemple : python manage.py load_reference"

    def handle(self, *args, **options):
        load_reference(self.stdout.write)
        self.stdout.write("Données de référence à jour.")
