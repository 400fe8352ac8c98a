from django.apps import AppConfig


class AwardsConfig(AppConfig):
    name = "ecoquartier.awards"
    label = "awards"
    verbose_name = "Labels"

    def ready(self) -> None:
        """Load the services, so that every process knows who performs each step."""
        from ecoquartier.awards import services  # noqa: F401, PLC0415 -- models are loaded only now
