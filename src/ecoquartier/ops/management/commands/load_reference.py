"""Load the reference data."""

from ecoquartier.core.commands import OperatorCommand
from ecoquartier.ops.services.reference import load_reference


class Command(OperatorCommand):
    help = (
        "Charge territoires, référentiel et régimes\u00a0; se relance.\n\n"
        "Exemple\u00a0: python manage.py load_reference"
    )

    def handle(self, *args, **options):
        load_reference(self.stdout.write)
        self.stdout.write("Données de référence à jour.")
