from django.apps import AppConfig

from ecoquartier.core.registry import PersonalData, Place, invariants, pending, personal_data, places
from ecoquartier.operations.enums import TEAM_PLACE


class OperationsConfig(AppConfig):
    name = "ecoquartier.operations"
    label = "operations"
    verbose_name = "Registre des opérations"

    def ready(self) -> None:
        """Load the services, so that every process knows who performs each step, and fill the seams."""
        from ecoquartier.operations import queries, services  # noqa: F401, PLC0415 -- models are loaded only now
        from ecoquartier.operations.models import PHASE_DATES  # noqa: PLC0415 -- models are loaded only now
        from ecoquartier.operations.services import imports, merging, team  # noqa: F401, PLC0415 -- models are loaded only now

        pending.register("operations", queries.work_of)
        invariants.register("operations_have_phases", queries.operations_without_phase)
        invariants.register("communes_once", queries.doubled_communes)
        invariants.register("figures_possible", queries.impossible_figures)
        invariants.register("stages_held_once", queries.repeated_stages)
        invariants.register("charters_dated", queries.undated_charters)
        invariants.register("operations_merged_once", queries.life_breaches)
        invariants.register("teams_led", queries.unled_teams)
        places.register(
            TEAM_PLACE, Place(team.invited_words, team.require_to_invite, team.why_not_in_team, team.join_team)
        )
        invariants.register("recommendations_coherent", queries.recommendation_breaches)
        place = "nom public d’un lieu"
        for model, holds, words, kept in (
            (
                "operations.Operation",
                "la fiche d’une opération",
                (
                    "description",
                    "initial_site",
                    "context",
                    "programme",
                    "figures_source",
                    "state_reason",
                    "other_words",
                    "actors",
                ),
                {"name": place, "slug": place, "source_key": place},
            ),
            ("operations.Phase", "le nom d’une tranche", (), {"name": place, **dict.fromkeys(PHASE_DATES, "date")}),
            ("operations.Term", "le libellé d’un choix", (), {"label": "mot d’une liste publique"}),
            ("operations.LegacyFact", "un fait repris d’un tableau", ("detail",), {}),
            (
                "operations.Recommendation",
                "une recommandation",
                ("text",),
                {"issuer": "nom public d’une instance"},
            ),
        ):
            personal_data.register(
                model,
                PersonalData(
                    model=model,
                    holds=f"les personnes nommées dans {holds}",
                    retention="tant que l’opération est au registre, ou jusqu’à l’effacement de la personne",
                    words=words,
                    kept=kept,
                ),
            )
        for model, holds, words in (
            ("operations.Photo", "ce qui est dit d’une photo, et son crédit", ("alt", "credit")),
            ("operations.Document", "le titre d’un document", ("title",)),
        ):
            personal_data.register(
                model,
                PersonalData(
                    model=model,
                    holds=f"les personnes nommées dans {holds}",
                    retention="tant que l’équipe le montre, ou jusqu’à l’effacement de la personne",
                    words=words,
                ),
            )
        personal_data.register(
            "operations.Perimeter",
            PersonalData(
                model="operations.Perimeter",
                person="added_by",
                holds="les périmètres d’opérations qu’elle a déposés, et le nom de leurs fichiers",
                retention="tant que l’opération est au registre\u00a0: les dépôts et les labels s’y réfèrent",
                fields=("operation__name", "area_ha", "source", "file_name", "added_at"),
                words=("file_name",),
                kept={"sha256": "empreinte", "projection": "nom d’une projection"},
            ),
        )
        personal_data.register(
            "operations.LegacyImport",
            PersonalData(
                model="operations.LegacyImport",
                person="made_by",
                holds="les tableaux d’opérations qu’elle a importés",
                retention="sans limite\u00a0: dit d’où viennent les opérations du registre",
                fields=("file_name", "made_at", "imported", "merged", "skipped"),
                words=("file_name", "report", "notes"),
            ),
        )
        personal_data.register(
            "operations.SheetChange",
            PersonalData(
                model="operations.SheetChange",
                person="changed_by",
                holds="les changements qu’elle a faits sur des fiches d’opérations",
                retention="tant que l’opération est au registre, ou jusqu’à l’effacement de la personne",
                fields=("operation__name", "field", "changed_at"),
                words=("before", "after"),
            ),
        )
        personal_data.register(
            "operations.RecommendationReply",
            PersonalData(
                model="operations.RecommendationReply",
                person="said_by",
                holds="les réponses qu’elle a données à des recommandations",
                retention="tant que l’opération est au registre, ou jusqu’à l’effacement de la personne",
                fields=("recommendation__operation__name", "text", "said_at"),
                words=("text",),
                kept={"issuer": "nom public d’une instance"},
            ),
        )
        personal_data.register(
            "operations.TeamMember",
            PersonalData(
                model="operations.TeamMember",
                person="user",
                holds="les équipes d’opérations dont elle fait partie",
                retention="tant qu’elle en fait partie",
                fields=("operation__name", "role"),
                deleted=True,
                refusal=queries.leads_others,
            ),
        )
        personal_data.register(
            "operations.Claim",
            PersonalData(
                model="operations.Claim",
                person="user",
                holds="les opérations qu’elle a demandé à reprendre ou à créer, son brouillon, et le motif d’un refus",
                retention="sans limite\u00a0: dit d’où vient le porteur\u00a0; le brouillon, jusqu’à un refus",
                fields=(
                    "operation__name",
                    "name",
                    "commune__name",
                    "organisation__name",
                    "state",
                    "created_at",
                    "draft",
                    "reason",
                ),
                replaced={"reason": "", "draft": {}, "state": queries.refused_if_provisional},
                words=("reason", "draft", "name"),
            ),
        )
        personal_data.register(
            "operations.HolderAgreement",
            PersonalData(
                model="operations.HolderAgreement",
                person="recorded_by",
                holds="les accords à un changement de porteur qu’elle a donnés ou enregistrés",
                retention="sans limite\u00a0: l’acte engage un organisme",
                fields=("claim__operation__name", "organisation__name", "given_on", "is_in_writing"),
            ),
        )
        personal_data.register(
            "operations.CharterSignature",
            PersonalData(
                model="operations.CharterSignature",
                person="signed_by",
                holds="les chartes qu’elle a signées pour une collectivité",
                retention="sans limite\u00a0: l’acte engage un organisme",
                fields=(
                    "operation__name",
                    "organisation__name",
                    "signed_on",
                ),
                words=("reason",),
            ),
        )
