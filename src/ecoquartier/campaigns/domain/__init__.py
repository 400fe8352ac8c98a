"""The law of stages and campaigns, over plain data: their rules, their dates, and both in sentences."""

from ecoquartier.campaigns.domain.calendar import (
    Period,
    add_years,
    calendar_faults,
    default_days,
    moved,
    next_milestone,
    open_on,
    weekends,
)
from ecoquartier.campaigns.domain.rules import (
    Missing,
    StageFacts,
    asked_commitments,
    held_faults,
    missing,
    path_faults,
    scheme_faults,
)
from ecoquartier.campaigns.domain.words import (
    StageWords,
    audience_of,
    decision_of,
    describe,
    in_words,
    later_of,
    milestone_sentence,
    period_sentence,
    stage_label,
)

__all__ = [
    "Missing",
    "Period",
    "StageFacts",
    "StageWords",
    "add_years",
    "asked_commitments",
    "audience_of",
    "calendar_faults",
    "decision_of",
    "default_days",
    "describe",
    "held_faults",
    "in_words",
    "later_of",
    "milestone_sentence",
    "missing",
    "moved",
    "next_milestone",
    "open_on",
    "path_faults",
    "period_sentence",
    "scheme_faults",
    "stage_label",
    "weekends",
]
