"""Recommendations of commissions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from ecoquartier.operations.models import (
    Operation,
    Recommendation,
)


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
