"""The collectivité agrees to a change of holder, or declines it (rule 19)."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from ecoquartier.core import clock
from ecoquartier.operations import messages
from ecoquartier.operations.models import Claim, HolderAgreement
from ecoquartier.operations.queries import awaited_from, why_not_kept
from ecoquartier.operations.services.drafts import is_provisional
from ecoquartier.operations.workflow import CLAIM_WORKFLOW, ClaimStep
from ecoquartier.people.models import Organisation
from ecoquartier.people.queries import representatives_of
from ecoquartier.workflow.engine import Effect, act, with_arguments


def _is_awaited(claim: Claim, organisation: Organisation) -> str | None:
    if organisation in awaited_from(claim):
        return None
    return _("Aucun accord n’est attendu de cette collectivité (%(name)s).") % {"name": organisation}


@with_arguments
def may_agree(claim: Claim, *, actor, organisation: Organisation) -> str | None:
    """The collectivité is awaited, and the actor represents it."""
    if organisation.pk not in actor.rights.represents:
        return _("Seul un représentant de cette collectivité (%(name)s) peut donner son accord.") % {
            "name": organisation
        }
    return _is_awaited(claim, organisation)


@with_arguments
def may_be_recorded(claim: Claim, *, actor, organisation: Organisation, given_on: date) -> str | None:
    """The collectivité is awaited, nobody can agree for it here, and the day has come."""
    if representatives_of([organisation.pk]).exists():
        return _("%(name)s a un représentant sur la plateforme\u00a0: c’est à lui de donner son accord.") % {
            "name": organisation
        }
    if given_on > clock.today():
        return _("Cette date est à venir.")
    return _is_awaited(claim, organisation)


@act(
    "claim.agreed",
    permission="operations.agree_to_holder",
    guards=(is_provisional, why_not_kept, may_agree),
    notices=(messages.CHANGE_AGREED,),
)
def agree_to_holder(claim: Claim, *, actor, organisation: Organisation) -> Effect:
    """Agree to the new holder for a competent collectivité that one represents."""
    HolderAgreement.objects.create(claim=claim, organisation=organisation, recorded_by=actor)
    return Effect(data={"organisation": str(organisation.pk)})


@act(
    "claim.agreement_recorded",
    permission="operations.confirm_holder",
    guards=(is_provisional, why_not_kept, may_be_recorded),
)
def record_agreement(claim: Claim, *, actor, organisation: Organisation, given_on: date) -> Effect:
    """Record the agreement that a collectivité without representative here gave in writing, and its day."""
    HolderAgreement.objects.create(
        claim=claim, organisation=organisation, recorded_by=actor, given_on=given_on, is_in_writing=True
    )
    return Effect(data={"organisation": str(organisation.pk), "given_on": given_on.isoformat()})


@CLAIM_WORKFLOW.performs(ClaimStep.DECLINE)
def decline_holder(claim: Claim, *, actor, reason: str) -> Effect:
    """Decline the new holder for a competent collectivité: the claim is refused, and its author reads why."""
    claim.reason, claim.draft = reason, {}
    return Effect(fields=["reason", "draft"], detail={"reason": reason})
