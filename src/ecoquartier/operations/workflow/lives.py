"""The life of an operation: it goes on, stops for a time or for good, or was in the register twice."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from ecoquartier.operations import messages
from ecoquartier.operations.enums import OperationState
from ecoquartier.workflow.engine import REGISTERED, Transition, Workflow


class OperationStep(TextChoices):
    """Steps of an operation."""

    PAUSE = "pause", _("Suspendre l’opération")
    RESUME = "resume", _("Reprendre l’opération")
    ABANDON = "abandon", _("Abandonner l’opération")
    REVIVE = "revive", _("Rétablir l’opération")
    MERGE = "merge", _("Fusionner dans une autre")


OPERATION_WORKFLOW = Workflow(
    "operation",
    states=OperationState,
    initial=OperationState.ACTIVE,
    transitions=[
        Transition(
            OperationStep.PAUSE,
            (OperationState.ACTIVE,),
            OperationState.PAUSED,
            "operations.pause",
            "operation.paused",
            notices=(messages.PAUSED,),
        ),
        Transition(
            OperationStep.RESUME,
            (OperationState.PAUSED,),
            OperationState.ACTIVE,
            "operations.pause",
            "operation.resumed",
            notices=(messages.RESUMED,),
        ),
        # Whether a candidature is open, or a notebook written, is known above.
        Transition(
            OperationStep.ABANDON,
            (OperationState.ACTIVE, OperationState.PAUSED),
            OperationState.ABANDONED,
            "operations.pause",
            "operation.abandoned",
            guards=REGISTERED,
            notices=(messages.ABANDONED,),
        ),
        Transition(
            OperationStep.REVIVE,
            (OperationState.ABANDONED,),
            OperationState.ACTIVE,
            "operations.revive",
            "operation.revived",
            notices=(messages.RESUMED,),
        ),
        Transition(
            OperationStep.MERGE,
            (OperationState.ACTIVE, OperationState.PAUSED, OperationState.ABANDONED),
            OperationState.MERGED,
            "operations.merge",
            "operation.merged",
            guards=REGISTERED,
            notices=(messages.OPERATION_MERGED, messages.CLAIM_MERGED),
        ),
    ],
)
