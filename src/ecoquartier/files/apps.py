from django.apps import AppConfig

from ecoquartier.core.registry import PersonalData, invariants, personal_data


class FilesConfig(AppConfig):
    name = "ecoquartier.files"
    label = "files"
    verbose_name = "Fichiers déposés"

    def ready(self) -> None:
        """Fill the seams."""
        from ecoquartier.files import queries  # noqa: PLC0415 -- models are loaded only now

        invariants.register("files_are_stored", queries.files_without_bytes)
        personal_data.register(
            "files.StoredFile",
            PersonalData(
                model="files.StoredFile",
                person="uploaded_by",
                holds="les fichiers qu’elle a déposés",
                retention="tant que l’objet qui les montre les garde, puis un jour",
                fields=("name", "media_type", "content", "uploaded_at"),
                words=("name",),
                kept={"sha256": "empreinte", "content": "empreinte"},
            ),
        )
