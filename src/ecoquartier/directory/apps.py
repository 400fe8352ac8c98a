from django.apps import AppConfig

from ecoquartier.core.registry import PersonalData, invariants, personal_data, projections


class DirectoryConfig(AppConfig):
    name = "ecoquartier.directory"
    label = "directory"
    verbose_name = "Annuaire public"

    def ready(self) -> None:
        """Rebuild the rows of operations that an act touches."""
        from ecoquartier.directory import queries, services  # noqa: PLC0415 -- models are loaded only now

        projections.register("operation", services.rebuild)
        projections.register("organisation", services.rebuild_of_organisations)
        projections.register("recommendation", services.rebuild_of_recommendations)
        projections.register("recommendationreply", services.rebuild_of_replies)
        projections.register("words", services.renew_versions)
        personal_data.register(
            "directory.DirectoryRow",
            PersonalData(
                model="directory.DirectoryRow",
                holds="les personnes nommées dans la fiche publique d’une opération",
                retention="celle de la fiche, dont la ligne est refaite",
                kept={
                    "name": "nom public d’un lieu",
                    "names_key": "nom public d’un lieu",
                    "description": "celle de la fiche\u00a0: refaite avec elle",
                    "sheet": "celle de la fiche\u00a0: refaite avec elle",
                },
            ),
        )
        personal_data.register(
            "directory.DirectoryCounty",
            PersonalData(
                model="directory.DirectoryCounty",
                holds="les personnes que nommerait le nom d’une opération",
                retention="celle de la fiche, dont le département est refait",
                kept={"points": "nom public d’un lieu"},
            ),
        )
        invariants.register("directory_is_the_public_register", queries.directory_breaches)
