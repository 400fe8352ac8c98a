"""Asking to hold an operation, and the answer (rule 19)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from django.db import models
from django.utils.translation import gettext as _

from ecoquartier.operations import messages
from ecoquartier.operations.enums import ClaimState, TeamRole
from ecoquartier.operations.models import Claim, Operation, TeamMember
from ecoquartier.operations.queries import representatives, rivals_of, same_creation, why_not_kept
from ecoquartier.operations.services.drafts import is_provisional, merge_draft
from ecoquartier.operations.services.register import add_operation, town_of
from ecoquartier.operations.workflow import CLAIM_WORKFLOW, ClaimStep
from ecoquartier.people.models import Organisation, User
from ecoquartier.people.queries import acting_for, representatives_of
from ecoquartier.territories.models import Commune
from ecoquartier.workflow.engine import Effect, act, with_arguments

MOST_WAITING = 20
"""How many requests of one person may wait: more than a landlord has at once, less than a correspondent can read."""


def _acts_for(actor: User, organisation: Organisation) -> str | None:
    if organisation.pk not in actor.rights.organisations:
        return _("Vous n’êtes pas rattaché à cet organisme\u00a0: %(name)s.") % {"name": organisation}
    if actor.claims.filter(state=ClaimState.PROVISIONAL).count() >= MOST_WAITING:
        return _("Vous avez déjà %(n)s demandes en attente\u00a0: attendez une réponse, ou retirez-en une.") % {
            "n": MOST_WAITING
        }
    return None


def _has_asked(operation: Operation, person: User, organisation: Organisation) -> str | None:
    """Somebody of the team asks for another organisation only: for theirs there is nothing to ask."""
    if operation.team.filter(user=person).exists() and operation.holder_id in {None, organisation.pk}:
        return _("Vous faites déjà partie de l’équipe de cette opération.")
    if operation.claims.filter(user=person, state=ClaimState.PROVISIONAL).exists():
        return _("Vous avez déjà demandé à reprendre cette opération.")
    return None


@with_arguments
def may_ask(operation: Operation, *, actor, organisation: Organisation) -> str | None:
    """The person acts for the organisation, and has not asked already; whoever holds the operation."""
    return _acts_for(actor, organisation) or _has_asked(operation, actor, organisation)


@act(
    "claim.made",
    permission="operations.claim",
    guards=(why_not_kept, may_ask),
    notices=(messages.CLAIM_TO_CORRESPONDENT, messages.CHANGE_TO_COLLECTIVITE),
)
def claim(operation: Operation, *, actor, organisation: Organisation) -> Effect:
    """Ask to hold an operation for one's organisation; provisional until the county correspondent confirms."""
    made = Claim.objects.create(operation=operation, user=actor, organisation=organisation)
    return Effect(result=made, data={"operation": str(operation.pk), "organisation": str(organisation.pk)})


@with_arguments
def may_create(organisation: Organisation, *, actor, name: str, commune: Commune) -> str | None:
    """The person acts for the organisation, and has not asked for the same already."""
    if same_creation(actor, name, commune):
        return _("Vous avez déjà demandé à créer cette opération.")
    return _acts_for(actor, organisation)


@act(
    "creation.asked",
    permission="operations.claim",
    guards=(may_create,),
    notices=(messages.CREATION_TO_CORRESPONDENT,),
)
def ask_creation(organisation: Organisation, *, actor, name: str, commune: Commune) -> Effect:
    """Ask to create an operation and to hold it for one's organisation: the register knows nothing of it before the
    county correspondent confirms."""
    made = Claim.objects.create(name=name, commune=commune, user=actor, organisation=organisation)
    return Effect(result=made, data={"organisation": str(organisation.pk), "commune": commune.pk})


@act("operation.registered", permission="operations.register")
def register_operation(commune: Commune, *, actor, name: str) -> Effect:
    """Put an operation without holder in the register: whoever claims it then holds it, once confirmed."""
    operation = add_operation(name=name, lead_commune=commune)
    return Effect(result=operation, data={"commune": commune.pk}, projections=[("operation", {operation.pk})])


def is_creation(claim: Claim) -> str | None:
    """It asks for an operation that the register did not know."""
    return _("Cette demande porte déjà sur une opération du registre.") if claim.operation_id else None


@with_arguments
def may_be_recognised(claim: Claim, *, actor, operation: Operation) -> str | None:
    """The actor confirms the holder of that operation too, its author had not asked for it, and it is kept."""
    if not actor.has_perm("operations.confirm_holder", operation):
        return _("Cette opération est d’un autre département\u00a0: refusez la demande, ou écrivez au bureau national.")
    asked = _has_asked(operation, claim.user, claim.organisation)
    if asked:
        return _("La personne fait déjà partie de l’équipe de cette opération, ou l’a déjà demandée.")
    return why_not_kept(operation)


@act(
    "claim.recognised",
    permission="operations.confirm_holder",
    guards=(is_provisional, is_creation, may_be_recognised),
    notices=(messages.CLAIM_RECOGNISED, messages.CHANGE_TO_COLLECTIVITE),
    locks=lambda claim, *, actor, operation: [operation],
)
def recognise(claim: Claim, *, actor, operation: Operation) -> Effect:
    """Say that what was to be created is an operation of the register: the claim is on that one from now on."""
    claim.operation = operation
    if claim.name != operation.name:
        claim.draft = {**claim.draft, "name": claim.name}
    return Effect(fields=["operation", "draft"], data={"operation": str(operation.pk)})


def was_creation(claim: Claim) -> str | None:
    """It asked for an operation to create, and was recognised since."""
    if claim.operation_id and claim.name and claim.commune_id:
        return None
    return _("Cette demande n’a pas été rapprochée d’une opération du registre.")


def is_not_asked_again(claim: Claim) -> str | None:
    """Its author has not asked meanwhile for the same creation."""
    if was_creation(claim) is None and same_creation(claim.user, claim.name, cast(Commune, claim.commune)):
        return _("La personne a demandé de nouveau à créer cette opération\u00a0: répondez à cette autre demande.")
    return None


@act(
    "claim.unrecognised",
    permission="operations.confirm_holder",
    guards=(is_provisional, was_creation, is_not_asked_again),
)
def unrecognise(claim: Claim, *, actor) -> Effect:
    """Say that it was not that operation of the register: the claim is a creation again, as its author now names it.

    What collectivités agreed to was for the other operation.
    """
    operation = str(claim.operation_id)
    claim.agreements.all().delete()
    claim.operation = None
    claim.draft = dict(claim.draft)
    claim.name = claim.draft.pop("name", claim.name)
    return Effect(fields=["operation", "draft", "name"], data={"operation": operation})


def _with_it(claim: Claim, **arguments: Any) -> list[models.Model]:
    """What confirming changes beside: rival claims; the commune, where two creations at once would meet."""
    return [*rivals_of(claim)] if claim.operation_id else [claim.lead_commune.today]


@CLAIM_WORKFLOW.performs(ClaimStep.CONFIRM, locks=_with_it)
def confirm_claim(claim: Claim, *, actor, choices: Mapping[str, bool] | None = None, seen: str | None = None) -> Effect:
    """Make the organisation the holder, the claimant the lead, the town a competent collectivité; merge the draft.

    An operation to create enters the register, where its commune is today. Another holder leaves it,
    with its team. Rival claims are closed.

    Args:
        choices: field → whether the draft replaces what the register says; each field where they differ.
        seen: what the page showed (`draft_mark`); None from code that shows nothing.

    Raises:
        ValidationError: what the draft says has become impossible; nothing is saved.
    """
    operation = claim.operation or add_operation(name=claim.name, lead_commune=claim.lead_commune.today)
    former = operation.holder if claim.changes_holder else None
    fields, columns = merge_draft(claim, operation, choices or {})
    claim.operation = operation
    operation.holder = claim.organisation
    operation.save(update_fields=["holder", *columns])
    if former:
        claim.leaving = _leave(operation, former, claim)
    TeamMember.objects.update_or_create(operation=operation, user=claim.user, defaults={"role": TeamRole.LEAD})
    if not operation.collectivites.exists():
        operation.collectivites.add(town_of(operation.lead_commune))
    data = {"operation": str(operation.pk), "holder": str(claim.organisation_id), "fields": fields}
    return Effect(
        fields=["operation"],
        data=data | ({"former_holder": str(former.pk)} if former else {}),
        projections=[("operation", {operation.pk}), ("holder", {operation.pk})],
        then=partial(_close_rivals, claim, actor),
    )


def _leave(operation: Operation, former: Organisation, claim: Claim) -> list[User]:
    """The former team leaves, but for those who act for the new holder; returns who is to be told."""
    stays = User.objects.filter(acting_for([claim.organisation_id])).values("pk")
    leaving = operation.team.exclude(user=claim.user_id).exclude(user__in=stays).select_related("user")
    told = {member.user for member in leaving} | set(representatives_of([former.pk]))
    leaving.delete()
    return sorted(told - {claim.user} - set(representatives(operation)), key=lambda person: str(person.pk))


def _close_rivals(claim: Claim, actor) -> None:
    for rival in rivals_of(claim):
        CLAIM_WORKFLOW.follow(ClaimStep.CLOSE, rival, cause="claim.confirmed", actor=actor)


@CLAIM_WORKFLOW.performs(ClaimStep.CLOSE)
def close_claim(claim: Claim, *, actor) -> Effect:
    """Set aside a claim when another is confirmed, in words that say nothing of the other; its draft is erased."""
    claim.reason = _("Le correspondant du département n’a pas retenu cette demande. Écrivez-lui pour en savoir plus.")
    claim.draft = {}
    return Effect(fields=["reason", "draft"])


@CLAIM_WORKFLOW.performs(ClaimStep.REFUSE)
def refuse_claim(claim: Claim, *, actor, reason: str) -> Effect:
    """Refuse a claim, with the reason that its author reads; the draft is erased."""
    claim.reason, claim.draft = reason, {}
    return Effect(fields=["reason", "draft"], detail={"reason": reason})


@CLAIM_WORKFLOW.performs(ClaimStep.WITHDRAW)
def withdraw_claim(claim: Claim, *, actor) -> Effect:
    """Take back what one asked; the draft is erased."""
    claim.draft = {}
    return Effect(fields=["draft"])
