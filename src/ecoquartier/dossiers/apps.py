from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "ecoquartier.dossiers"
    label = "dossiers"
    verbose_name = "Candidatures"

    def ready(self) -> None:
        """Load the services, so that every process knows who performs each step."""
        from ecoquartier.dossiers import services  # noqa: F401, PLC0415 -- models are loaded only now
