"""The life of a claim (rule 19)."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from ecoquartier.operations import messages
from ecoquartier.operations.enums import ClaimState
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
