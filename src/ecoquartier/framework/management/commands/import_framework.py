"""Import a version of the référentiel."""

from pathlib import Path

from django.core.management.base import CommandError

from ecoquartier.core.commands import OperatorCommand
from ecoquartier.framework.enums import VersionState
from ecoquartier.framework.services.files import import_version
from ecoquartier.framework.services.versions import publish
from ecoquartier.workflow.engine import Job

OPERATOR = Job("import_framework")


class Command(OperatorCommand):
    help = (
        "Importe une version du référentiel (YAML ou ODS) comme brouillon\u00a0; se relance.\n\n"
        "Exemple\u00a0: python manage.py import_framework referentiel-2027.yaml"
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="le fichier, .yaml ou .ods")
        parser.add_argument("--publish", action="store_true", help="publie aussitôt la version, qui ne changera plus")

    def handle(self, *args, file, **options):
        try:
            data = file.read_bytes()
        except OSError as error:
            raise CommandError(f"Fichier illisible\u00a0: {error.strerror}.") from error
        framework, has_changed = import_version(data, actor=OPERATOR, name=file.name)
        if options["publish"] and framework.state == VersionState.DRAFT:
            framework = publish(framework, actor=OPERATOR)
        what = "importée" if has_changed else "déjà là, inchangée"
        self.stdout.write(f"Version {framework.code} {what} ({framework.get_state_display()}).")
