"""What is held, as each may know it."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from ecoquartier.operations.domain.dates import RoughDate, kept_date
from ecoquartier.operations.models import Operation, StageHistory, TeamMember
from ecoquartier.operations.predicates import is_representative, is_team
from ecoquartier.people.models import User


def stages_known_to(operation: Operation, user: User | None) -> QuerySet[StageHistory]:
    """Stages in force that the person may know of: published, or notified to the holder and the collectivité.

    `user=None` is the platform itself, which knows everything decided.
    """
    held = operation.stages.in_force()
    if user is None:
        return held
    # What was told in confidence is not told to whoever sees through a person, in the support mode.
    if user.seen_by is None and (is_team(user, operation) or is_representative(user, operation)):
        return stages_told(operation)
    return held.filter(published_at__isnull=False)


def stages_told(operation: Operation) -> QuerySet[StageHistory]:
    """Stages in force that the holder and the collectivité were told of."""
    return operation.stages.in_force().filter(notified_at__isnull=False)


def all_stages_known_to(user: User) -> QuerySet[StageHistory]:
    """The rows of `stages_known_to` of every operation, the highest first: for lists, which prefetch them."""
    own = Exists(TeamMember.objects.filter(operation=OuterRef("operation"), user=user)) | Q(
        operation__in=Operation.objects.filter(collectivites__in=user.rights.represents).values("pk")
    )
    known = Q(published_at__isnull=False)
    if user.seen_by is None:
        known = known & ~own | Q(notified_at__isnull=False) & own
    return StageHistory.objects.in_force().filter(known).order_by("operation", "-rank", "-year")


def works_of(operation: Operation) -> RoughDate | None:
    """When the first works of the operation begin, as exactly as it is known."""
    known = (kept_date(phase.works) for phase in operation.phases.all())
    return min((found for found in known if found), default=None)


def repeated_stages() -> list[str]:
    """Invariant: at most one award in force per stage and phase (rule 1)."""
    rows = StageHistory.objects.in_force().filter(source="award").values("phases", "rank").annotate(n=Count("pk"))
    return [f"tranche {row['phases']}\u00a0: étape {row['rank']} détenue deux fois" for row in rows.filter(n__gt=1)]
