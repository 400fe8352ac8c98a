"""Which operations are public, and how one is found."""

from __future__ import annotations

import re

from django.db.models import (
    Q,
    QuerySet,
)

from ecoquartier.core.text import sort_key
from ecoquartier.operations.enums import CharterState
from ecoquartier.operations.models import (
    Operation,
)
from ecoquartier.territories.domain import name_key

_WORD = re.compile(r"[0-9a-z]+")


def public_operations() -> QuerySet[Operation]:
    """Rule 18: an operation is public from its confirmed charter or its first published stage."""
    return Operation.objects.filter(
        Q(charter_signatures__state=CharterState.CONFIRMED)
        | Q(stages__published_at__isnull=False, stages__withdrawn_on__isnull=True)
    ).distinct()


def matching(rows: QuerySet[Operation], text: str) -> QuerySet[Operation]:
    """Rows whose name, commune (today's or former) or INSEE code holds every word of `text`, accents ignored."""
    for word in _WORD.findall(sort_key(text)):
        rows = rows.filter(
            Q(name__icontains=word)
            # The slug is made of the name and the commune, without accents.
            | Q(slug__contains=word)
            | Q(lead_commune__search_key__contains=name_key(word))
            | Q(lead_commune__insee=word.upper())
        )
    return rows


def operations_without_phase() -> list[str]:
    """Invariant: every operation has at least one phase."""
    return [f"opération {pk} sans tranche" for pk in Operation.objects.filter(phases=None).values_list("pk", flat=True)]
