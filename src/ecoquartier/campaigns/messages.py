"""Messages about campaigns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from ecoquartier.campaigns.enums import MilestoneCode
from ecoquartier.campaigns.models import Campaign
from ecoquartier.campaigns.queries import CALENDAR_PAGE, last_moved
from ecoquartier.core.registry import audiences
from ecoquartier.core.text import long_date
from ecoquartier.notifications.domain import anyone, notice
from ecoquartier.notifications.enums import Family

M = MilestoneCode
CONCERNED = {
    M.LAUNCH: ("correspondents", "coordinators"),
    M.INTENTION: ("participants", "correspondents"),
    M.FILING: ("participants", "correspondents", "coordinators"),
    M.EXPERTS: ("experts",),
    M.ADMISSIBILITY: ("participants", "correspondents"),
    M.COMPLETIONS: ("participants", "correspondents"),
    M.TEAMS: ("participants", "experts"),
    M.EXPERTISE: ("participants", "experts", "coordinators"),
    M.REGIONAL_FROM: ("participants", "experts", "coordinators"),
    M.REGIONAL: ("participants", "experts", "coordinators"),
    M.MINUTES: ("coordinators",),
    M.NATIONAL_FROM: ("coordinators",),
    M.NATIONAL: ("participants", "coordinators"),
    M.NOTIFICATION: ("participants", "coordinators"),
    M.CEREMONY: ("participants", "correspondents", "coordinators"),
}
"""Milestone → the groups to whom its date matters."""


def concerned(campaign: Campaign) -> Iterable[Any]:
    """Those to whom the dates changed last matter, each once."""
    kinds = {kind for milestone in last_moved(campaign) for kind in CONCERNED[M(milestone.code)]}
    groups = {"participants": str(campaign.year)}
    found = [(kind, audiences.get(kind)) for kind in sorted(kinds)]
    return {person for kind, group in found if group for person in group.people(groups.get(kind, ""))}


def _words(campaign: Campaign) -> dict[str, str]:
    moved = last_moved(campaign)
    lines = []
    for milestone in moved:
        values = {"name": milestone.get_code_display(), "day": long_date(milestone.day)}
        if milestone.former_day:
            values["former"] = long_date(milestone.former_day)
            lines.append(_("%(name)s\u00a0: le %(day)s, au lieu du %(former)s") % values)
        else:
            lines.append(_("%(name)s\u00a0: le %(day)s") % values)
    return {
        "campaign": str(campaign.year),
        "changes": "\u00a0; ".join(lines),
        "reason": moved[0].reason if moved else "",
        "path": CALENDAR_PAGE,
    }


RESCHEDULED = notice(
    "campaigns",
    "campaign_rescheduled_to_person",
    family=Family.DECISION,
    recipients=concerned,
    context=_words,
    sample={
        "campaign": "2027",
        "changes": "clôture des dépôts\u00a0: le 30 mai 2027, au lieu du 15 mai 2027",
        "reason": "Les conseils municipaux se réunissent plus tard cette année.",
        "path": CALENDAR_PAGE,
    },
    visible_to=anyone,
)
