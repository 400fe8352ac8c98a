from django.apps import AppConfig

from ecoquartier.core.registry import invariants, pending


class ExpertiseConfig(AppConfig):
    name = "ecoquartier.expertise"
    label = "expertise"
    verbose_name = "Expertise"

    def ready(self) -> None:
        """Load the services, so that every process knows who performs each step, and fill the seams."""
        from ecoquartier.expertise import queries, services  # noqa: F401, PLC0415 -- models are loaded only now

        pending.register("expertise", queries.waiting_for)
        invariants.register("teams_complete", queries.team_breaches)
        invariants.register("seals_coherent", queries.seal_breaches)
        invariants.register("synthesis_after_seals", queries.synthesis_breaches)
