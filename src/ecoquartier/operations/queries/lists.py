"""Operations as their lists show them: where they are, what they hold, what they wait for, and how many are so."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from ecoquartier.core import clock
from ecoquartier.operations.models import CharterSignature, Claim, Operation
from ecoquartier.operations.queries.meetings import meetings_awaited
from ecoquartier.operations.queries.stages import all_stages_known_to
from ecoquartier.people.models import User

# What `listed` adds to a row, and by which `tally` counts.
MARKS = (
    *("county", "county_name", "region", "region_name", "state", "has_holder", "rank_held"),
    *("is_in_territory", "is_claimed", "is_meeting_awaited", "is_meeting_late", "has_charter_to_confirm"),
)


def listed(
    rows: QuerySet[Operation],
    user: User,
    *,
    territory: QuerySet[Operation],
    claims: QuerySet[Claim],
    charters: QuerySet[CharterSignature],
) -> QuerySet[Operation]:
    """Operations with their `MARKS`, and `held_by`: the last day of the meeting that they wait for, if they do.

    Args:
        territory: those of the person's territory.
        claims: those that the person confirms.
        charters: those that the person confirms.
    """
    stages = all_stages_known_to(user).filter(operation=OuterRef("pk")).order_by("-rank")
    return rows.annotate(
        county=F("lead_commune__county"),
        county_name=F("lead_commune__county__name"),
        region=F("lead_commune__county__region"),
        region_name=F("lead_commune__county__region__name"),
        has_holder=_flag(Q(holder__isnull=False)),
        rank_held=Coalesce(Subquery(stages.values("rank")[:1]), 0),
        held_by=Subquery(meetings_awaited().filter(pk=OuterRef("pk")).values_list(F("held_by"))[:1]),
        is_meeting_awaited=_flag(Q(held_by__isnull=False)),
        is_meeting_late=_flag(Q(held_by__lt=clock.today())),
        is_in_territory=Exists(territory.filter(pk=OuterRef("pk"))),
        is_claimed=Exists(claims.filter(operation=OuterRef("pk"))),
        has_charter_to_confirm=Exists(charters.filter(operation=OuterRef("pk"))),
    )


def tally(rows: QuerySet[Operation]) -> list[dict[str, Any]]:
    """How many `listed` rows bear each set of marks, as `n`: one query, whatever is counted of it."""
    return list(rows.order_by().values(*MARKS).annotate(n=Count("pk")))


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False))
