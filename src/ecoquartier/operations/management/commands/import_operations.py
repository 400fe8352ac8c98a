"""Import the ministry's tracking sheet."""

import csv
from functools import partial
from pathlib import Path

from django.core.management.base import CommandError

from ecoquartier.core.commands import OperatorCommand
from ecoquartier.operations.services.legacy import import_operations


class Command(OperatorCommand):
    help = (
        "Importe le tableau de suivi 2009-2016 dans le registre\u00a0; peut être relancée.\n\n"
        "Exemple\u00a0: python manage.py import_operations suivi.csv --report rapport.csv"
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="le tableau, en CSV")
        parser.add_argument("--dry-run", action="store_true", help="montre ce qui serait fait, sans rien écrire")
        parser.add_argument(
            "--report", type=Path, help="écrit ici les lignes non placées et les valeurs laissées de côté"
        )

    def handle(self, *args, file, dry_run, report, **options):
        try:
            result = import_operations(file.read_bytes(), progress=partial(self.progress, "Lignes"), dry_run=dry_run)
        except OSError as error:
            raise CommandError(f"Fichier illisible\u00a0: {error.strerror}.") from error
        if report:
            self._write_report(report, result)
        for row in result.skipped:
            self.stdout.write(f"ligne {row.line}\u00a0: {row.reason}")
        self.stdout.write(
            f"imported {result.imported}, merged {result.merged}, unchanged {result.unchanged}, "
            f"skipped {len(result.skipped)}"
        )

    def _write_report(self, path: Path, result) -> None:
        with path.open("w", newline="", encoding="utf-8") as target:
            writer = csv.writer(target, delimiter=";")
            writer.writerow(["ligne", "nature", "explication"])
            writer.writerows([row.line, "non placée", row.reason] for row in result.skipped)
            writer.writerows([line, "à vérifier", text] for line, text in result.warnings)
