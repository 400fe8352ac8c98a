from django.apps import AppConfig

from ecoquartier.core.registry import PersonalData, invariants, pending, personal_data

WITH_THE_ACCOUNT = (
    (
        "mfa.Authenticator",
        "user",
        "les moyens de double vérification\u00a0: application de codes, clés d’accès, codes de secours",
        "jusqu’à leur retrait, ou l’effacement du compte",
        ("type", "created_at", "last_used_at"),
    ),
    (
        "socialaccount.SocialAccount",
        "user",
        "l’identité reliée chez un fournisseur (ProConnect)\u00a0: un numéro, ni nom ni adresse",
        "jusqu’à son retrait, ou l’effacement du compte",
        ("provider", "uid", "date_joined", "last_login"),
    ),
    (
        "usersessions.UserSession",
        "user",
        "les sessions ouvertes\u00a0: adresse du réseau, navigateur, dates",
        "la durée de la session",
        ("ip", "user_agent", "created_at", "last_seen_at"),
    ),
    (
        "accounts.CalendarLink",
        "user",
        "l’empreinte du lien de calendrier personnel",
        "jusqu’à son retrait, ou l’effacement du compte",
        ("created_at",),
    ),
    # Tables of the library that stay empty: the address is the one of the person, and no token is kept.
    ("socialaccount.SocialToken", "account__user", "rien", "reste vide", ()),
    ("account.EmailAddress", "user", "rien", "reste vide", ()),
)
"""What goes with the account: table, path to the person, what it holds, until when, what is given back."""


class AccountsConfig(AppConfig):
    name = "ecoquartier.accounts"
    label = "accounts"
    verbose_name = "Comptes"

    def ready(self) -> None:
        """Load the services, so that every process knows their acts, and fill the seams."""
        from ecoquartier.accounts import queries, services  # noqa: PLC0415 -- models are loaded only now
        from ecoquartier.accounts.services import (  # noqa: F401, PLC0415 -- models are loaded only now
            calendars,
            credentials,
            invitations,
            mergers,
            organisations,
            questions,
            roles,
            support,
        )

        pending.register("accounts", queries.work_of)
        personal_data.register(
            "sessions.Session",
            PersonalData(
                model="sessions.Session",
                holds="l’identifiant de la personne connectée",
                retention="deux semaines sans visite, ou la déconnexion",
                erase=services.close_sessions,
            ),
        )
        for model, person, holds, retention, fields in WITH_THE_ACCOUNT:
            personal_data.register(
                model,
                PersonalData(model=model, person=person, holds=holds, retention=retention, fields=fields, deleted=True),
            )
        for key, held in {
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
            "accounts.SupportSession": PersonalData(
                model="accounts.SupportSession",
                person="person",
                holds="qui a vu la plateforme à sa place pour l’aider, quand et pourquoi",
                retention="sans limite\u00a0: dit qui a regardé",
                fields=(
                    "asked_by__full_name",
                    "answered_by__full_name",
                    "reason",
                    "answered_at",
                    "expires_at",
                    "ended_at",
                ),
                replaced={"reason": "", "refusal": ""},
                words=("reason", "refusal"),
                # A request that was not opened showed nothing, and is between the two who dealt with it.
                told={"expires_at__isnull": False},
            ),
            "accounts.SupportSession.asked_by": PersonalData(
                model="accounts.SupportSession",
                person="asked_by",
                holds="les assistances qu’elle a demandées",
                retention="sans limite\u00a0: dit qui a regardé",
                fields=("reason", "minutes", "state", "asked_at", "expires_at", "ended_at"),
            ),
            "accounts.SupportSession.answered_by": PersonalData(
                model="accounts.SupportSession",
                person="answered_by",
                holds="les assistances qu’elle a ouvertes ou refusées",
                retention="sans limite\u00a0: dit qui l’a permis",
                fields=("state", "refusal", "answered_at"),
            ),
            "accounts.Question": PersonalData(
                model="accounts.Question",
                person="answered_by",
                holds="les questions du public auxquelles elle a répondu, et les personnes qui y sont nommées",
                retention="un an après la question",
                fields=("topic", "asked_at", "answered_at"),
                words=("name", "email", "text"),
            ),
        }.items():
            personal_data.register(key, held)
        invariants.register("erased_people_hold_nothing", queries.erased_breaches)
