"""The life of a claim (rule 19), and that of a file of older operations."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from ecoquartier.core import clock
from ecoquartier.operations import messages
from ecoquartier.operations.enums import ClaimState, ImportState
from ecoquartier.workflow.engine import Transition, Workflow


class ClaimStep(TextChoices):
    """Steps of a claim."""

    CONFIRM = "confirm", _("Confirmer le porteur")
    REFUSE = "refuse", _("Refuser la demande")


def no_other_holder(claim) -> str | None:
    """An operation already held changes holder by another way: its holder agrees first."""
    if claim.operation.holder_id and claim.operation.holder_id != claim.organisation_id:
        return str(_("Cette opération a déjà un porteur\u00a0: %(holder)s.") % {"holder": claim.operation.holder})
    return None


CLAIM_WORKFLOW = Workflow(
    "claim",
    states=ClaimState,
    initial=ClaimState.PROVISIONAL,
    transitions=[
        Transition(
            ClaimStep.CONFIRM,
            (ClaimState.PROVISIONAL,),
            ClaimState.CONFIRMED,
            "operations.confirm_holder",
            "claim.confirmed",
            guards=(no_other_holder,),
            notices=(messages.CLAIM_CONFIRMED, messages.CHARTER_TO_SIGN),
        ),
        Transition(
            ClaimStep.REFUSE,
            (ClaimState.PROVISIONAL,),
            ClaimState.REFUSED,
            "operations.confirm_holder",
            "claim.refused",
            notices=(messages.CLAIM_REFUSED,),
        ),
    ],
)


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
