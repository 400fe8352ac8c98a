from django.apps import AppConfig

from ecoquartier.core.registry import invariants, pending, retirements


class CampaignsConfig(AppConfig):
    name = "ecoquartier.campaigns"
    label = "campaigns"
    verbose_name = "Régimes et campagnes"

    def ready(self) -> None:
        """Load the services, so that every process knows the acts and their messages, and fill the seams."""
        from ecoquartier.campaigns import queries, services  # noqa: F401, PLC0415 -- models are loaded only now

        invariants.register("schemes_hold", queries.scheme_breaches)
        invariants.register("campaigns_in_order", queries.calendar_breaches)
        pending.register("campaigns", queries.work_of)
        retirements.register("campaigns", queries.why_followed)
