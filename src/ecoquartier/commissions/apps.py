from django.apps import AppConfig

from ecoquartier.core.registry import invariants, pending


class CommissionsConfig(AppConfig):
    name = "ecoquartier.commissions"
    label = "commissions"
    verbose_name = "Commissions"

    def ready(self) -> None:
        """Load the services, so that every process knows who performs each step, and fill the seams."""
        from ecoquartier.commissions import queries, services  # noqa: F401, PLC0415 -- models are loaded only now
        from ecoquartier.commissions.queries import invariants as facts  # noqa: PLC0415 -- models are loaded only now

        pending.register("commissions", queries.waiting_for)
        invariants.register("minutes_intact", facts.minutes_breaches)
        invariants.register("proposals_minuted", facts.outcome_breaches)
