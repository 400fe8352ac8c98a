"""Named reads of the référentiel."""

from __future__ import annotations

from django.db.models import QuerySet

from ecoquartier.framework.models import Commitment, Dimension, Framework


def dimensions_of(framework: Framework) -> QuerySet[Dimension]:
    """The dimensions of a version with their commitments, in order."""
    return framework.dimensions.prefetch_related("commitments").order_by("rank")


def commitments_for(person: object = None) -> QuerySet[Commitment]:
    """Commitments of every version with all they hold; public."""
    return Commitment.objects.select_related("framework", "dimension").prefetch_related("notions", "indicators")


def neighbour(commitment: Commitment, step: int) -> Commitment | None:
    """The commitment before (-1) or after (1) this one in its version."""
    return Commitment.objects.filter(framework=commitment.framework_id, number=commitment.number + step).first()
