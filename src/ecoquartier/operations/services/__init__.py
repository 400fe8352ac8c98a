"""Acts on the register."""

from ecoquartier.operations.services.charters import is_competent, sign_charter
from ecoquartier.operations.services.claims import claim, confirm_claim, may_ask, refuse_claim
from ecoquartier.operations.services.meetings import (
    ask_meeting,
    is_meeting_awaited,
    is_meeting_overdue,
    is_meeting_to_ask,
    record_meeting,
    waive_meeting,
)
from ecoquartier.operations.services.recommendations import issue_recommendations
from ecoquartier.operations.services.register import add_operation, free_slug, town_of
from ecoquartier.operations.services.sheet import MOST_STRONG_POINTS, update_operation
from ecoquartier.operations.services.stages import record_stage
from ecoquartier.operations.services.vocabulary import add_term, change_term, keeps_a_choice, load_vocabulary

__all__ = [
    "MOST_STRONG_POINTS",
    "add_operation",
    "add_term",
    "ask_meeting",
    "change_term",
    "claim",
    "confirm_claim",
    "free_slug",
    "is_competent",
    "is_meeting_awaited",
    "is_meeting_overdue",
    "is_meeting_to_ask",
    "issue_recommendations",
    "keeps_a_choice",
    "load_vocabulary",
    "may_ask",
    "record_meeting",
    "record_stage",
    "refuse_claim",
    "sign_charter",
    "town_of",
    "update_operation",
    "waive_meeting",
]
