from django.apps import AppConfig


class CommissionsConfig(AppConfig):
    name = "ecoquartier.commissions"
    label = "commissions"
    verbose_name = "Commissions"

    def ready(self) -> None:
        """Load the services, so that every process knows who performs each step."""
        from ecoquartier.commissions import services  # noqa: F401, PLC0415 -- models are loaded only now
