from django.apps import AppConfig

from ecoquartier.core.registry import PersonalData, invariants, personal_data


class JournalConfig(AppConfig):
    name = "ecoquartier.journal"
    label = "journal"
    verbose_name = "Journal"

    def ready(self) -> None:
        """Fill the seams."""
        from ecoquartier.journal import queries  # noqa: PLC0415 -- models are loaded only now
        from ecoquartier.journal.services import details  # noqa: PLC0415 -- models are loaded only now

        invariants.register("journal_without_gap", queries.numbering_breaches)
        invariants.register("journal_details_hashed", queries.detail_breaches)
        invariants.register("journal_details_explained", queries.lost_details)
        invariants.register("journal_heads_on_chain", queries.head_breaches)
        personal_data.register(
            "journal.Entry",
            PersonalData(
                model="journal.Entry",
                person="actor",
                holds="les actes de la personne, sous un identifiant",
                retention="sans limite\u00a0: le journal ne se réécrit pas",
                fields=("seq", "event", "object_type", "object_id", "occurred_at"),
            ),
        )
        personal_data.register(
            "journal.EntryDetail",
            PersonalData(
                model="journal.EntryDetail",
                holds="les mots d’un acte, motif ou avis, où une personne peut être nommée",
                retention="jusqu’à l’effacement de la personne\u00a0: les mots d’un acte sur elle partent, ceux "
                "d’un autre acte sont récrits sans son nom",
                erase=details.forget_details,
            ),
        )
