from django.apps import AppConfig

from ecoquartier.commissions.enums import SittingState
from ecoquartier.core.registry import PersonalData, audiences, invariants, mergers, pending, personal_data

SIGNED = "preuve figée\u00a0: le procès-verbal signé fonde un label"


class CommissionsConfig(AppConfig):
    name = "ecoquartier.commissions"
    label = "commissions"
    verbose_name = "Commissions"

    def ready(self) -> None:
        """Load the services, so that every process knows who performs each step, and fill the seams."""
        from ecoquartier.commissions import services  # noqa: F401, PLC0415 -- models are loaded only now
        from ecoquartier.commissions.queries import audiences as groups  # noqa: PLC0415 -- models are loaded only now
        from ecoquartier.commissions.queries import duties, work  # noqa: PLC0415 -- models are loaded only now
        from ecoquartier.commissions.queries import invariants as facts  # noqa: PLC0415 -- models are loaded only now

        pending.register("commissions", work.work_of)
        mergers.register("commissions", duties.seats_in_common)
        audiences.register("sitting_members", groups.SITTING_MEMBERS)
        invariants.register("minutes_intact", facts.minutes_breaches)
        invariants.register("items_as_minuted", facts.passage_breaches)
        invariants.register("notified_as_decided", facts.notified_breaches)
        invariants.register("proposals_minuted", facts.outcome_breaches)
        invariants.register("items_settled", facts.settled_breaches)
        invariants.register("one_agenda_at_a_time", facts.agenda_breaches)
        invariants.register("adjournments_helped", facts.adjournment_breaches)
        invariants.register("settlements_minuted", facts.settlement_breaches)
        personal_data.register(
            "commissions.Seat",
            PersonalData(
                model="commissions.Seat",
                person="holder",
                holds="les sièges occupés",
                retention="tant que le siège est occupé",
                fields=("commission__name", "organisation__name", "part"),
                refusal=duties.running_seat,
            ),
        )
        personal_data.register(
            "commissions.Declaration",
            PersonalData(
                model="commissions.Declaration",
                person="user",
                holds="les liens déclarés avec un dossier, et le motif d’un retrait",
                retention="sans limite pour le retrait\u00a0; le motif jusqu’à l’effacement",
                fields=("dossier__operation__name", "is_recused", "reason", "declared_at"),
                replaced={"reason": ""},
                words=("reason",),
            ),
        )
        personal_data.register(
            "commissions.Sitting",
            PersonalData(
                model="commissions.Sitting",
                person="signed_by",
                holds="les procès-verbaux qu’elle a signés",
                retention="sans limite\u00a0: le procès-verbal fonde un label",
                fields=(
                    "commission__name",
                    "held_on",
                    "signed_at",
                ),
                words=("place",),
                kept={"minutes": SIGNED},
            ),
        )
        for model, holds, columns, sitting in (
            ("commissions.AgendaItem", "un avis de commission", ("reasons", "support"), "sitting"),
            ("commissions.ItemRecommendation", "une recommandation notée en séance", ("text",), "item__sitting"),
            ("commissions.ItemSettlement", "la suite donnée à une recommandation", ("text", "words"), "item__sitting"),
        ):
            personal_data.register(
                model,
                PersonalData(
                    model=model,
                    holds=f"les personnes nommées dans {holds}",
                    retention="jusqu’à l’effacement de la personne, ou la signature du procès-verbal",
                    words=columns,
                    kept=dict.fromkeys(columns, SIGNED),
                    frozen={f"{sitting}__state": SittingState.MINUTED},
                ),
            )
        personal_data.register(
            "commissions.Commission",
            PersonalData(
                model="commissions.Commission",
                holds="les personnes dont une commission porterait le nom",
                retention="sans limite\u00a0: une instance officielle",
                kept={"name": "nom public d’une instance"},
            ),
        )
