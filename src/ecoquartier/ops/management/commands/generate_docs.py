"""Write, or check, the reference pages that come from the code."""

from django.conf import settings
from django.core.management.base import CommandError

from ecoquartier.core.commands import OperatorCommand
from ecoquartier.ops.services.reference_pages import pages

FOLDER = "docs/reference"


class Command(OperatorCommand):
    help = (
        "Écrit les pages de référence produites par le code.\n\nExemple\u00a0: python manage.py generate_docs --check"
    )

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="échoue si une page n’est plus celle du code")

    def handle(self, *args, check, **options):
        folder = settings.ROOT / FOLDER
        stale = []
        for name, text in pages().items():
            path = folder / name
            if path.exists() and path.read_text(encoding="utf-8") == text:
                continue
            stale.append(name)
            if not check:
                folder.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        if check and stale:
            raise CommandError(f"À refaire avec «\u00a0make docs-generated\u00a0»\u00a0: {', '.join(stale)}.")
        self.stdout.write(f"{len(stale)} page(s) écrite(s)." if not check else "Pages à jour.")
