"""Asking to hold an operation, and the answer (rule 19)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ecoquartier.operations import messages
from ecoquartier.operations.enums import ClaimState, TeamRole
from ecoquartier.operations.models import (
    Claim,
    Operation,
    TeamMember,
)
from ecoquartier.operations.services.register import town_of
from ecoquartier.operations.workflow import CLAIM_WORKFLOW, ClaimStep
from ecoquartier.people.models import Organisation
from ecoquartier.workflow.engine import Effect, act, with_arguments


@with_arguments
def may_ask(operation: Operation, *, actor, organisation: Organisation) -> str | None:
    """The person acts for the organisation, and has not asked already."""
    if organisation.pk not in actor.rights.organisations:
        return _("Vous n’êtes pas rattaché à %(name)s.") % {"name": organisation}
    if operation.team.filter(user=actor).exists():
        return _("Vous faites déjà partie de l’équipe de cette opération.")
    if operation.claims.filter(user=actor, state=ClaimState.PROVISIONAL).exists():
        return _("Vous avez déjà demandé à reprendre cette opération.")
    return None


@act(
    "claim.made",
    permission="operations.claim",
    guards=(may_ask,),
    notices=(messages.CLAIM_TO_CORRESPONDENT,),
)
def claim(operation: Operation, *, actor, organisation: Organisation) -> Effect:
    """Ask to hold an operation for one's organisation; provisional until the county correspondent confirms."""
    made = Claim.objects.create(operation=operation, user=actor, organisation=organisation)
    return Effect(result=made, data={"operation": str(operation.pk), "organisation": str(organisation.pk)})


@CLAIM_WORKFLOW.performs(ClaimStep.CONFIRM)
def confirm_claim(claim: Claim, *, actor) -> Effect:
    """Make the organisation the holder, the claimant the lead, and the town a competent collectivité."""
    operation = claim.operation
    operation.holder = claim.organisation
    operation.save(update_fields=["holder"])
    TeamMember.objects.update_or_create(operation=operation, user=claim.user, defaults={"role": TeamRole.LEAD})
    if not operation.collectivites.exists():
        operation.collectivites.add(town_of(operation.lead_commune))
    return Effect(data={"operation": str(operation.pk), "holder": str(claim.organisation_id)})


@CLAIM_WORKFLOW.performs(ClaimStep.REFUSE)
def refuse_claim(claim: Claim, *, actor, reason: str) -> Effect:
    """Refuse a claim, with the reason that its author reads."""
    claim.reason = reason
    return Effect(fields=["reason"], detail={"reason": reason})
