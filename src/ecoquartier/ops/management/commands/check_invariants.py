"""Check the facts that must hold between the tables."""

from django.core.management.base import CommandError

from ecoquartier.core.commands import OperatorCommand
from ecoquartier.core.registry import invariants


class Command(OperatorCommand):
    help = "Vérifie les faits qui doivent tenir entre les tables.\n\nExemple\u00a0: python manage.py check_invariants"

    def handle(self, *args, **options):
        checks = list(invariants.items())
        breaches = [f"{name}\u00a0: {breach}" for name, check in checks for breach in check()]
        for breach in breaches:
            self.stdout.write(breach)
        if breaches:
            raise CommandError(f"{len(breaches)} breaches")
        self.stdout.write(f"{len(checks)} invariants hold")
