from django.apps import AppConfig

from ecoquartier.core.registry import invariants, pending


class AwardsConfig(AppConfig):
    name = "ecoquartier.awards"
    label = "awards"
    verbose_name = "Labels"

    def ready(self) -> None:
        """Load the services, so that every process knows who performs each step, and fill the seams."""
        from ecoquartier.awards import queries, services  # noqa: F401, PLC0415 -- models are loaded only now

        pending.register("awards", queries.waiting_for)
        invariants.register("awards_match_dossiers", queries.award_breaches)
        invariants.register("publications_together", queries.publication_breaches)
        invariants.register("certificates_intact", queries.certificate_breaches)
