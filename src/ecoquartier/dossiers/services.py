"""Acts on dossiers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import cast
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _

from ecoquartier.campaigns.models import Campaign, Stage
from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError, TransitionRefused
from ecoquartier.dossiers import messages
from ecoquartier.dossiers.domain import cited_files, content_hash
from ecoquartier.dossiers.enums import DossierState, Step
from ecoquartier.dossiers.models import (
    Admissibility,
    Agreement,
    CitedFile,
    CompletionRequest,
    Deposit,
    Dossier,
    DossierScope,
)
from ecoquartier.dossiers.queries import (
    deposit_of,
    last_deposit,
    next_content,
    next_hash,
    phases_are_taken,
    unfinished_dossiers,
    why_not_open,
)
from ecoquartier.dossiers.workflow import DOSSIER_WORKFLOW
from ecoquartier.operations.models import Operation, Phase
from ecoquartier.operations.queries import stages_known_to
from ecoquartier.operations.services import since_today
from ecoquartier.operations.workflow import OPERATION_WORKFLOW, OperationStep
from ecoquartier.people.models import Organisation
from ecoquartier.workflow.engine import Effect, act, with_arguments


@with_arguments
def may_be_opened(
    operation: Operation, *, actor, campaign: Campaign, stage: Stage, phases: Iterable[Phase] = ()
) -> str | None:
    """Rule 1: a holder, a stage of the campaign's scheme above those held and known, and no overlap."""
    return why_not_open(
        operation,
        stage,
        campaign=campaign,
        held=set(stages_known_to(operation, actor).values_list("rank", flat=True)),
        is_taken=phases_are_taken(list(phases) or operation.phases.all()),
    )


@act(
    "dossier.opened",
    permission="dossiers.open",
    guards=(may_be_opened,),
    notices=(messages.OPENED_TO_COLLECTIVITE,),
)
def open_dossier(
    operation: Operation, *, actor, campaign: Campaign, stage: Stage, phases: Iterable[Phase] = ()
) -> Effect:
    """Start a candidature for the whole operation, or for named phases."""
    holder = cast(Organisation, operation.holder)  # `may_be_opened` refuses an operation without holder
    dossier = Dossier.objects.create(
        operation=operation, campaign=campaign, stage=stage, holder=holder, created_by=actor
    )
    DossierScope.objects.bulk_create(
        DossierScope(dossier=dossier, phase=phase) for phase in (list(phases) or operation.phases.all())
    )
    return Effect(result=dossier, data={"operation": str(operation.pk), "stage": stage.rank, "campaign": campaign.year})


@with_arguments
def may_agree(dossier: Dossier, *, actor, organisation: Organisation, sha256: str) -> str | None:
    """Rule 4: a representative of a competent collectivité agrees to what is on the screen, once."""
    if dossier.state not in {DossierState.DRAFT, DossierState.TO_COMPLETE}:
        return _("Aucun dépôt n’est en préparation pour cette candidature.")
    if organisation.pk == dossier.holder_id or not dossier.operation.collectivites.filter(pk=organisation.pk).exists():
        return _("L’accord de %(name)s n’est pas demandé.") % {"name": organisation}
    if organisation.pk not in actor.rights.represents:
        return _("Seul un représentant de %(name)s peut donner son accord.") % {"name": organisation}
    if sha256 != next_hash(dossier):
        return _(
            "Le contenu a changé depuis que vous l’avez ouvert\u00a0: relisez le résumé, puis donnez votre accord."
        )
    if dossier.agreements.filter(organisation=organisation, content_sha256=sha256).exists():
        return _("%(name)s a déjà donné son accord sur ce contenu.") % {"name": organisation}
    return None


@act(
    "dossier.agreed",
    permission="dossiers.agree",
    guards=(may_agree,),
    notices=(messages.AGREED_TO_HOLDER,),
)
def agree(dossier: Dossier, *, actor, organisation: Organisation, sha256: str) -> Effect:
    """Agree to the deposit of one exact content, given by its hash."""
    Agreement.objects.create(dossier=dossier, organisation=organisation, content_sha256=sha256, agreed_by=actor)
    return Effect(data={"organisation": str(organisation.pk), "sha256": sha256})


def enter(dossier: Dossier) -> list[str]:
    """Date the entry in the new state, for every step here or in a higher app; returns the changed fields."""
    dossier.state_since = clock.now()
    return ["state_since"]


def close_scope(dossier: Dossier) -> None:
    """Free the phases for another candidature; part of each step to a closed state."""
    dossier.scope.update(is_open=False)


def _photograph(dossier: Dossier, actor) -> Effect:
    previous = last_deposit(dossier)
    content = next_content(dossier)
    deposit = Deposit.objects.create(
        dossier=dossier,
        number=previous.number + 1 if previous else 1,
        framework=dossier.campaign.framework,
        snapshot=content,
        sha256=content_hash(content),
        deposited_by=actor,
    )
    CitedFile.objects.bulk_create(CitedFile(deposit=deposit, file_id=pk) for pk in cited_files(content))
    dossier.due_on = None
    return Effect(
        fields=["due_on", *enter(dossier)],
        data={"deposit": str(deposit.pk), "number": deposit.number, "sha256": deposit.sha256},
    )


@DOSSIER_WORKFLOW.performs(Step.DEPOSIT)
def deposit(dossier: Dossier, *, actor) -> Effect:
    """Photograph the notebook and the register: the first, immutable deposit."""
    return _photograph(dossier, actor)


@DOSSIER_WORKFLOW.performs(Step.REDEPOSIT)
def redeposit(dossier: Dossier, *, actor) -> Effect:
    """Deposit again: the opened fields are taken from the notebook, the rest from the last deposit."""
    return _photograph(dossier, actor)


@DOSSIER_WORKFLOW.performs(Step.LAPSE)
def lapse(dossier: Dossier, *, actor) -> Effect:
    """Past the date, go back to the last deposit, marked « sans complément »."""
    dossier.completions.filter(pk=dossier.completions.values("pk")[:1]).update(lapsed=True)
    dossier.due_on = None
    return Effect(fields=["due_on", *enter(dossier)])


@DOSSIER_WORKFLOW.performs(Step.ASK_COMPLETION)
def ask_completion(dossier: Dossier, *, actor, message: str, fields: list[str], due_on: date | None = None) -> Effect:
    """Open the given fields until `due_on` (the campaign's usual delay when not given)."""
    if not fields:
        raise DomainError(_("Choisissez au moins un élément à compléter."), code="no_field")
    due_on = due_on or clock.today() + timedelta(days=dossier.campaign.completion_days)
    if due_on < clock.today():
        raise DomainError(_("La date attendue est déjà passée."), code="due_in_past")
    CompletionRequest.objects.create(dossier=dossier, asked_by=actor, due_on=due_on, message=message, fields=fields)
    dossier.due_on = due_on
    return Effect(
        fields=["due_on", *enter(dossier)],
        data={"fields": fields, "due_on": due_on.isoformat()},
        detail={"message": message},
    )


def _examine(dossier: Dossier, actor, opinion: str, *, is_admissible: bool) -> Admissibility:
    if not opinion.strip():
        raise DomainError(_("L’avis du correspondant est demandé."), code="no_opinion")
    return Admissibility.objects.create(
        dossier=dossier,
        deposit=deposit_of(dossier),
        is_admissible=is_admissible,
        opinion=opinion,
        decided_by=actor,
    )


@DOSSIER_WORKFLOW.performs(Step.ADMIT)
def admit(dossier: Dossier, *, actor, opinion: str) -> Effect:
    """Declare the last deposit admissible, with the correspondent's opinion (rule 6)."""
    examination = _examine(dossier, actor, opinion, is_admissible=True)
    return Effect(fields=enter(dossier), data={"deposit": str(examination.deposit_id)}, detail={"opinion": opinion})


@DOSSIER_WORKFLOW.performs(Step.REFUSE)
def refuse(dossier: Dossier, *, actor, opinion: str) -> Effect:
    """Declare the last deposit inadmissible; the holder reads the reasons."""
    examination = _examine(dossier, actor, opinion, is_admissible=False)
    close_scope(dossier)
    dossier.reason = opinion
    return Effect(
        fields=["reason", *enter(dossier)],
        data={"deposit": str(examination.deposit_id)},
        detail={"opinion": opinion},
    )


@DOSSIER_WORKFLOW.performs(Step.REOPEN)
def reopen(dossier: Dossier, *, actor, reason: str) -> Effect:
    """The coordinator has an inadmissible dossier examined again."""
    dossier.scope.update(is_open=True)
    dossier.reason = reason
    return Effect(fields=["reason", *enter(dossier)], detail={"reason": reason})


@DOSSIER_WORKFLOW.performs(Step.SKIP_EXPERTISE)
def skip_expertise(dossier: Dossier, *, actor) -> Effect:
    """A stage without experts goes straight to the regional commission."""
    return Effect(fields=enter(dossier))


@DOSSIER_WORKFLOW.performs(Step.REFER_DIRECTLY)
def refer_directly(dossier: Dossier, *, actor) -> Effect:
    """A stage decided by the national commission alone."""
    return Effect(fields=enter(dossier))


@DOSSIER_WORKFLOW.performs(Step.WITHDRAW)
def withdraw(dossier: Dossier, *, actor, reason: str = "") -> Effect:
    """The holder withdraws."""
    close_scope(dossier)
    dossier.reason = reason
    return Effect(fields=["reason", *enter(dossier)], detail={"reason": reason} if reason else {})


@DOSSIER_WORKFLOW.performs(Step.CLOSE)
def close(dossier: Dossier, *, actor, reason: str) -> Effect:
    """The bureau closes a dossier, with a reason."""
    close_scope(dossier)
    dossier.reason = reason
    return Effect(fields=["reason", *enter(dossier)], detail={"reason": reason})


@DOSSIER_WORKFLOW.performs(Step.RESUME)
def resume(dossier: Dossier, *, actor, reason: str, due_on: date) -> Effect:
    """The bureau gives an adjourned dossier back to its holder, every field open, until `due_on`."""
    if due_on < clock.today():
        raise DomainError(_("La date attendue est déjà passée."), code="due_in_past")
    dossier.scope.update(is_open=True)
    CompletionRequest.objects.create(dossier=dossier, asked_by=actor, due_on=due_on, message=reason, fields=[])
    dossier.due_on, dossier.reason = due_on, reason
    dossier.final_sitting_opened_at = dossier.notified_at = None
    return Effect(
        fields=["due_on", "reason", "final_sitting_opened_at", "notified_at", *enter(dossier)],
        detail={"reason": reason},
    )


@act("dossier.extended", permission="dossiers.steer", notices=(messages.EXTENDED_TO_HOLDER,))
def extend(dossier: Dossier, *, actor, until: date, reason: str) -> Effect:
    """Rule 2: the bureau extends the window for one dossier, with a reason."""
    if not reason.strip():
        raise DomainError(_("Un motif est demandé."), code="no_reason")
    if dossier.state != DossierState.DRAFT:
        raise TransitionRefused(_("Seul un dossier en préparation peut être prolongé."), code="wrong_state")
    if until < clock.today():
        raise DomainError(_("Cette date est déjà passée."), code="past_day")
    dossier.extended_to = until
    return Effect(fields=["extended_to"], data={"until": until.isoformat()}, detail={"reason": reason})


def no_candidature_under_way(operation: Operation) -> str | None:
    """No candidature is open, for all its holder was told (rule 15)."""
    dossier = unfinished_dossiers(operation).select_related("stage").first()
    if dossier is None:
        return None
    return _(
        "La candidature «\u00a0%(stage)s, campagne %(year)s\u00a0» est en cours\u00a0: "
        "l’opération s’abandonne quand elle est retirée ou finie."
    ) % {"stage": dossier.stage, "year": dossier.campaign_id}


@OPERATION_WORKFLOW.performs(OperationStep.ABANDON, guards=(no_candidature_under_way,))
def abandon_operation(operation: Operation, *, actor, reason: str) -> Effect:
    """Stop an operation for good: its sheet is only read, what it holds of the label stays."""
    return since_today(operation, reason)


def follow_holders(operations: set[UUID]) -> None:
    """Rule 19: candidatures follow the holder of their operation, but for those that are over and told.

    What a collectivité deposited as the holder it was, it agreed to: its deposit counts as its agreement (rule 4).
    """
    over = Q(state__in=[DossierState.WITHDRAWN, DossierState.CLOSED])
    over |= Q(state=DossierState.AWARDED, notified_at__isnull=False)
    moved = Dossier.objects.filter(operation__in=operations).exclude(over).exclude(holder=F("operation__holder"))
    for dossier in moved.select_related("operation"):
        deposit = last_deposit(dossier)
        if deposit and dossier.operation.collectivites.filter(pk=dossier.holder_id).exists():
            Agreement.objects.get_or_create(
                dossier=dossier,
                organisation_id=dossier.holder_id,
                content_sha256=deposit.sha256,
                defaults={"agreed_by": deposit.deposited_by, "agreed_at": deposit.deposited_at},
            )
        dossier.holder_id = cast(UUID, dossier.operation.holder_id)
        dossier.save(update_fields=["holder"])
