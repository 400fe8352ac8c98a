from django.apps import AppConfig

from ecoquartier.core.registry import PersonalData, audiences, invariants, pending, personal_data
from ecoquartier.expertise.enums import ReportState

SEALED = "preuve figée\u00a0: l’expertise scellée fonde un label, son empreinte est au journal"


class ExpertiseConfig(AppConfig):
    name = "ecoquartier.expertise"
    label = "expertise"
    verbose_name = "Expertise"

    def ready(self) -> None:
        """Load the services, so that every process knows who performs each step, and fill the seams."""
        from ecoquartier.expertise import queries, services  # noqa: F401, PLC0415 -- models are loaded only now
        from ecoquartier.expertise.queries import work  # noqa: PLC0415 -- models are loaded only now

        pending.register("expertise", work.work_of)
        audiences.register("experts", queries.EXPERTS)
        invariants.register("teams_complete", queries.team_breaches)
        invariants.register("seals_coherent", queries.seal_breaches)
        invariants.register("synthesis_after_seals", queries.synthesis_breaches)
        invariants.register("experts_without_conflict", queries.conflict_breaches)
        invariants.register("teams_coordinated", queries.coordinator_breaches)
        invariants.register("reports_of_their_dossier", queries.report_breaches)
        personal_data.register(
            "expertise.Assignment",
            PersonalData(
                model="expertise.Assignment",
                person="expert",
                holds="les expertises proposées, acceptées ou déclinées, et le motif",
                retention="sans limite\u00a0: l’expertise fonde un label",
                fields=("dossier__operation__name", "part", "state", "proposed_at", "reason"),
                replaced={"reason": ""},
                refusal=queries.running_expertise,
                words=("reason",),
            ),
        )
        personal_data.register(
            "expertise.ExpertReport",
            PersonalData(
                model="expertise.ExpertReport",
                person="assignment__expert",
                holds="les expertises qu’elle a écrites",
                retention="sans limite\u00a0: l’expertise fonde un label",
                fields=(
                    "dossier__operation__name",
                    "state",
                    "opinion",
                    "proposal",
                    "sealed_at",
                ),
                words=("opinion",),
                kept={"opinion": SEALED},
                frozen={"state": ReportState.SEALED},
            ),
        )
        personal_data.register(
            "expertise.ReportMark",
            PersonalData(
                model="expertise.ReportMark",
                holds="les personnes nommées dans une appréciation",
                retention="jusqu’à l’effacement de la personne, ou le sceau de l’expertise",
                words=("comment",),
                kept={"comment": SEALED},
                frozen={"report__state": ReportState.SEALED},
            ),
        )
        for model, holds, columns in (
            (
                "expertise.SiteVisit",
                "les personnes nommées dans le compte rendu d’une visite",
                ("report", "remote_reason"),
            ),
            ("expertise.Synthesis", "les personnes nommées dans une synthèse", ("text", "correction")),
        ):
            personal_data.register(
                model,
                PersonalData(model=model, holds=holds, retention="jusqu’à l’effacement de la personne", words=columns),
            )
