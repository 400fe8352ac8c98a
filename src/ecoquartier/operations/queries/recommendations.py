"""Recommendations, as each may know them."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Min, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, TruncDate

from ecoquartier.core.reading import read_once
from ecoquartier.operations.domain.lives import CLOSED
from ecoquartier.operations.enums import AWAITING_ANSWER, RecommendationState, TeamRole
from ecoquartier.operations.models import Operation, Recommendation, RecommendationReply
from ecoquartier.people.models import User


def told_recommendations() -> QuerySet[Recommendation]:
    """Recommendations of notified decisions, the latest first, with what was said of each since (rule 15)."""
    replies = Prefetch("replies", RecommendationReply.objects.select_related("said_by"))
    rows = Recommendation.objects.filter(notified_at__isnull=False).select_related("commitment")
    return rows.prefetch_related(replies).order_by("-issued_on", "commitment__number", "pk")


def recommendations_told(operation: Operation, user: User) -> QuerySet[Recommendation]:
    """Those of an operation. They tell what was decided: none to whoever sees through a person, in the support mode."""
    rows = told_recommendations().filter(operation=operation)
    return rows if user.seen_by is None else rows.none()


def unanswered_recommendations(operation: Operation | OuterRef) -> QuerySet[Recommendation]:
    """What its holder was told and has not answered since a commission last spoke."""
    return told_recommendations().filter(operation=operation, state__in=AWAITING_ANSWER)


@read_once
def quoted_recommendations(operation: Operation) -> dict[str, dict[str, Any]]:
    """Open recommendations with their answers, by id, as a deposit holds them."""
    rows = told_recommendations().filter(operation=operation).exclude(state=RecommendationState.LIFTED)
    return {str(row.pk): _quoted(row) for row in rows}


def _quoted(row: Recommendation) -> dict[str, Any]:
    answer = row.answer
    return {
        "commitment": row.commitment.number if row.commitment else None,
        "text": row.text,
        "issuer": row.issuer,
        "issued_on": row.issued_on.isoformat(),
        "due_on": row.due_on and row.due_on.isoformat(),
        "answer": answer.text if answer else "",
    }


def followed_recommendations() -> QuerySet[Recommendation]:
    """Those whose follow-up the holder chose to show; what may be public of them is said where decisions are known."""
    return told_recommendations().filter(is_published=True)


def operations_to_answer(user: User) -> QuerySet[Operation]:
    """Operations in whose team the person writes, with `first_due` when recommendations wait for an answer.

    Nothing is written any more on those that are abandoned.
    """
    writes = user.teams.filter(role__in=[TeamRole.LEAD, TeamRole.EDITOR]).values("operation")
    waiting = Q(recommendations__notified_at__isnull=False, recommendations__state__in=AWAITING_ANSWER)
    rows = Operation.objects.filter(waiting, pk__in=writes).exclude(state__in=CLOSED)
    rows = rows.annotate(first_due=Min("recommendations__due_on")).order_by("first_due", "name", "pk")
    return rows if user.seen_by is None else rows.none()


def recommendation_breaches() -> list[str]:
    """Invariant: a recommendation is where the last word on it leaves it, and its dates follow each other."""
    last = RecommendationReply.objects.filter(recommendation=OuterRef("pk")).order_by("-said_at", "-pk")
    said = Coalesce(Subquery(last.values("state")[:1]), Value(str(RecommendationState.ISSUED)))
    rows = Recommendation.objects.annotate(said=said, told_on=TruncDate("notified_at"))
    astray = rows.exclude(said=F("state"))
    early = rows.filter(Q(told_on__lt=F("issued_on")) | Q(due_on__lte=F("issued_on")))
    before = RecommendationReply.objects.filter(
        Q(decided_on__lt=F("recommendation__issued_on")) | Q(said_at__lt=F("recommendation__notified_at"))
    )
    return [f"recommandation {pk}\u00a0: état sans suite donnée" for pk in astray.values_list("pk", flat=True)] + [
        f"recommandation {pk}\u00a0: dates en désordre"
        for pk in {*early.values_list("pk", flat=True), *before.values_list("recommendation", flat=True)}
    ]
