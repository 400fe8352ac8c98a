from django.apps import AppConfig

from ecoquartier.core.registry import PersonalData, invariants, personal_data


class AccountsConfig(AppConfig):
    name = "ecoquartier.accounts"
    label = "accounts"
    verbose_name = "Comptes"

    def ready(self) -> None:
        """Load the services, so that every process knows their acts, and fill the seams."""
        from ecoquartier.accounts import queries, services  # noqa: PLC0415 -- models are loaded only now

        personal_data.register(
            "sessions.Session",
            PersonalData(
                model="sessions.Session",
                holds="l’identifiant de la personne connectée",
                retention="deux semaines sans visite, ou la déconnexion",
                erase=services.close_sessions,
            ),
        )
        invariants.register("erased_people_hold_nothing", queries.erased_breaches)
