"""Signatures of the charter."""

from __future__ import annotations

from django.db.models import QuerySet

from ecoquartier.operations.domain.lives import CLOSED
from ecoquartier.operations.enums import CharterState
from ecoquartier.operations.models import CharterSignature, Operation
from ecoquartier.people.enums import Role
from ecoquartier.people.models import User


def charter_signatures() -> QuerySet[CharterSignature]:
    """Every signature, with the name of who signed."""
    return CharterSignature.objects.select_related("organisation")


def charters_to_confirm(user: User) -> QuerySet[CharterSignature]:
    """Signatures told by an older sheet that wait for this person: of their counties; all for the bureau.

    None of an operation that is closed: nothing of it is confirmed any more.
    """
    rows = CharterSignature.objects.filter(state=CharterState.TO_CONFIRM).exclude(operation__state__in=CLOSED)
    if Role.BUREAU not in user.rights.roles:
        rows = rows.filter(operation__lead_commune__county__in=user.rights.counties)
    return rows.select_related("organisation", "operation__lead_commune__county__region").order_by(
        "operation__name", "operation__lead_commune__name", "pk"
    )


def has_charter(operation: Operation) -> bool:
    """Every competent collectivité (at least one) has a confirmed signature for this operation."""
    signed = {s.organisation_id for s in operation.charter_signatures.all() if s.state == CharterState.CONFIRMED}
    competent = {c.pk for c in operation.collectivites.all()}
    return bool(competent) and competent <= signed


def charter_told(operation: Operation) -> str:
    """What an older sheet tells of the charter and nobody confirmed yet, as the sheet says it; empty without."""
    told = (row.words for row in operation.charter_signatures.all() if row.state == CharterState.TO_CONFIRM)
    return next(told, "")


def undated_charters() -> list[str]:
    """Invariant: a confirmed charter has a year."""
    rows = CharterSignature.objects.filter(state=CharterState.CONFIRMED, year=None, signed_on=None)
    return [f"charte {pk}\u00a0: sans date" for pk in rows.values_list("pk", flat=True)]
