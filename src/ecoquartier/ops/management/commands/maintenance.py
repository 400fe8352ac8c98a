"""`manage.py maintenance`: closes the site to people, and opens it again."""

from argparse import ArgumentParser
from typing import Any

from ecoquartier.core.commands import OperatorCommand
from ecoquartier.core.maintenance import close_site, open_site


class Command(OperatorCommand):
    help = (
        "Ferme le site (page 503 et une phrase) ou le rouvre, sans l’arrêter. À lancer sur chaque machine qui le "
        "sert.\n\n"
        'Exemple\u00a0: python manage.py maintenance on "Mise à jour jusqu’à 14 h."'
    )
    # The site may be closed because something is broken.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("state", choices=["on", "off"], help="on ferme le site, off le rouvre")
        parser.add_argument("message", nargs="?", default="", help="ce que les visiteurs liront (avec on)")

    def handle(self, *args: Any, state: str, message: str, **options: Any) -> None:
        """Close or open; both may be done twice."""
        if state == "on":
            close_site(message)
            self.stdout.write("Site fermé. Pour le rouvrir\u00a0: python manage.py maintenance off")
        else:
            open_site()
            self.stdout.write("Site ouvert.")
