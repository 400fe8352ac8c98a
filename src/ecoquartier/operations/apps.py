from django.apps import AppConfig

from ecoquartier.core.registry import invariants, pending


class OperationsConfig(AppConfig):
    name = "ecoquartier.operations"
    label = "operations"
    verbose_name = "Registre des opérations"

    def ready(self) -> None:
        """Load the services, so that every process knows who performs each step, and fill the seams."""
        from ecoquartier.operations import queries, services  # noqa: F401, PLC0415 -- models are loaded only now

        pending.register("operations", queries.waiting_for)
        invariants.register("operations_have_phases", queries.operations_without_phase)
