from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "ecoquartier.operations"
    label = "operations"
    verbose_name = "Registre des opérations"

    def ready(self) -> None:
        """Load the services, so that every process knows who performs each step."""
        from ecoquartier.operations import services  # noqa: F401, PLC0415 -- models are loaded only now
