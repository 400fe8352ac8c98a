"""Loading schemes, opening campaigns."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import yaml
from django.db import transaction

from ecoquartier.campaigns.enums import MilestoneCode
from ecoquartier.campaigns.models import Campaign, Milestone, Scheme, Stage
from ecoquartier.framework.models import Framework

DATA = Path(__file__).parent / "data"

DEFAULT_DATES = {
    MilestoneCode.LAUNCH: (1, 15),
    MilestoneCode.FILING: (5, 15),
    MilestoneCode.ADMISSIBILITY: (5, 31),
    MilestoneCode.EXPERTISE: (8, 31),
    MilestoneCode.REGIONAL: (9, 30),
    MilestoneCode.NATIONAL: (11, 15),
    MilestoneCode.CEREMONY: (12, 10),
}
"""(month, day) of each milestone of a new campaign: `domain.md` §4, to be changed campaign by campaign."""


@transaction.atomic
def load_shipped() -> int:
    """Load the schemes shipped with the platform; one that exists keeps what the bureau changed.

    Returns:
        How many stages were created.
    """
    count = 0
    for path in sorted(DATA.glob("scheme-*.yaml")):
        source = yaml.safe_load(path.read_text(encoding="utf-8"))
        scheme, _created = Scheme.objects.get_or_create(
            code=source["code"],
            defaults={"title": source["title"], "appreciations": source["appreciations"]},
        )
        for stage in source["stages"]:
            _stage, created = Stage.objects.get_or_create(scheme=scheme, rank=stage["rank"], defaults=stage)
            count += created
    return count


@transaction.atomic
def open_campaign(year: int, *, scheme: Scheme, framework: Framework, days: dict[str, date] | None = None) -> Campaign:
    """Create the campaign of a year with the default dates, or those given by milestone; idempotent."""
    campaign, created = Campaign.objects.get_or_create(year=year, defaults={"scheme": scheme, "framework": framework})
    if created:
        Milestone.objects.bulk_create(
            Milestone(campaign=campaign, code=code, day=(days or {}).get(code) or date(year, *default))
            for code, default in DEFAULT_DATES.items()
        )
    return campaign
