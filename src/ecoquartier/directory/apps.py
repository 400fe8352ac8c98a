from django.apps import AppConfig

from ecoquartier.core.registry import invariants, projections


class DirectoryConfig(AppConfig):
    name = "ecoquartier.directory"
    label = "directory"
    verbose_name = "Annuaire public"

    def ready(self) -> None:
        """Rebuild the rows of operations that an act touches."""
        from ecoquartier.directory import queries  # noqa: PLC0415 -- models are loaded only now
        from ecoquartier.directory.services import rebuild  # noqa: PLC0415 -- models are loaded only now

        projections.register("operation", rebuild)
        invariants.register("directory_is_the_public_register", queries.directory_breaches)
