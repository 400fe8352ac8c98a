"""Stopping an operation for a time or for good, and taking it up again."""

from __future__ import annotations

from ecoquartier.core import clock
from ecoquartier.operations.models import Operation
from ecoquartier.operations.workflow import OPERATION_WORKFLOW, OperationStep
from ecoquartier.workflow.engine import Effect


def since_today(operation: Operation, reason: str) -> Effect:
    """Date and explain the new state of an operation; part of each step of its life."""
    operation.state_since, operation.state_reason = clock.today(), reason
    return Effect(
        fields=["state_since", "state_reason"],
        detail={"reason": reason},
        projections=[("operation", {operation.pk})],
    )


@OPERATION_WORKFLOW.performs(OperationStep.PAUSE)
def pause_operation(operation: Operation, *, actor, reason: str) -> Effect:
    """Stop an operation for a time: no candidature is opened until it resumes; one that is open goes on."""
    return since_today(operation, reason)


@OPERATION_WORKFLOW.performs(OperationStep.RESUME)
def resume_operation(operation: Operation, *, actor, reason: str) -> Effect:
    """Take a paused operation up again."""
    return since_today(operation, reason)


@OPERATION_WORKFLOW.performs(OperationStep.REVIVE)
def revive_operation(operation: Operation, *, actor, reason: str) -> Effect:
    """Take an abandoned operation up again; its sheet is written again."""
    return since_today(operation, reason)
