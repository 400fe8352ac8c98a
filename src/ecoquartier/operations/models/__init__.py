"""The tables of the register."""

from ecoquartier.operations.models.attachments import Document, Photo
from ecoquartier.operations.models.charters import CharterSignature
from ecoquartier.operations.models.history import SheetChange
from ecoquartier.operations.models.holders import Claim, HolderAgreement, TeamMember
from ecoquartier.operations.models.legacy import LegacyFact, LegacyImport
from ecoquartier.operations.models.operations import PHASE_DATES, REGISTER_FIELDS, SHEET_FIELDS, Operation, Phase
from ecoquartier.operations.models.perimeters import Perimeter
from ecoquartier.operations.models.recommendations import Recommendation, RecommendationReply
from ecoquartier.operations.models.stages import StageHistory
from ecoquartier.operations.models.vocabulary import Term

__all__ = [
    "CharterSignature",
    "Claim",
    "Document",
    "HolderAgreement",
    "LegacyFact",
    "LegacyImport",
    "Operation",
    "PHASE_DATES",
    "Perimeter",
    "Phase",
    "Photo",
    "REGISTER_FIELDS",
    "Recommendation",
    "RecommendationReply",
    "SHEET_FIELDS",
    "SheetChange",
    "StageHistory",
    "TeamMember",
    "Term",
]
