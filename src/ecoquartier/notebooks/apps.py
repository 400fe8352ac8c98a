from django.apps import AppConfig

from ecoquartier.core.registry import PersonalData, invariants, mergers, personal_data


class NotebooksConfig(AppConfig):
    name = "ecoquartier.notebooks"
    label = "notebooks"
    verbose_name = "Carnets"

    def ready(self) -> None:
        """Fill the seams."""
        from ecoquartier.notebooks import queries  # noqa: PLC0415 -- models are loaded only now

        invariants.register("answers_of_their_version", queries.version_breaches)
        mergers.register("notebooks", queries.notebook_kept)
        personal_data.register(
            "notebooks.CommitmentAnswer",
            PersonalData(
                model="notebooks.CommitmentAnswer",
                person="updated_by",
                holds="les réponses du carnet qu’elle a écrites en dernier",
                retention="tant que l’opération est au registre",
                fields=(
                    "notebook__operation__name",
                    "commitment__number",
                    "text",
                    "updated_at",
                ),
                words=("text",),
            ),
        )
