"""`manage.py run_worker`: does the background jobs and what is scheduled."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app


class Command(BaseCommand):
    help = (
        "Fait les tâches de fond et les travaux programmés (rappels, résumés, envois) jusqu’à son arrêt.\n\n"
        "Exemple\u00a0: python manage.py run_worker --concurrency 2"
    )

    def create_parser(self, *args: Any, **options: Any) -> ArgumentParser:
        """Keep the line breaks of the help, so that the example has its own."""
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **options)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=1, help="tâches faites en même temps (1 par défaut)")
        parser.add_argument("--once", action="store_true", help="fait les tâches en attente puis s’arrête")

    def handle(self, *args: Any, concurrency: int, once: bool, **options: Any) -> None:
        """Run until SIGTERM or Ctrl-C, letting the job at hand finish for ten seconds."""
        self.stdout.write("Travailleur prêt." if not once else "Tâches en attente…")
        # Django's connection cannot listen: the worker has its own, with a small pool.
        with app.replace_connector(app.connector.get_worker_connector()):
            app.run_worker(concurrency=concurrency, wait=not once, shutdown_graceful_timeout=10)
        self.stdout.write("Travailleur arrêté." if not once else "Tâches faites.")
