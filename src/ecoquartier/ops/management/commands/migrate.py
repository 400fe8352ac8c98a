"""Django's command, for which a reworded sentence is no change; both share one detector (`commands.E001`)."""

from django.core.management.commands import migrate

from ecoquartier.core.autodetector import WordingBlindAutodetector


class Command(migrate.Command):
    autodetector = WordingBlindAutodetector
    help = (
        "Met les tables de la base à l’état que décrivent les migrations. "
        "Exemple\u00a0: python manage.py migrate --plan"
    )
