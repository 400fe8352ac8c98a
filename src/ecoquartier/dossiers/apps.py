from django.apps import AppConfig

from ecoquartier.core.registry import PersonalData, audiences, invariants, mergers, pending, personal_data, projections


class DossiersConfig(AppConfig):
    name = "ecoquartier.dossiers"
    label = "dossiers"
    verbose_name = "Candidatures"

    def ready(self) -> None:
        """Load the services, so that every process knows who performs each step, and fill the seams."""
        from ecoquartier.dossiers import services  # noqa: PLC0415 -- models are loaded only now
        from ecoquartier.dossiers.queries import audiences as groups  # noqa: PLC0415 -- models are loaded only now
        from ecoquartier.dossiers.queries import duties, work  # noqa: PLC0415 -- models are loaded only now
        from ecoquartier.dossiers.queries import invariants as facts  # noqa: PLC0415 -- models are loaded only now

        pending.register("dossiers", work.work_of)
        mergers.register("dossiers", duties.candidature_kept)
        projections.register("holder", services.follow_holders)
        audiences.register("participants", groups.PARTICIPANTS)
        invariants.register("scopes_follow_states", facts.scope_breaches)
        invariants.register("deposits_intact", facts.deposit_breaches)
        invariants.register("deposits_keep_files", facts.file_breaches)
        invariants.register("deposits_agreed", facts.agreement_breaches)
        invariants.register("open_dossiers_held", facts.team_breaches)
        invariants.register("deposited_once_filed", facts.undeposited_breaches)
        invariants.register("journal_agrees", facts.journal_breaches)
        invariants.register("stages_of_the_campaign", facts.stage_breaches)
        invariants.register("phases_of_the_operation", facts.phase_breaches)
        invariants.register("completions_dated", facts.completion_breaches)
        invariants.register("examined_before_expertise", facts.examination_breaches)
        personal_data.register(
            "dossiers.Dossier",
            PersonalData(
                model="dossiers.Dossier",
                person="created_by",
                holds="les candidatures qu’elle a ouvertes",
                retention="sans limite\u00a0: l’acte engage un organisme",
                fields=(
                    "operation__name",
                    "campaign",
                    "created_at",
                ),
                words=("reason",),
            ),
        )
        personal_data.register(
            "dossiers.Agreement",
            PersonalData(
                model="dossiers.Agreement",
                person="agreed_by",
                holds="les accords qu’elle a donnés pour une collectivité",
                retention="sans limite\u00a0: l’acte engage un organisme",
                fields=(
                    "dossier__operation__name",
                    "organisation__name",
                    "agreed_at",
                ),
            ),
        )
        personal_data.register(
            "dossiers.Deposit",
            PersonalData(
                model="dossiers.Deposit",
                person="deposited_by",
                holds="les dépôts qu’elle a faits",
                retention="sans limite\u00a0: l’acte engage un organisme",
                fields=(
                    "dossier__operation__name",
                    "number",
                    "deposited_at",
                ),
                kept={"snapshot": "preuve figée\u00a0: le dépôt fait foi de ce qui a été examiné"},
            ),
        )
        personal_data.register(
            "dossiers.CompletionRequest",
            PersonalData(
                model="dossiers.CompletionRequest",
                person="asked_by",
                holds="les compléments qu’elle a demandés",
                retention="sans limite\u00a0: l’acte engage un organisme",
                fields=(
                    "dossier__operation__name",
                    "message",
                    "asked_at",
                ),
                words=("message",),
            ),
        )
        personal_data.register(
            "dossiers.Admissibility",
            PersonalData(
                model="dossiers.Admissibility",
                person="decided_by",
                holds="les avis qu’elle a rendus",
                retention="sans limite\u00a0: l’acte engage un organisme",
                fields=(
                    "dossier__operation__name",
                    "is_admissible",
                    "opinion",
                    "decided_at",
                ),
                words=("opinion",),
            ),
        )
        personal_data.register(
            "dossiers.lead",
            PersonalData(
                model="operations.TeamMember",
                person="user",
                holds="la conduite d’une candidature en cours",
                retention="le temps de la candidature",
                refusal=duties.leads_alone,
            ),
        )
