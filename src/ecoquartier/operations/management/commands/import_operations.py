"""Import the ministry's tracking sheet."""

from functools import partial
from pathlib import Path

from django.core.management.base import CommandError

from ecoquartier.core.commands import OperatorCommand
from ecoquartier.operations.domain.legacy import MOST_BYTES
from ecoquartier.operations.domain.legacy.report import ReportLine, write_report
from ecoquartier.operations.enums import ImportOutcome
from ecoquartier.operations.models import LegacyImport
from ecoquartier.operations.services.imports import import_file


class Command(OperatorCommand):
    help = (
        "Importe le tableau de suivi 2009-2016, ou un tableau de la même famille, dans le registre\u00a0; peut être "
        "relancée.\n\n"
        "Exemple\u00a0: python manage.py import_operations suivi.csv --report rapport.csv"
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="le tableau, en CSV")
        parser.add_argument("--dry-run", action="store_true", help="montre ce qui serait fait, sans rien écrire")
        parser.add_argument(
            "--report", type=Path, help="écrit ici ce que devient chaque ligne, et pourquoi, pour un tableur"
        )

    def handle(self, *args, file, dry_run, report, **options):
        made = import_file(file.name, self._read(file), dry_run=dry_run, progress=partial(self.progress, "Opérations"))
        lines = [ReportLine(*line) for line in made.report]
        if report:
            self._write(report, lines, made)
        for note in made.notes:
            self.stdout.write(note)
        for line in lines:
            if line.outcome == ImportOutcome.SKIPPED:
                self.stdout.write(f"ligne {line.line}\u00a0: {line.text}")
        self.stdout.write(f"imported {made.imported}, merged {made.merged}, skipped {made.skipped}")

    def _read(self, path: Path) -> bytes:
        try:
            with path.open("rb") as source:
                # One byte more than allowed is enough to say that there are too many.
                return source.read(MOST_BYTES + 1)
        except OSError as error:
            raise CommandError(f"Fichier illisible\u00a0: {error.strerror}.") from error

    def _write(self, path: Path, lines: list[ReportLine], made: LegacyImport) -> None:
        try:
            with path.open("w", newline="", encoding="utf-8") as target:
                write_report(target, lines, made.notes)
        except OSError as error:
            raise CommandError(f"Le rapport ne peut pas être écrit\u00a0: {error.strerror}.") from error
