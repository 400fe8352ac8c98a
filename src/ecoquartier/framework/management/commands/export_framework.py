"""Export a version of the référentiel."""

from pathlib import Path

from django.core.management.base import CommandError

from ecoquartier.core.commands import OperatorCommand
from ecoquartier.framework.queries import versions
from ecoquartier.framework.services.files import file_of


class Command(OperatorCommand):
    help = (
        "Écrit une version du référentiel dans un fichier YAML, ODS ou PDF.\n\n"
        "Exemple\u00a0: python manage.py export_framework 2016 referentiel.ods"
    )

    def add_arguments(self, parser):
        parser.add_argument("version", metavar="VERSION", help="le code de la version")
        parser.add_argument("file", type=Path, help="le fichier à écrire, .yaml, .ods ou .pdf")

    def handle(self, *args, file, **options):
        framework = versions().filter(pk=options["version"]).first()
        if framework is None:
            known = ", ".join(versions().values_list("pk", flat=True))
            raise CommandError(f"Il n’y a pas de version «\u00a0{options['version']}\u00a0»\u00a0: {known}.")
        data = file_of(framework, file.name)
        try:
            file.write_bytes(data)
        except OSError as error:
            raise CommandError(f"Le fichier ne peut pas être écrit\u00a0: {error.strerror}.") from error
        self.stdout.write(f"Version {framework.code} écrite dans {file}.")
