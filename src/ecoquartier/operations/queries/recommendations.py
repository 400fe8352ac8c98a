"""Recommendations, as each may know them."""

from __future__ import annotations

from django.db.models import (
    QuerySet,
)

from ecoquartier.operations.models import (
    Operation,
    Recommendation,
)
from ecoquartier.people.models import User


def recommendations_told(operation: Operation, user: User) -> QuerySet[Recommendation]:
    """Recommendations of notified decisions, the latest first; the others are not known yet (rule 15).

    They tell what was decided: none to whoever sees through a person, in the support mode.
    """
    rows = Recommendation.objects.filter(operation=operation, notified_at__isnull=False)
    rows = rows.select_related("commitment").order_by("-issued_on", "commitment__number")
    return rows if user.seen_by is None else rows.none()
