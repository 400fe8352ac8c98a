"""The lives that the register knows: of an operation, a claim, a charter, a recommendation, a file to import."""

from ecoquartier.operations.workflow.charters import CHARTER_WORKFLOW, CharterStep
from ecoquartier.operations.workflow.claims import CLAIM_WORKFLOW, ClaimStep, collectivites_agree
from ecoquartier.operations.workflow.imports import IMPORT_WORKFLOW, SILENT_AFTER, ImportStep, nobody_imports_it
from ecoquartier.operations.workflow.lives import OPERATION_WORKFLOW, OperationStep
from ecoquartier.operations.workflow.recommendations import RECOMMENDATION_WORKFLOW, RecommendationStep

__all__ = [
    "CHARTER_WORKFLOW",
    "CLAIM_WORKFLOW",
    "CharterStep",
    "ClaimStep",
    "IMPORT_WORKFLOW",
    "ImportStep",
    "OPERATION_WORKFLOW",
    "OperationStep",
    "RECOMMENDATION_WORKFLOW",
    "RecommendationStep",
    "SILENT_AFTER",
    "collectivites_agree",
    "nobody_imports_it",
]
