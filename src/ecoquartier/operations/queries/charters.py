"""Signatures of the charter."""

from __future__ import annotations

from django.db.models import (
    QuerySet,
)

from ecoquartier.operations.enums import CharterState
from ecoquartier.operations.models import (
    CharterSignature,
    Operation,
)


def charter_signatures() -> QuerySet[CharterSignature]:
    """Every signature, with the name of who signed."""
    return CharterSignature.objects.select_related("organisation")


def has_charter(operation: Operation) -> bool:
    """Every competent collectivité (at least one) has a confirmed signature for this operation."""
    signed = {s.organisation_id for s in operation.charter_signatures.all() if s.state == CharterState.CONFIRMED}
    competent = {c.pk for c in operation.collectivites.all()}
    return bool(competent) and competent <= signed


def undated_charters() -> list[str]:
    """Invariant: a confirmed charter has a year."""
    rows = CharterSignature.objects.filter(state=CharterState.CONFIRMED, year=None, signed_on=None)
    return [f"charte {pk}\u00a0: sans date" for pk in rows.values_list("pk", flat=True)]
