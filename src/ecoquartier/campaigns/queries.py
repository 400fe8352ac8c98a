"""Named reads of campaigns."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery

from ecoquartier.campaigns.enums import MilestoneCode
from ecoquartier.campaigns.models import Campaign, Scheme, Stage
from ecoquartier.core import clock
from ecoquartier.framework.models import Framework


def current_campaign() -> Campaign | None:
    """The latest campaign already launched, with its milestones."""
    return (
        Campaign.objects.filter(milestones__code=MilestoneCode.LAUNCH, milestones__day__lte=clock.today())
        .select_related("scheme", "framework")
        .prefetch_related("milestones", "scheme__stages")
        .order_by("-year")
        .first()
    )


def campaign_of_the_moment() -> QuerySet[Campaign]:
    """The latest campaign already launched, if any, to be read inside another query."""
    launched = Campaign.objects.filter(milestones__code=MilestoneCode.LAUNCH, milestones__day__lte=clock.today())
    return launched.order_by("-year").only("year")[:1]


def current_framework() -> Framework | None:
    """The référentiel of the latest campaign launched; the latest version while there is none."""
    campaign = (
        Campaign.objects.filter(milestones__code=MilestoneCode.LAUNCH, milestones__day__lte=clock.today())
        .select_related("framework")
        .order_by("-year")
        .first()
    )
    return campaign.framework if campaign else Framework.objects.first()


def default_scheme() -> Scheme | None:
    """The scheme to present while no campaign has been launched: the first that has stages."""
    return Scheme.objects.filter(stages__isnull=False).prefetch_related("stages").distinct().first()


def all_campaigns(person: Any = None) -> QuerySet[Campaign]:
    """Every campaign with its milestones, the latest first; the same for everybody."""
    return Campaign.objects.select_related("scheme").prefetch_related("milestones").order_by("-year")


def highest_rank() -> int:
    """The last rank of the longest scheme: how many steps a mark may have to show."""
    return Stage.objects.aggregate(last=Max("rank"))["last"] or 0


def stage_count(path: str = "stage__scheme") -> Subquery:
    """How many stages the scheme at `path` has: the total of a stage mark."""
    stages = Stage.objects.filter(scheme=OuterRef(path)).order_by().values("scheme")
    return Subquery(stages.annotate(n=Count("pk")).values("n"))
