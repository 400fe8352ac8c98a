"""The tables of the register."""

from ecoquartier.operations.models.attachments import Document, Photo
from ecoquartier.operations.models.history import SheetChange
from ecoquartier.operations.models.register import (
    MAX_AREA_HA,
    SHEET_FIELDS,
    CharterSignature,
    Claim,
    LegacyFact,
    LegacyImport,
    Operation,
    Perimeter,
    Phase,
    Recommendation,
    StageHistory,
    TeamMember,
)
from ecoquartier.operations.models.vocabulary import Term

__all__ = [
    "MAX_AREA_HA",
    "SHEET_FIELDS",
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
    "SheetChange",
    "StageHistory",
    "TeamMember",
    "Term",
]
