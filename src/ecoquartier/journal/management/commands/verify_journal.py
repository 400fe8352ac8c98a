"""Verify the journal's chain."""

from django.core.management.base import BaseCommand, CommandError

from ecoquartier.journal.queries import verify_chain


class Command(BaseCommand):
    help = "Vérifie que le journal n’a pas été réécrit. Exemple\u00a0: python manage.py verify_journal"

    def handle(self, *args, **options):
        verdict = verify_chain()
        if not verdict.intact:
            raise CommandError(f"Journal rompu, {verdict.problem}.")
        self.stdout.write(f"{verdict.count} entries, chain intact")
