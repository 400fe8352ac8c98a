from django.apps import AppConfig

from ecoquartier.core.registry import invariants, pending


class DossiersConfig(AppConfig):
    name = "ecoquartier.dossiers"
    label = "dossiers"
    verbose_name = "Candidatures"

    def ready(self) -> None:
        """Load the services, so that every process knows who performs each step, and fill the seams."""
        from ecoquartier.dossiers import queries, services  # noqa: F401, PLC0415 -- models are loaded only now
        from ecoquartier.dossiers.queries import invariants as facts  # noqa: PLC0415 -- models are loaded only now

        pending.register("dossiers", queries.waiting_for)
        invariants.register("scopes_follow_states", facts.scope_breaches)
        invariants.register("deposits_intact", facts.deposit_breaches)
        invariants.register("deposited_once_filed", facts.undeposited_breaches)
        invariants.register("journal_agrees", facts.journal_breaches)
