"""The ministry's tracking sheet of 2009-2016: from the bytes of its CSV to a plan of what to write.

`open_file` (or `read_rows`) turns the file into rows of normalised facts; `plan` places each of them in a commune
of today and merges the repeated ones. Nothing here writes: the import service does, from the plan. `headings` is the
table of what each column is called.
"""

from ecoquartier.operations.domain.legacy.facts import (
    FIRST_YEAR_OF_STAGES,
    Candidacy,
    Charter,
    CharterState,
    LegacyFileError,
    LegacyRow,
    OperationType,
    Progress,
    Result,
    RowProblem,
)
from ecoquartier.operations.domain.legacy.placement import (
    CommuneIndex,
    ImportPlan,
    MergedRow,
    PlannedOperation,
    SkippedRow,
    operation_key,
    place,
    plan,
)
from ecoquartier.operations.domain.legacy.rows import LegacyFile, open_file, read_rows
from ecoquartier.operations.domain.legacy.texts import MOST_BYTES

__all__ = [
    "FIRST_YEAR_OF_STAGES",
    "MOST_BYTES",
    "Candidacy",
    "Charter",
    "CharterState",
    "CommuneIndex",
    "ImportPlan",
    "LegacyFile",
    "LegacyFileError",
    "LegacyRow",
    "MergedRow",
    "OperationType",
    "PlannedOperation",
    "Progress",
    "Result",
    "RowProblem",
    "SkippedRow",
    "open_file",
    "operation_key",
    "place",
    "plan",
    "read_rows",
]
