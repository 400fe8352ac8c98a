"""Opening a campaign, moving its dates, changing its settings, closing it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ecoquartier.campaigns import messages
from ecoquartier.campaigns.domain import calendar_faults, default_days, path_faults
from ecoquartier.campaigns.enums import MilestoneCode
from ecoquartier.campaigns.models import Campaign, Milestone, Scheme
from ecoquartier.campaigns.queries import faults_of, frameworks_for, is_used
from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError
from ecoquartier.framework.models import Framework
from ecoquartier.workflow.engine import Effect, act, check, with_arguments


def _asked(reason: str) -> str:
    if not reason.strip():
        raise DomainError(_("Un motif est demandé."), code="no_reason")
    return reason


def _checked(days: Mapping[str, date], year: int) -> None:
    if faults := calendar_faults(days, year):
        raise DomainError(" ".join(faults), code="wrong_dates")


@transaction.atomic
def open_campaign(
    year: int, *, scheme: Scheme, framework: Framework, days: Mapping[str, date] | None = None
) -> Campaign:
    """The campaign of a year, created when it is not there, with these dates or the default ones; not an act.

    Raises:
        DomainError: the dates break their order.
    """
    campaign, created = Campaign.objects.get_or_create(year=year, defaults={"scheme": scheme, "framework": framework})
    if created:
        chosen = dict(days or default_days(year))
        _checked(chosen, year)
        Milestone.objects.bulk_create(Milestone(campaign=campaign, code=code, day=day) for code, day in chosen.items())
    return campaign


@with_arguments
def is_a_new_year(scheme: Scheme, *, year: int, **arguments: Any) -> str | None:
    """One campaign a year."""
    if Campaign.objects.filter(year=year).exists():
        return _("La campagne %(year)s existe déjà.") % {"year": year}
    return None


@with_arguments
def has_stages(scheme: Scheme, **arguments: Any) -> str | None:
    """A campaign has something to file for."""
    return None if scheme.stages.exists() else _("Ce régime n’a pas encore d’étape.")


@with_arguments
def has_a_version_in_use(scheme: Scheme, *, framework: Framework, **arguments: Any) -> str | None:
    """Nobody answers a version that may still change, or that is retired."""
    if not frameworks_for().filter(pk=framework.pk).exists():
        return _("Cette version du référentiel n’est pas en vigueur.")
    return None


@with_arguments
def asks_for_what_exists(scheme: Scheme, *, framework: Framework, **arguments: Any) -> str | None:
    """The commitments that the stages name are in the version that dossiers answer."""
    return next(iter(faults_of(scheme.stages.all(), framework)), None)


OPENING = (is_a_new_year, has_stages, has_a_version_in_use, asks_for_what_exists)


def check_opening(scheme: Scheme, *, year: int, framework: Framework, days: Mapping[str, date]) -> None:
    """Refuse what `start_campaign` would refuse, before it is asked.

    Raises:
        TransitionRefused, DomainError: the sentence to show.
    """
    check(OPENING, scheme, year=year, framework=framework, days=days)
    _checked(days, year)


@act("campaign.opened", permission="campaigns.write", guards=OPENING)
def start_campaign(scheme: Scheme, *, actor, year: int, framework: Framework, days: Mapping[str, date]) -> Effect:
    """The bureau opens the campaign of a year along a scheme; it starts on its day of launch.

    Raises:
        DomainError: a date is missing, too far, or breaks the order; the sentence names the two.
    """
    campaign = open_campaign(year, scheme=scheme, framework=framework, days=days)
    return Effect(
        result=campaign,
        data={
            "scheme": scheme.code,
            "framework": framework.pk,
            "days": {code: day.isoformat() for code, day in days.items()},
        },
    )


@with_arguments
def stays_launched(campaign: Campaign, *, days: Mapping[str, date | None], **arguments: Any) -> str | None:
    """What everybody has read, and what dossiers rest on, does not become a plan again."""
    launch = days.get(MilestoneCode.LAUNCH)
    if campaign.is_launched and launch and launch > clock.today():
        return _("La campagne est lancée\u00a0: son lancement ne peut plus être à venir.")
    return None


@act(
    "campaign.rescheduled",
    permission="campaigns.write",
    guards=(stays_launched,),
    notices=(messages.RESCHEDULED,),
)
def reschedule(campaign: Campaign, *, actor, days: Mapping[str, date | None], reason: str) -> Effect:
    """Change dates of a campaign, those given only; an empty one takes its milestone away. Those concerned are told.

    Raises:
        DomainError: nothing changes, no reason is given, or the dates break their order.
    """
    rows = {milestone.code: milestone for milestone in campaign.milestones.all()}
    before = {code: row.day for code, row in rows.items()}
    moves = {code: day for code, day in days.items() if day != before.get(code)}
    if not moves:
        raise DomainError(_("Aucune date ne change."), code="no_change")
    _checked({code: day for code, day in {**before, **days}.items() if day}, campaign.year)
    now = clock.now()
    for code, day in moves.items():
        row = rows.get(code) or Milestone(campaign=campaign, code=code)
        if day is None:
            row.delete()
            continue
        row.former_day, row.day = before.get(code), day
        row.moved_at, row.reason = now, _asked(reason)
        row.save()
    said = {
        code: [before[code].isoformat() if code in before else None, day.isoformat() if day else None]
        for code, day in moves.items()
    }
    return Effect(result=Campaign.objects.get(pk=campaign.pk), data={"moved": said}, detail={"reason": reason})


@with_arguments
def is_changed_before_launch(
    campaign: Campaign, *, scheme: Scheme, framework: Framework, **arguments: Any
) -> str | None:
    """Dossiers keep the scheme and the référentiel of their campaign: both are chosen before the launch."""
    if campaign.is_launched and (scheme.pk != campaign.scheme_id or framework.pk != campaign.framework_id):
        return _("La campagne est lancée\u00a0: son régime et son référentiel ne changent plus.")
    if not frameworks_for(campaign).filter(pk=framework.pk).exists():
        return _("Cette version du référentiel n’est pas en vigueur.")
    return None


@act("campaign.changed", permission="campaigns.write", guards=(is_changed_before_launch,))
def change_campaign(
    campaign: Campaign,
    *,
    actor,
    scheme: Scheme,
    framework: Framework,
    paths: Mapping[str, str],
    completion_days: int,
    notice_days: int,
    reason: str,
) -> Effect:
    """Change what a campaign follows, its delays, and who decides this year.

    Args:
        paths: rank of a stage → its decision path this year; the stages left out follow the scheme.
    """
    stages = {str(stage.rank): stage for stage in scheme.stages.all()}
    if faults := faults_of(stages.values(), framework):
        raise DomainError(" ".join(faults), code="unknown_commitment")
    own = {rank: path for rank, path in paths.items() if rank in stages and path != stages[rank].decision_path}
    if faults := [fault for rank, path in own.items() for fault in path_faults(stages[rank], path)]:
        raise DomainError(" ".join(faults), code="wrong_path")
    values = {
        "scheme": scheme,
        "framework": framework,
        "paths": own,
        "completion_days": completion_days,
        "notice_days": notice_days,
    }
    changed = [name for name, value in values.items() if getattr(campaign, name) != value]
    if not changed:
        raise DomainError(_("Rien ne change."), code="no_change")
    for name in changed:
        setattr(campaign, name, values[name])
    data = {"scheme": scheme.code, "framework": framework.pk, "paths": own, "fields": changed}
    return Effect(fields=changed, data=data, detail={"reason": _asked(reason)})


def is_not_closed(campaign: Campaign) -> str | None:
    """A campaign is closed once."""
    return _("La campagne est déjà close.") if campaign.closed_at else None


def is_launched(campaign: Campaign) -> str | None:
    """Before its launch, there is nothing to close: its dates move."""
    return None if campaign.is_launched else _("La campagne n’est pas encore lancée.")


@act("campaign.closed", permission="campaigns.write", guards=(is_not_closed, is_launched))
def close_campaign(campaign: Campaign, *, actor, reason: str) -> Effect:
    """Close a campaign whatever its dates: nobody opens a candidature in it or files a first time any more."""
    campaign.closed_at = clock.now()
    return Effect(fields=["closed_at"], detail={"reason": _asked(reason)})


def is_closed(campaign: Campaign) -> str | None:
    """Only what is closed opens again."""
    return None if campaign.closed_at else _("La campagne n’est pas close.")


def follows_a_version_in_use(campaign: Campaign) -> str | None:
    """Nobody answers a version retired since the closing."""
    if frameworks_for().filter(pk=campaign.framework_id).exists():
        return None
    return _("La version du référentiel qu’elle suit est retirée.")


@act("campaign.reopened", permission="campaigns.write", guards=(is_closed, follows_a_version_in_use))
def reopen_campaign(campaign: Campaign, *, actor, reason: str) -> Effect:
    """Undo a closing: the dates decide again."""
    campaign.closed_at = None
    return Effect(fields=["closed_at"], detail={"reason": _asked(reason)})


def is_not_launched(campaign: Campaign) -> str | None:
    """What everybody has read is closed, never taken away."""
    return _("La campagne est lancée\u00a0: elle se clôt, elle ne se retire plus.") if campaign.is_launched else None


def is_not_used(campaign: Campaign) -> str | None:
    """Nothing is taken away with it."""
    if is_used(campaign):
        return _("Un dossier, une séance ou une cérémonie en dépend déjà\u00a0: elle ne se retire plus.")
    return None


@act("campaign.removed", permission="campaigns.write", guards=(is_not_launched, is_not_used))
def remove_campaign(campaign: Campaign, *, actor, reason: str) -> Effect:
    """Undo an opening by mistake: the campaign and its dates go, the journal keeps them."""
    data = {
        "scheme": campaign.scheme_id,
        "framework": campaign.framework_id,
        "days": {code: day.isoformat() for code, day in campaign.days.items()},
    }
    # By a query: the entry still names the campaign, which keeps its year.
    Campaign.objects.filter(pk=campaign.pk).delete()
    return Effect(data=data, detail={"reason": _asked(reason)})
