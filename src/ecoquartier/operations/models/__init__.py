"""The tables of the register."""

from ecoquartier.operations.models.attachments import Document, Photo
from ecoquartier.operations.models.charters import CharterSignature
from ecoquartier.operations.models.history import SheetChange
from ecoquartier.operations.models.holders import Claim, TeamMember
from ecoquartier.operations.models.legacy import LegacyFact, LegacyImport
from ecoquartier.operations.models.operations import SHEET_FIELDS, Operation, Phase
from ecoquartier.operations.models.perimeters import Perimeter
from ecoquartier.operations.models.recommendations import Recommendation
from ecoquartier.operations.models.stages import StageHistory
from ecoquartier.operations.models.vocabulary import Term

__all__ = [
    "CharterSignature",
    "Claim",
    "Document",
    "LegacyFact",
    "LegacyImport",
    "Operation",
    "Perimeter",
    "Phase",
    "Photo",
    "Recommendation",
    "SHEET_FIELDS",
    "SheetChange",
    "StageHistory",
    "TeamMember",
    "Term",
]
