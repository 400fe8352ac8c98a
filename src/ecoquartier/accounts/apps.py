from django.apps import AppConfig

from ecoquartier.core.registry import PersonalData, invariants, personal_data


class AccountsConfig(AppConfig):
    name = "ecoquartier.accounts"
    label = "accounts"
    verbose_name = "Comptes"

    def ready(self) -> None:
        """Load the services, so that every process knows their acts, and fill the seams."""
        from ecoquartier.accounts import queries, services  # noqa: PLC0415 -- models are loaded only now
        from ecoquartier.accounts.services import (  # noqa: F401, PLC0415 -- models are loaded only now
            credentials,
            invitations,
            mergers,
            organisations,
            roles,
        )

        personal_data.register(
            "sessions.Session",
            PersonalData(
                model="sessions.Session",
                holds="l’identifiant de la personne connectée",
                retention="deux semaines sans visite, ou la déconnexion",
                erase=services.close_sessions,
            ),
        )
        for key, held in {
            "mfa.Authenticator": PersonalData(
                model="mfa.Authenticator",
                person="user",
                holds="les moyens de double vérification\u00a0: application de codes, clés d’accès, codes de secours",
                retention="jusqu’à leur retrait, ou l’effacement du compte",
                fields=("type", "created_at", "last_used_at"),
                deleted=True,
            ),
            "usersessions.UserSession": PersonalData(
                model="usersessions.UserSession",
                person="user",
                holds="les sessions ouvertes\u00a0: adresse du réseau, navigateur, dates",
                retention="la durée de la session",
                fields=("ip", "user_agent", "created_at", "last_seen_at"),
                deleted=True,
            ),
            "accounts.Invitation": PersonalData(
                model="accounts.Invitation",
                person="accepted_by",
                holds="l’invitation acceptée, et l’adresse à laquelle elle est partie",
                retention="sans limite\u00a0: dit qui a fait entrer la personne",
                fields=("email", "organisation__name", "role", "reason", "created_at", "accepted_at"),
                replaced={"email": "personne@effacee.invalid", "title": "", "reason": ""},
                words=("title", "reason"),
            ),
            "accounts.Invitation.invited_by": PersonalData(
                model="accounts.Invitation",
                person="invited_by",
                holds="les invitations qu’elle a envoyées",
                retention="sans limite\u00a0: dit qui a fait entrer une personne",
                fields=("organisation__name", "role", "created_at", "accepted_at"),
            ),
            # A table of the library that stays empty: the address is the one of the person.
            "account.EmailAddress": PersonalData(
                model="account.EmailAddress", person="user", holds="rien", retention="reste vide", deleted=True
            ),
        }.items():
            personal_data.register(key, held)
        invariants.register("erased_people_hold_nothing", queries.erased_breaches)
