from django.apps import AppConfig

from ecoquartier.core.registry import PersonalData, invariants, pending, personal_data


class FrameworkConfig(AppConfig):
    name = "ecoquartier.framework"
    label = "framework"
    verbose_name = "Référentiel"

    def ready(self) -> None:
        """Load the services, so that every process knows their acts, and fill the seams."""
        from ecoquartier.framework import queries  # noqa: PLC0415 -- models are loaded only now
        from ecoquartier.framework.services import (  # noqa: F401, PLC0415 -- models are loaded only now
            elements,
            files,
            mapping,
            supplements,
            versions,
        )

        invariants.register("framework_parts_of_their_version", queries.stray_parts)
        invariants.register("supplements_of_versions_in_use", queries.supplements_of_drafts)
        pending.register("framework", queries.work_of)
        personal_data.register(
            "framework.LocalSupplement",
            PersonalData(
                model="framework.LocalSupplement",
                person="author",
                holds="les déclinaisons locales du référentiel qu’elle a écrites",
                retention="sans limite\u00a0: le texte est celui d’un service",
                fields=("commitment__title", "guidance", "questions", "reason", "created_at"),
                words=("guidance", "questions", "reason"),
                kept={"indicators": "définition d’une mesure"},
            ),
        )
