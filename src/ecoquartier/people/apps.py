from django.apps import AppConfig

from ecoquartier.core.registry import PersonalData, audiences, invariants, personal_data


class PeopleConfig(AppConfig):
    name = "ecoquartier.people"
    label = "people"
    verbose_name = "Personnes et organismes"

    def ready(self) -> None:
        """Fill the seams."""
        from ecoquartier.people import queries  # noqa: PLC0415 -- models are loaded only now

        invariants.register("merged_once", queries.merger_breaches)
        audiences.register("correspondents", queries.CORRESPONDENTS)
        audiences.register("coordinators", queries.COORDINATORS)
        for key, held in {
            "people.User": PersonalData(
                model="people.User",
                person="pk",
                holds="le nom et l’adresse électronique",
                retention="jusqu’à l’effacement du compte",
                fields=("email", "pending_email", "full_name", "is_active", "created_at", "last_login"),
                replaced={
                    "full_name": "Personne effacée",
                    "email": queries.erased_address,
                    "pending_email": "",
                    "password": "!",
                    "last_login": None,
                    "is_active": False,
                },
            ),
            "people.User.merged_into": PersonalData(
                model="people.User",
                person="merged_into",
                holds="les anciens comptes de la même personne",
                retention="sans limite\u00a0: ses actes d’alors y sont attachés",
                fields=("full_name", "created_at"),
                replaced={"full_name": "Personne effacée"},
            ),
            "people.Organisation": PersonalData(
                model="people.Organisation",
                holds="les personnes dont un organisme porte le nom",
                retention="tant que l’organisme est au registre, ou jusqu’à l’effacement de la personne",
                words=("name",),
            ),
            "people.Membership": PersonalData(
                model="people.Membership",
                person="user",
                holds="l’organisme pour lequel la personne agit, et sa fonction",
                retention="tant que l’organisme est au registre",
                fields=("organisation__name", "title", "is_representative", "started_on", "ended_on"),
                replaced={"title": "", "ended_on": queries.today_unless_ended},
                words=("title",),
            ),
            "people.RoleGrant": PersonalData(
                model="people.RoleGrant",
                person="user",
                holds="les rôles confiés, leur territoire et leur période",
                retention="sans limite\u00a0: dit qui pouvait agir à une date",
                fields=("role", "county__name", "region__name", "starts_on", "ends_on", "reason", "end_reason"),
                replaced={"reason": "", "end_reason": ""},
                refusal=queries.running_office,
                words=("reason", "end_reason"),
            ),
            "people.RoleGrant.granted_by": PersonalData(
                model="people.RoleGrant",
                person="granted_by",
                holds="les rôles qu’elle a confiés à d’autres",
                retention="sans limite\u00a0: dit qui a confié un rôle",
                fields=("role", "starts_on", "ends_on"),
            ),
        }.items():
            personal_data.register(key, held)
