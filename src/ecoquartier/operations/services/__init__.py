"""Acts on the register."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.text import slugify
from django.utils.translation import gettext as _

from ecoquartier.core import clock
from ecoquartier.operations import messages
from ecoquartier.operations.enums import CharterState, ClaimState, TeamRole
from ecoquartier.operations.models import (
    CharterSignature,
    Claim,
    Operation,
    Phase,
    Recommendation,
    StageHistory,
    TeamMember,
)
from ecoquartier.operations.services.meetings import (
    ask_meeting,
    is_meeting_awaited,
    is_meeting_overdue,
    is_meeting_to_ask,
    record_meeting,
    waive_meeting,
)
from ecoquartier.operations.services.sheet import MOST_STRONG_POINTS, update_operation
from ecoquartier.operations.services.vocabulary import add_term, change_term, keeps_a_choice, load_vocabulary
from ecoquartier.operations.workflow import CLAIM_WORKFLOW, ClaimStep
from ecoquartier.people.enums import OrganisationKind
from ecoquartier.people.models import Organisation
from ecoquartier.workflow.engine import Effect, act, with_arguments

__all__ = [
    "MOST_STRONG_POINTS",
    "add_operation",
    "add_term",
    "ask_meeting",
    "change_term",
    "claim",
    "confirm_claim",
    "free_slug",
    "is_competent",
    "is_meeting_awaited",
    "is_meeting_overdue",
    "is_meeting_to_ask",
    "issue_recommendations",
    "keeps_a_choice",
    "load_vocabulary",
    "may_ask",
    "record_meeting",
    "record_stage",
    "refuse_claim",
    "sign_charter",
    "town_of",
    "update_operation",
    "waive_meeting",
]


def free_slug(name: str, commune: str) -> str:
    """A slug nobody has yet: the name and the commune, then a number."""
    base = slugify(f"{name} {commune}")[:250] or "operation"
    taken = set(Operation.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    return next(s for n in range(2, len(taken) + 3) if (s := f"{base}-{n}") not in taken)


def add_operation(*, name: str, lead_commune, **fields: Any) -> Operation:
    """Put an operation in the register with its first phase. The caller writes the journal entry of its act."""
    operation = Operation(name=name, slug=free_slug(name, lead_commune.name), lead_commune=lead_commune, **fields)
    operation.full_clean(exclude=["holder", "source_key"])
    operation.save()
    Phase.objects.create(operation=operation, rank=1, name=_("Ensemble de l’opération"))
    return operation


def town_of(commune) -> Organisation:
    """The commune as an organisation, made when it is first needed."""
    town, _created = Organisation.objects.get_or_create(
        commune=commune, kind=OrganisationKind.TOWN, defaults={"name": _("Commune de %s") % commune.name}
    )
    return town


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


@with_arguments
def is_competent(operation: Operation, *, actor, organisation: Organisation) -> str | None:
    """The organisation is a competent collectivité of the operation, represented by the actor, and has not signed."""
    if not operation.collectivites.filter(pk=organisation.pk).exists():
        return _("%(name)s n’est pas une collectivité compétente de cette opération.") % {"name": organisation}
    if organisation.pk not in actor.rights.represents:
        return _("Seul un représentant de %(name)s peut signer.") % {"name": organisation}
    signed = operation.charter_signatures.filter(organisation=organisation, state=CharterState.CONFIRMED)
    if signed.exists():
        return _("%(name)s a déjà signé la charte pour cette opération.") % {"name": organisation}
    return None


@act("charter.signed", permission="operations.sign_charter", guards=(is_competent,))
def sign_charter(operation: Operation, *, actor, organisation: Organisation) -> Effect:
    """Sign the project charter for a competent collectivité; the operation becomes public (rule 18)."""
    CharterSignature.objects.update_or_create(
        operation=operation,
        organisation=organisation,
        defaults={
            "signed_by": actor,
            "signed_on": clock.today(),
            "year": clock.today().year,
            "state": CharterState.CONFIRMED,
        },
    )
    return Effect(data={"organisation": str(organisation.pk)}, projections=[("operation", {operation.pk})])


def record_stage(
    operation: Operation,
    *,
    rank: int,
    name: str,
    scheme_title: str,
    year: int,
    source: str,
    decided_on: date | None = None,
    published_at: datetime | None = None,
    phases: Iterable[Phase] = (),
) -> StageHistory:
    """Write what is held: registration, import and awards all come here. The caller writes the journal entry.

    `published_at` also stands for the notification when an older fact was made public long ago.
    """
    row = StageHistory.objects.create(
        operation=operation,
        rank=rank,
        name=name,
        scheme_title=scheme_title,
        year=year,
        source=source,
        decided_on=decided_on,
        notified_at=published_at,
        published_at=published_at,
    )
    row.phases.set(phases)
    return row


def issue_recommendations(
    operation: Operation, texts: Iterable[tuple[int | None, str]], *, issuer: str, issued_on: date, source_id: UUID
) -> list[Recommendation]:
    """Write the recommendations of a decision: (id of the commitment or None, text). Part of the deciding act."""
    return Recommendation.objects.bulk_create(
        Recommendation(
            operation=operation,
            commitment_id=commitment,
            text=text,
            issuer=issuer,
            issued_on=issued_on,
            source_id=source_id,
        )
        for commitment, text in texts
    )
