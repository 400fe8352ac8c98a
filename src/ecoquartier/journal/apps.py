from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "ecoquartier.journal"
    label = "journal"
    verbose_name = "Journal"
