"""The life of a file of older operations."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from ecoquartier.core import clock
from ecoquartier.operations.enums import ImportState
from ecoquartier.workflow.engine import Transition, Workflow


class ImportStep(TextChoices):
    """Steps of a file of older operations."""

    START = "start", _("Importer")
    FINISH = "finish", _("Conclure l’import")


# A job that says nothing for so long was lost with its worker.
SILENT_AFTER = timedelta(minutes=2)


def nobody_imports_it(imported) -> str | None:
    """An import that goes on is not started again, unless it has said nothing for two minutes."""
    if imported.state == ImportState.RUNNING and imported.progressed_at > clock.now() - SILENT_AFTER:
        return str(_("Cet import est en cours."))
    return None


IMPORT_WORKFLOW = Workflow(
    "import",
    states=ImportState,
    initial=ImportState.READ,
    transitions=[
        Transition(
            ImportStep.START,
            (ImportState.READ, ImportState.RUNNING),
            ImportState.RUNNING,
            "operations.import",
            "import.started",
            guards=(nobody_imports_it,),
        ),
        Transition(ImportStep.FINISH, (ImportState.RUNNING,), ImportState.DONE, "", "import.finished"),
    ],
)
