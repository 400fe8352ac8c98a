"""The lives that the register knows: of a claim, of a file of older operations."""

from ecoquartier.operations.workflow.claims import CLAIM_WORKFLOW, ClaimStep, no_other_holder
from ecoquartier.operations.workflow.imports import IMPORT_WORKFLOW, SILENT_AFTER, ImportStep, nobody_imports_it

__all__ = [
    "CLAIM_WORKFLOW",
    "ClaimStep",
    "IMPORT_WORKFLOW",
    "ImportStep",
    "SILENT_AFTER",
    "no_other_holder",
    "nobody_imports_it",
]
