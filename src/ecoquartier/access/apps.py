from django.apps import AppConfig

from ecoquartier.core.registry import SEAMS
from ecoquartier.notifications.domain import notices


class AccessConfig(AppConfig):
    name = "ecoquartier.access"
    label = "access"
    verbose_name = "Droits"

    def ready(self) -> None:
        """Load the matrix for every process, then close the seams: access is the last app to register."""
        from ecoquartier.access import attachments, scopes  # noqa: PLC0415 -- models are loaded only now

        scopes.register()
        attachments.register()
        for seam in (*SEAMS, notices):
            seam.freeze()
