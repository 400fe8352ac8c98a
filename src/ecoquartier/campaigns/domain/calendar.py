"""The dates of a campaign as plain data: their order, the next year's, what is open on a day. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from ecoquartier.campaigns.enums import MilestoneCode
from ecoquartier.core.text import long_date

M = MilestoneCode
Days = Mapping[str, date]
"""Day of each milestone of a campaign, by code; those that it does without are absent."""

DEFAULT_DATES = {
    M.LAUNCH: (1, 15),
    M.INTENTION: (4, 15),
    M.FILING: (5, 15),
    M.EXPERTS: (5, 18),
    M.ADMISSIBILITY: (5, 31),
    M.COMPLETIONS: (6, 10),
    M.TEAMS: (6, 15),
    M.EXPERTISE: (8, 31),
    M.REGIONAL_FROM: (9, 10),
    M.REGIONAL: (9, 30),
    M.MINUTES: (10, 10),
    M.NATIONAL_FROM: (10, 15),
    M.NATIONAL: (11, 15),
    M.NOTIFICATION: (11, 25),
    M.CEREMONY: (12, 10),
}
"""(month, day) of each milestone of the first campaign; the following ones start from the last."""

REQUIRED = (M.LAUNCH, M.FILING, M.CEREMONY)
"""What no campaign does without: its window opens, closes, and its labels are published."""

CHAINS = (
    tuple(code for code in M if code != M.EXPERTS),
    # Experts may apply while candidatures are filed, or after.
    (M.LAUNCH, M.EXPERTS, M.TEAMS),
)
"""Milestones that follow each other; two may fall on the same day."""

PERIODS: dict[str, tuple[str, ...]] = {
    M.INTENTION: (M.LAUNCH,),
    M.FILING: (M.LAUNCH,),
    M.EXPERTS: (M.LAUNCH,),
    M.COMPLETIONS: (M.FILING,),
    M.EXPERTISE: (M.TEAMS, M.ADMISSIBILITY),
    M.REGIONAL: (M.REGIONAL_FROM, M.EXPERTISE),
    M.NATIONAL: (M.NATIONAL_FROM, M.REGIONAL),
}
"""Milestone that ends a period → those that open it; the first that the campaign has counts."""


def add_years(day: date, years: int) -> date:
    """The same day `years` later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def default_days(year: int) -> dict[str, date]:
    """The dates of a first campaign."""
    return {code: date(year, *when) for code, when in DEFAULT_DATES.items()}


def moved(days: Days, years: int) -> dict[str, date]:
    """The same dates `years` later, whatever day of the week they fall on."""
    return {code: add_years(day, years) for code, day in days.items()}


def weekends(days: Days) -> list[tuple[str, date]]:
    """(code, day) of the dates that fall on a Saturday or a Sunday, in the order of milestones."""
    return [(code, days[code]) for code in M if code in days and days[code].weekday() >= 5]


def calendar_faults(days: Days, year: int) -> list[str]:
    """Why these cannot be the dates of the campaign of `year`: one sentence each, naming the two that disagree."""
    faults = [
        _("La date «\u00a0%(name)s\u00a0» est indispensable.") % {"name": M(code).label}
        for code in REQUIRED
        if code not in days
    ]
    for code, day in days.items():
        # Campaigns were launched in the December before, and ceremonies slipped to the next year (rule 21).
        if abs(day.year - year) > 1:
            faults.append(
                _("La date «\u00a0%(name)s\u00a0» (%(day)s) est trop loin de l’année de la campagne, %(year)s.")
                % {"name": M(code).label, "day": long_date(day), "year": year}
            )
    for chain in CHAINS:
        for before, after in pairwise(code for code in chain if code in days):
            if days[before] > days[after]:
                faults.append(
                    _(
                        "«\u00a0%(after)s\u00a0» (%(later)s) ne peut pas venir avant "
                        "«\u00a0%(before)s\u00a0» (%(sooner)s)."
                    )
                    % {
                        "after": M(after).label.capitalize(),
                        "later": long_date(days[after]),
                        "before": M(before).label,
                        "sooner": long_date(days[before]),
                    }
                )
    return faults


@dataclass(frozen=True)
class Period:
    """Something that is going on: the milestone that ends it, and its first and last days."""

    code: str
    starts: date
    ends: date


def periods(days: Days) -> list[Period]:
    """What has a beginning and an end in these dates, in the order of milestones."""
    found = []
    for code, openings in PERIODS.items():
        start = next((days[opening] for opening in openings if opening in days), None)
        if start and code in days:
            found.append(Period(code, start, days[code]))
    return found


def open_on(days: Days, day: date) -> list[Period]:
    """What is going on on `day`, both ends included."""
    return [period for period in periods(days) if period.starts <= day <= period.ends]


def next_milestone(days: Days, day: date) -> tuple[str, date] | None:
    """The first milestone that is on `day` or later, or None when all are past."""
    return min(((code, when) for code, when in days.items() if when >= day), key=lambda found: found[1], default=None)
