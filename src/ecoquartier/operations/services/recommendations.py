"""Recommendations of commissions: issued, answered, lifted or maintained, and shown to all when the holder wishes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from ecoquartier.core.errors import DomainError
from ecoquartier.operations.enums import RecommendationState
from ecoquartier.operations.models import Operation, Recommendation, RecommendationReply
from ecoquartier.operations.queries import why_not_kept
from ecoquartier.operations.workflow import RECOMMENDATION_WORKFLOW, RecommendationStep
from ecoquartier.workflow.engine import Effect, act

MOST_SIGNS = 2000
"""Of an answer, spaces aside."""


def issue_recommendations(
    operation: Operation,
    rows: Iterable[tuple[int | None, str, date | None]],
    *,
    issuer: str,
    issued_on: date,
    source_id: UUID,
) -> list[Recommendation]:
    """Write the recommendations of a decision. Part of the deciding act.

    Args:
        rows: (id of the commitment or None, text, day by which a *réserve* is to be lifted or None).
    """
    return Recommendation.objects.bulk_create(
        Recommendation(
            operation=operation,
            commitment_id=commitment,
            text=text,
            due_on=due_on,
            issuer=issuer,
            issued_on=issued_on,
            source_id=source_id,
        )
        for commitment, text, due_on in rows
    )


@RECOMMENDATION_WORKFLOW.performs(RecommendationStep.ANSWER)
def answer_recommendation(recommendation: Recommendation, *, actor, text: str) -> Effect:
    """Answer, or answer again until a commission lifts it; what was answered before is kept.

    Raises:
        DomainError: the answer is empty, too long, or the one already given.
    """
    if not text.strip():
        raise DomainError(_("Écrivez votre réponse."), code="no_answer")
    if len("".join(text.split())) > MOST_SIGNS:
        raise DomainError(
            _("La réponse compte plus de %(n)s signes, espaces non compris.") % {"n": MOST_SIGNS}, code="too_long"
        )
    last = recommendation.replies.last()
    if last and last.state == RecommendationState.ANSWERED and last.text == text:
        raise DomainError(_("Cette réponse est déjà enregistrée."), code="same_answer")
    RecommendationReply.objects.create(
        recommendation=recommendation, state=RecommendationState.ANSWERED, text=text, said_by=actor
    )
    return Effect(
        data={"operation": str(recommendation.operation_id)},
        detail={"answer": text},
        projections=_shown(recommendation),
    )


def _shown(recommendation: Recommendation) -> list[tuple[str, set]]:
    """The public sheet to renew, when it shows what becomes of the recommendation."""
    return [("recommendation", {recommendation.pk})] if recommendation.is_published else []


def _settle(recommendation: Recommendation, state: str, words: str, issuer: str, decided_on: date, source_id) -> Effect:
    RecommendationReply.objects.create(
        recommendation=recommendation,
        state=state,
        text=words,
        issuer=issuer,
        decided_on=decided_on,
        source_id=source_id,
    )
    return Effect(
        data={"operation": str(recommendation.operation_id), "decision": str(source_id)},
        projections=_shown(recommendation),
    )


@RECOMMENDATION_WORKFLOW.performs(RecommendationStep.LIFT)
def lift_recommendation(
    recommendation: Recommendation, *, actor, words: str, issuer: str, decided_on: date, source_id: UUID
) -> Effect:
    """A notified decision says that what was asked is done."""
    return _settle(recommendation, RecommendationState.LIFTED, words, issuer, decided_on, source_id)


@RECOMMENDATION_WORKFLOW.performs(RecommendationStep.MAINTAIN)
def maintain_recommendation(
    recommendation: Recommendation, *, actor, words: str, issuer: str, decided_on: date, source_id: UUID
) -> Effect:
    """A notified decision asks for it again: the holder answers again."""
    return _settle(recommendation, RecommendationState.MAINTAINED, words, issuer, decided_on, source_id)


def is_followed(recommendation: Recommendation) -> str | None:
    """Only what was answered or lifted is shown to all: not what still waits for its first answer."""
    if recommendation.state == RecommendationState.ISSUED:
        return _("Répondez d’abord à cette recommandation\u00a0: la fiche publique montre la suite qui lui est donnée.")
    return None


@act("recommendation.published", permission="recommendations.publish", guards=(why_not_kept, is_followed))
def publish_follow_up(recommendation: Recommendation, *, actor) -> Effect:
    """Show on the public sheet what was asked and what was done of it (the lead’s choice)."""
    recommendation.is_published = True
    return Effect(fields=["is_published"], projections=[("recommendation", {recommendation.pk})])


@act("recommendation.unpublished", permission="recommendations.publish", guards=(why_not_kept,))
def hide_follow_up(recommendation: Recommendation, *, actor) -> Effect:
    """Show it no more."""
    recommendation.is_published = False
    return Effect(fields=["is_published"], projections=[("recommendation", {recommendation.pk})])
