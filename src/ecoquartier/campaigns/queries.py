"""Named reads of campaigns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any

from django.db.models import PROTECT, Count, F, Func, Max, OuterRef, Prefetch, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, Coalesce, Greatest
from django.db.models.lookups import In
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecoquartier.campaigns.domain import StageWords, asked_commitments, calendar_faults, describe, scheme_faults
from ecoquartier.campaigns.enums import MilestoneCode, Section
from ecoquartier.campaigns.models import Campaign, Milestone, Scheme, Stage
from ecoquartier.core import clock
from ecoquartier.core.registry import Task, Work
from ecoquartier.core.text import french_list
from ecoquartier.framework.models import Commitment, Framework

CALENDAR_PAGE = "/demarche/calendrier/"


def current_campaign() -> Campaign | None:
    """The latest campaign already launched, with its milestones."""
    return (
        Campaign.objects.filter(milestones__code=MilestoneCode.LAUNCH, milestones__day__lte=clock.today())
        .select_related("scheme", "framework")
        .prefetch_related("milestones", Prefetch("scheme__stages", with_requires()))
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
    return campaign.framework if campaign else Framework.objects.in_use().first()


def default_scheme() -> Scheme | None:
    """The scheme to present while no campaign has been launched: the one chosen, else the first that has stages."""
    return all_schemes().filter(stages__isnull=False).distinct().first()


def all_schemes(person: Any = None) -> QuerySet[Scheme]:
    """Every scheme with its stages, the one presented by default first; the same for everybody."""
    return Scheme.objects.prefetch_related(Prefetch("stages", with_requires())).order_by("-is_default", "code")


def with_requires() -> QuerySet[Stage]:
    """Stages with the one each asks for, to be read with their scheme."""
    return Stage.objects.select_related("requires").order_by("rank")


def all_stages(person: Any = None) -> QuerySet[Stage]:
    """Every stage with its scheme; the same for everybody."""
    return Stage.objects.select_related("scheme", "requires").order_by("scheme", "rank")


def stages_asking(framework: Framework, number: int) -> list[Stage]:
    """Stages of the campaign of the moment that ask to answer this commitment of the version that it follows."""
    followed = Stage.objects.filter(
        scheme__campaigns__in=campaign_of_the_moment(), scheme__campaigns__framework=framework
    ).order_by("rank")
    return [stage for stage in followed if Section.ANSWERS in stage.sections and asked_commitments(stage, [number])]


def all_campaigns(person: Any = None) -> QuerySet[Campaign]:
    """Every campaign with its milestones, the latest first; the same for everybody."""
    return Campaign.objects.select_related("scheme").prefetch_related("milestones").order_by("-year")


def launched_campaigns() -> QuerySet[Campaign]:
    """Campaigns whose dates everybody may read, the latest first."""
    launched = Q(milestones__code=MilestoneCode.LAUNCH, milestones__day__lte=clock.today())
    return Campaign.objects.filter(launched).select_related("scheme").prefetch_related("milestones").order_by("-year")


def frameworks_for(campaign: Campaign | None = None) -> QuerySet[Framework]:
    """Versions of the référentiel that a campaign may follow, the latest first: those in use, and its own."""
    own = Framework.objects.filter(pk=campaign.framework_id) if campaign else Framework.objects.none()
    return (Framework.objects.in_use() | own).order_by("-code")


def why_followed(framework: Framework) -> str | None:
    """Why a version of the référentiel is not retired yet: a campaign that is not closed, or that of the moment."""
    years = Campaign.objects.filter(Q(closed_at=None) | Q(pk__in=campaign_of_the_moment()), framework=framework)
    names = [str(year) for year in years.order_by("year").values_list("year", flat=True)]
    if not names:
        return None
    said = ngettext(
        "La campagne %(years)s suit cette version\u00a0: attendez qu’elle soit close, et une autre lancée.",
        "Les campagnes %(years)s suivent cette version\u00a0: attendez qu’elles soient closes, et une autre lancée.",
        len(names),
    )
    return said % {"years": french_list(names)}


def is_used(campaign: Campaign) -> bool:
    """Whether something rests on a campaign, and keeps it: a dossier, a sitting, a ceremony."""
    return any(
        link.related_model._base_manager.filter(**{link.field.name: campaign}).exists()
        for link in Campaign._meta.related_objects
        if link.on_delete is PROTECT
    )


def last_moved(campaign: Campaign) -> list[Milestone]:
    """The milestones changed by the last change of dates, in order."""
    latest = campaign.milestones.aggregate(at=Max("moved_at"))["at"]
    return list(campaign.milestones.filter(moved_at=latest)) if latest else []


def changes_of(stage: Stage, rules: Mapping[str, Any]) -> dict[str, Any]:
    """The rules that differ from those of the stage.

    Raises:
        ValueError: something else than a rule.
    """
    if unknown := set(rules) - set(Stage.RULES):
        raise ValueError(f"Not rules of a stage: {sorted(unknown)}")
    return {name: value for name, value in rules.items() if getattr(stage, name) != value}


def revised(stage: Stage, rules: Mapping[str, Any]) -> Stage:
    """The stage as it would be with these rules; nothing is saved."""
    found = copy(stage)
    # A copy shares what was read from the database.
    found._state = copy(stage._state)
    found._state.fields_cache = dict(stage._state.fields_cache)
    for name, value in changes_of(stage, rules).items():
        setattr(found, name, value)
    return found


def stages_with(candidate: Stage) -> list[Stage]:
    """The stages of its scheme with this one in its place, in order."""
    others = candidate.scheme.stages.exclude(rank=candidate.rank).select_related("requires", "scheme")
    return sorted([*others, candidate], key=lambda stage: stage.rank)


def faults_of(stages: Iterable[Stage], framework: Framework) -> list[str]:
    """Why these stages cannot be asked of those who answer this version: it lacks commitments that they name."""
    known = set(Commitment.objects.filter(framework=framework).values_list("number", flat=True))
    return [
        _("L’étape %(rank)s demande l’engagement %(number)s, qui n’existe pas dans «\u00a0%(framework)s\u00a0».")
        % {"rank": stage.rank, "number": number, "framework": framework}
        for stage in stages
        for number in sorted(set(stage.commitments) - known)
    ]


def faults_with(candidate: Stage) -> list[str]:
    """Why a scheme cannot hold with this stage in its place.

    The commitments that it names are looked for in the version of the latest campaign that follows the scheme; in the
    latest version in use while none does.
    """
    campaign = candidate.scheme.campaigns.select_related("framework").order_by("-year").first()
    framework = campaign.framework if campaign else Framework.objects.in_use().first()
    return scheme_faults(stages_with(candidate)) + (faults_of([candidate], framework) if framework else [])


def words_of(stage: Stage, campaign: Campaign | None = None) -> StageWords:
    """What everybody reads of a stage, with the dates and the path of a campaign when there is one."""
    if campaign is None or campaign.scheme_id != stage.scheme_id:
        return describe(stage)
    return describe(stage, path=campaign.path_of(stage), days=campaign.days, year=campaign.year)


def scheme_breaches() -> list[str]:
    """Invariant: the rules of every scheme hold together."""
    return [
        f"{scheme.code}\u00a0: {fault}"
        for scheme in all_schemes()
        for fault in scheme_faults(list(scheme.stages.all()))
    ]


def calendar_breaches() -> list[str]:
    """Invariant: the dates of every campaign follow each other."""
    return [f"{c}\u00a0: {fault}" for c in all_campaigns() for fault in calendar_faults(c.days, c.year)]


def highest_rank() -> int:
    """The last rank of the longest scheme: how many steps a mark may have to show."""
    return Stage.objects.aggregate(last=Greatest(Max("rank"), Max("level")))["last"] or 0


def stage_count(path: str = "stage__scheme") -> Subquery:
    """How many stages the scheme at `path` has: the total of a stage mark."""
    stages = Stage.objects.filter(scheme=OuterRef(path)).order_by().values("scheme")
    return Subquery(stages.annotate(n=Count("pk")).values("n"))


def meeting_delay() -> QuerySet:
    """Days to hold a meeting that a holder asked for, in the scheme of the moment: one value, or none when no stage
    wants such a meeting. To be read, or put inside another query.
    """
    chosen = Scheme.objects.filter(stages__isnull=False).order_by("-is_default", "code")
    scheme = Coalesce(Subquery(campaign_of_the_moment().values("scheme")), Subquery(chosen.values("code")[:1]))
    stages = Stage.objects.filter(scheme=scheme, requires_meeting=True).order_by("meeting_days")
    return stages.values_list("meeting_days", flat=True)[:1]


def milestone_day(code: Any, path: str = "campaign") -> Subquery:
    """The day of a milestone (a code, or the expression that gives it) of the campaign at `path`."""
    return Subquery(Milestone.objects.filter(campaign=OuterRef(path), code=code).values("day")[:1])


def work_of(user: Any) -> Work:
    """The dates to come of the campaigns already launched: the same for everybody."""
    launched = Milestone.objects.filter(code=MilestoneCode.LAUNCH, day__lte=clock.today()).values("campaign")
    coming = Milestone.objects.filter(campaign__in=launched, day__gte=clock.today()).order_by("day")
    return Work(
        dates=[
            Task(
                _("%(milestone)s, campagne %(year)s")
                % {"milestone": capfirst(str(row.get_code_display())), "year": row.campaign_id},
                CALENDAR_PAGE,
                due_on=row.day,
            )
            for row in coming
        ]
    )


def decided_along(*paths: str) -> Q:
    """Dossiers decided along one of these paths: that of their stage, unless their campaign has its own."""
    rank = Cast("stage__rank", TextField())
    own = Func(F("campaign__paths"), rank, function="jsonb_extract_path_text", output_field=TextField())
    path = Coalesce(own, F("stage__decision_path"), output_field=TextField())
    return Q(In(path, [str(code) for code in paths]))
