"""Django's command, for which a reworded sentence is no change."""

from django.core.management.commands import makemigrations

from ecoquartier.core.autodetector import WordingBlindAutodetector


class Command(makemigrations.Command):
    autodetector = WordingBlindAutodetector
    help = (
        "Écrit les migrations des modèles changés\u00a0; une phrase reformulée n’en demande pas. "
        "Exemple\u00a0: python manage.py makemigrations dossiers --name ce_qui_change"
    )
