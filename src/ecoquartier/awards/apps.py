from django.apps import AppConfig

from ecoquartier.core.registry import PersonalData, invariants, pending, personal_data


class AwardsConfig(AppConfig):
    name = "ecoquartier.awards"
    label = "awards"
    verbose_name = "Labels"

    def ready(self) -> None:
        """Load the services, so that every process knows who performs each step, and fill the seams."""
        from ecoquartier.awards import queries, services  # noqa: F401, PLC0415 -- models are loaded only now

        pending.register("awards", queries.work_of)
        invariants.register("awards_match_dossiers", queries.award_breaches)
        invariants.register("publications_together", queries.publication_breaches)
        invariants.register("certificates_intact", queries.certificate_breaches)
        invariants.register("credentials_of_their_award", queries.credential_breaches)
        invariants.register("awards_minuted", queries.basis_breaches)
        invariants.register("awards_in_history", queries.history_breaches)
        invariants.register("awards_in_order", queries.order_breaches)
        invariants.register("published_by_two", queries.ceremony_breaches)
        for model, columns in (("awards.Award", ("frozen",)), ("awards.Certificate", ("pdf", "credential"))):
            personal_data.register(
                model,
                PersonalData(
                    model=model,
                    holds="les personnes nommées dans les noms figés d’un label, opération ou porteur",
                    retention="sans limite\u00a0: le label est public et se vérifie",
                    kept=dict.fromkeys(columns, "preuve figée\u00a0: le certificat signé d’un label public"),
                ),
            )
        personal_data.register(
            "awards.Ceremony.requested_by",
            PersonalData(
                model="awards.Ceremony",
                person="requested_by",
                holds="les publications qu’elle a demandées",
                retention="sans limite\u00a0: l’acte engage la plateforme",
                fields=(
                    "campaign",
                    "published_at",
                ),
            ),
        )
        personal_data.register(
            "awards.Ceremony.confirmed_by",
            PersonalData(
                model="awards.Ceremony",
                person="confirmed_by",
                holds="les publications qu’elle a confirmées",
                retention="sans limite\u00a0: l’acte engage la plateforme",
                fields=(
                    "campaign",
                    "published_at",
                ),
            ),
        )
