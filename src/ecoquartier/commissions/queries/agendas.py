"""Agendas: what may go on one, what a sitting may say, what was told of it; and who has a seat."""

from __future__ import annotations

from django.db.models import Case, Count, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from ecoquartier.campaigns.enums import DecisionPath
from ecoquartier.campaigns.models import Campaign
from ecoquartier.campaigns.queries import decided_along
from ecoquartier.commissions.enums import Level, Outcome, SittingState
from ecoquartier.commissions.models import AgendaItem, Commission, Seat, Sitting
from ecoquartier.dossiers.enums import DossierState
from ecoquartier.dossiers.models import Dossier
from ecoquartier.people.models import User

LIVE = (SittingState.PLANNED, SittingState.CONVENED, SittingState.OPEN, SittingState.CLOSED)

PATHS_BY_LEVEL = {
    Level.REGIONAL: (DecisionPath.REGIONAL_THEN_NATIONAL, DecisionPath.REGIONAL_FINAL),
    Level.NATIONAL: (DecisionPath.REGIONAL_THEN_NATIONAL, DecisionPath.REGIONAL_FINAL, DecisionPath.NATIONAL_ONLY),
}


TOLD_AT_ONCE = frozenset({Outcome.PROPOSE, Outcome.ADJOURN, Outcome.REFER})
"""What a region says that its holder learns when the minutes are signed."""


def ready_for(commission: Commission, campaign: Campaign | None = None) -> QuerySet[Dossier]:
    """Dossiers that may go on an agenda of this commission: in its territory, at its level, on no live agenda.

    Args:
        campaign: one campaign, or all when None.
    """
    dossiers = _ready(Level(commission.level))
    if campaign:
        dossiers = dossiers.filter(campaign=campaign)
    if commission.level == Level.REGIONAL:
        dossiers = dossiers.filter(operation__lead_commune__county__region__in=commission.regions.all())
    return dossiers.select_related("operation__lead_commune", "stage", "campaign").order_by("created_at")


def with_ready(commissions: QuerySet[Commission]) -> QuerySet[Commission]:
    """Commissions with `ready`: how many dossiers are `ready_for` each."""
    here = Q(operation__lead_commune__county__region__commissions=OuterRef("pk"))
    regional, national = (
        Subquery(rows.order_by().values(all=Value(1)).annotate(n=Count("pk")).values("n"))
        for rows in (_ready(Level.REGIONAL).filter(here), _ready(Level.NATIONAL))
    )
    return commissions.annotate(ready=Coalesce(Case(When(level=Level.NATIONAL, then=national), default=regional), 0))


def _ready(level: Level) -> QuerySet[Dossier]:
    """Dossiers that wait for a commission of this level, wherever they are."""
    dossiers = Dossier.objects.filter(decided_along(*PATHS_BY_LEVEL[level]))
    if level == Level.REGIONAL:
        dossiers = dossiers.filter(state=DossierState.ASSESSED)
    else:
        dossiers = dossiers.filter(
            Q(state__in=[DossierState.PROPOSED, DossierState.REFERRED])
            | (Q(state=DossierState.ASSESSED) & decided_along(DecisionPath.NATIONAL_ONLY))
        )
    live = AgendaItem.objects.filter(sitting__state__in=LIVE).exclude(
        outcome=Outcome.CARRY_OVER, sitting__state=SittingState.CLOSED
    )
    return dossiers.exclude(pk__in=live.values("dossier"))


def carried_over(commission: Commission) -> QuerySet[AgendaItem]:
    """Items that a past sitting of the commission carried over."""
    return AgendaItem.objects.filter(
        sitting__commission=commission,
        sitting__state__in=[SittingState.CLOSED, SittingState.MINUTED],
        outcome=Outcome.CARRY_OVER,
    )


def allowed_outcomes(item: AgendaItem) -> list[Outcome]:
    """Outcomes this commission may reach on this dossier (rule 13)."""
    if item.sitting.commission.level == Level.NATIONAL:
        found = [Outcome.AWARD, Outcome.ADJOURN]
        if item.dossier.decision_path != DecisionPath.NATIONAL_ONLY:
            found.append(Outcome.SEND_BACK)
    elif item.dossier.decision_path == DecisionPath.REGIONAL_FINAL:
        found = [Outcome.AWARD, Outcome.ADJOURN, Outcome.REFER]
    else:
        found = [Outcome.PROPOSE, Outcome.ADJOURN, Outcome.REFER]
    return [*found, Outcome.CARRY_OVER]


def is_final(item: AgendaItem) -> bool:
    """Whether this sitting is the one that may award."""
    return Outcome.AWARD in allowed_outcomes(item)


def regional_proposal(dossier: Dossier) -> AgendaItem | None:
    """The item of the last signed regional minutes on this dossier."""
    return (
        AgendaItem.objects.filter(
            dossier=dossier, sitting__commission__level=Level.REGIONAL, sitting__state=SittingState.MINUTED
        )
        .order_by("-sitting__signed_at")
        .first()
    )


def with_neighbours(items: QuerySet[AgendaItem]) -> QuerySet[AgendaItem]:
    """Items with `points` (how many the agenda has) and the ids of the `previous_item` and the `next_item`."""
    agenda = AgendaItem.objects.filter(sitting=OuterRef("sitting"))
    before = agenda.filter(position__lt=OuterRef("position")).order_by("-position")
    after = agenda.filter(position__gt=OuterRef("position")).order_by("position")
    return items.annotate(
        points=Subquery(agenda.order_by().values("sitting").annotate(n=Count("pk")).values("n")),
        previous_item=Subquery(before.values("pk")[:1]),
        next_item=Subquery(after.values("pk")[:1]),
    )


def items_about(dossier: Dossier) -> QuerySet[AgendaItem]:
    """The agendas a dossier was on, cancelled sittings aside, in order."""
    return (
        AgendaItem.objects.filter(dossier=dossier)
        .exclude(sitting__state=SittingState.CANCELLED)
        .select_related("sitting__commission")
        .order_by("sitting__held_on", "sitting__signed_at")
    )


def is_told(item: AgendaItem) -> bool:
    """Whether the holder was told what a sitting said (rule 15).

    A region’s opinion is told when its minutes are signed; an award, and all that the nation says, when announced.
    """
    if item.sitting.state != SittingState.MINUTED:
        return False
    told_at_once = item.sitting.commission.level == Level.REGIONAL and item.outcome in TOLD_AT_ONCE
    return told_at_once or item.sitting.announced_at is not None


def to_announce(sitting: Sitting) -> QuerySet[AgendaItem]:
    """Items whose outcome the announcement of a sitting tells: what the nation says, the labels a region awards."""
    return (
        told_later(sitting.items.all())
        .select_related("dossier__operation__lead_commune", "dossier__stage")
        .order_by("position")
    )


def told_later(items: QuerySet[AgendaItem]) -> QuerySet[AgendaItem]:
    """Among these items, those whose outcome waits for the announcement of their sitting."""
    at_once = Q(sitting__commission__level=Level.REGIONAL, outcome__in=TOLD_AT_ONCE)
    left = Q(dossier__state__in=[DossierState.WITHDRAWN, DossierState.CLOSED])
    return items.exclude(outcome__in=["", Outcome.CARRY_OVER]).exclude(left).exclude(at_once)


def has_to_be_announced(sitting: Sitting) -> bool:
    """Whether signed minutes wait for the bureau's announcement."""
    if sitting.state != SittingState.MINUTED or sitting.announced_at:
        return False
    return sitting.commission.level == Level.NATIONAL or to_announce(sitting).exists()


def with_seats(people: QuerySet[User]) -> QuerySet[User]:
    """People with their `held_seats`, in one query more."""
    seats = Seat.objects.select_related("commission").order_by("commission__name", "pk")
    return people.prefetch_related(Prefetch("seats", seats, to_attr="held_seats"))


def held_seats() -> QuerySet[Seat]:
    """Every seat that somebody holds."""
    return Seat.objects.filter(holder__isnull=False)
