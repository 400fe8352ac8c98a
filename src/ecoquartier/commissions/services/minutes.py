"""The minutes: outcomes are decided at their signature, told at their notification (rules 14 and 15)."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from ecoquartier.commissions import messages
from ecoquartier.commissions.enums import Level, Outcome, Settlement, SittingStep
from ecoquartier.commissions.models import AgendaItem, Sitting
from ecoquartier.commissions.queries import draft_minutes, recommendations_of
from ecoquartier.commissions.services.agendas import dossiers_on_agenda
from ecoquartier.commissions.workflow import SITTING_WORKFLOW
from ecoquartier.core import clock
from ecoquartier.core.canonical import sha256_hex
from ecoquartier.dossiers.enums import CLOSED_STATES, Step
from ecoquartier.dossiers.models import Dossier
from ecoquartier.dossiers.services import close_scope, enter
from ecoquartier.dossiers.workflow import DOSSIER_WORKFLOW
from ecoquartier.notifications import services as outbox
from ecoquartier.operations.models import Recommendation
from ecoquartier.operations.services import issue_recommendations
from ecoquartier.operations.workflow import RECOMMENDATION_WORKFLOW, RecommendationStep
from ecoquartier.workflow.engine import Effect, lock, with_arguments

STEP_OF = {
    Outcome.PROPOSE: Step.PROPOSE,
    Outcome.AWARD: Step.AWARD,
    Outcome.ADJOURN: Step.ADJOURN,
    Outcome.REFER: Step.REFER,
    Outcome.SEND_BACK: Step.SEND_BACK,
}
STEP_OF_SETTLEMENT = {Settlement.LIFT: RecommendationStep.LIFT, Settlement.MAINTAIN: RecommendationStep.MAINTAIN}


@SITTING_WORKFLOW.performs(SittingStep.CLOSE)
def close_sitting(sitting: Sitting, *, actor) -> Effect:
    """Close the sitting; the minutes wait for the chair's signature."""
    sitting.closed_at = clock.now()
    return Effect(fields=["closed_at"])


def told_on_agenda(sitting: Sitting, **arguments) -> list[models.Model]:
    """The dossiers of a sitting, and the recommendations that it lifts or maintains: what telling it changes."""
    settled = Recommendation.objects.filter(settlements__item__sitting=sitting).select_related("operation").distinct()
    return [*dossiers_on_agenda(sitting), *settled]


@SITTING_WORKFLOW.performs(SittingStep.SIGN, locks=told_on_agenda)
def sign_minutes(sitting: Sitting, *, actor) -> Effect:
    """Sign and lock the minutes: outcomes are decided now; those of a region are told at once (rules 14 and 15)."""
    sitting.minutes = draft_minutes(sitting)
    sitting.minutes_sha256 = sha256_hex(sitting.minutes.encode())
    sitting.signed_by, sitting.signed_at = actor, clock.now()
    return Effect(
        fields=["minutes", "minutes_sha256", "signed_by", "signed_at"],
        data={"sha256": sitting.minutes_sha256},
        then=lambda: _apply(sitting, actor),
    )


def _apply(sitting: Sitting, actor) -> None:
    for item in sitting.items.select_related("dossier__operation").order_by("position"):
        if item.dossier.state in CLOSED_STATES or item.outcome not in STEP_OF:
            _release(item)
            continue
        DOSSIER_WORKFLOW.follow(
            STEP_OF[Outcome(item.outcome)], item.dossier, cause="minutes.signed", actor=actor, item=item
        )
        issue_recommendations(
            item.dossier.operation,
            item.recommendations.values_list("commitment_id", "text", "due_on"),
            issuer=sitting.commission.name,
            issued_on=clock.today(),
            source_id=item.pk,
        )
        if sitting.commission.level == Level.REGIONAL and item.outcome != Outcome.AWARD:
            notify(item, actor=actor, cause="minutes.signed")
        else:
            outbox.post(messages.OUTCOME_TO_HOLDER, item.dossier, draft=True)


def _release(item: AgendaItem) -> None:
    """A carried-over dossier may be withdrawn again until another final sitting opens."""
    if item.outcome == Outcome.CARRY_OVER:
        dossier = lock(item.dossier)
        dossier.final_sitting_opened_at = None
        dossier.save(update_fields=["final_sitting_opened_at"])


def notify(item: AgendaItem, *, actor, cause: str) -> None:
    """Tell holder and collectivité the outcome of a signed item, its synthesis and recommendations, in confidence.

    What it makes of earlier recommendations takes effect now: before, nothing of theirs tells what was decided.
    """
    dossier = lock(item.dossier)
    if dossier.notified_at:
        return
    dossier.notified_at = clock.now()
    if item.outcome == Outcome.SEND_BACK:
        dossier.final_sitting_opened_at = None
    dossier.save(update_fields=["notified_at", "final_sitting_opened_at"])
    recommendations_of(item).update(notified_at=dossier.notified_at)
    _settle(item, actor, cause)
    outbox.post(messages.OUTCOME_TO_HOLDER, dossier)


def _settle(item: AgendaItem, actor, cause: str) -> None:
    for row in item.settlements.select_related("recommendation"):
        recommendation = lock(row.recommendation)
        if not recommendation.is_open:
            continue  # another commission has lifted it meanwhile
        RECOMMENDATION_WORKFLOW.follow(
            STEP_OF_SETTLEMENT[Settlement(row.settlement)],
            recommendation,
            cause=cause,
            actor=actor,
            words=row.words,
            issuer=item.sitting.commission.name,
            decided_on=timezone.localdate(item.sitting.signed_at),
            source_id=item.pk,
        )


@with_arguments
def minutes_are_signed(dossier: Dossier, *, actor, item: AgendaItem) -> str | None:
    """Rule 16: an outcome rests on signed minutes of this very dossier."""
    if item.dossier_id != dossier.pk or item.sitting.signed_at is None:
        return _("Le procès-verbal n’est pas signé.")
    return None


@DOSSIER_WORKFLOW.performs(Step.PROPOSE, guards=(minutes_are_signed,))
def propose(dossier: Dossier, *, actor, item: AgendaItem) -> Effect:
    """The region proposes the label."""
    return Effect(fields=enter(dossier), data={"item": str(item.pk)})


@DOSSIER_WORKFLOW.performs(Step.REFER, guards=(minutes_are_signed,))
def refer(dossier: Dossier, *, actor, item: AgendaItem) -> Effect:
    """The region could not rule: the nation will."""
    return Effect(fields=enter(dossier), data={"item": str(item.pk)})


@DOSSIER_WORKFLOW.performs(Step.ADJOURN, guards=(minutes_are_signed,))
def adjourn(dossier: Dossier, *, actor, item: AgendaItem) -> Effect:
    """Adjourn, with recommendations and the support proposed."""
    close_scope(dossier)
    return Effect(fields=enter(dossier), data={"item": str(item.pk)})


@DOSSIER_WORKFLOW.performs(Step.SEND_BACK, guards=(minutes_are_signed,))
def send_back(dossier: Dossier, *, actor, item: AgendaItem) -> Effect:
    """The nation sends the dossier back to its region; it may be withdrawn again once the holder is told (rule 15)."""
    return Effect(fields=enter(dossier), data={"item": str(item.pk)})
