from django.apps import AppConfig


class ExpertiseConfig(AppConfig):
    name = "ecoquartier.expertise"
    label = "expertise"
    verbose_name = "Expertise"

    def ready(self) -> None:
        """Load the services, so that every process knows who performs each step."""
        from ecoquartier.expertise import services  # noqa: F401, PLC0415 -- models are loaded only now
