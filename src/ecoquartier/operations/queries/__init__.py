"""Named reads of the register."""

from ecoquartier.operations.queries.charters import charter_signatures, has_charter, undated_charters
from ecoquartier.operations.queries.holders import (
    coordinators_of,
    correspondents_of,
    refused_if_provisional,
    representatives,
    team_of,
    unsettled_claims_by,
)
from ecoquartier.operations.queries.imports import legacy_imports
from ecoquartier.operations.queries.meetings import meetings_awaited
from ecoquartier.operations.queries.perimeters import (
    as_feature,
    perimeter_in_force,
    perimeter_of,
    perimeter_quote,
    perimeters_of,
    quoted_perimeter,
)
from ecoquartier.operations.queries.recommendations import recommendations_told
from ecoquartier.operations.queries.register import matching, operations_without_phase, public_operations
from ecoquartier.operations.queries.sheet import (
    CONTEXT,
    IDENTITY,
    OPTIONAL,
    PROGRAMME,
    all_terms,
    changes_of,
    empty_fields,
    impossible_figures,
    label_of,
    renewal_types,
    term_labels,
    terms_offered,
    uses_of,
)
from ecoquartier.operations.queries.stages import all_stages_known_to, repeated_stages, stages_known_to, stages_told
from ecoquartier.operations.queries.work import work_of

__all__ = [
    "CONTEXT",
    "IDENTITY",
    "OPTIONAL",
    "PROGRAMME",
    "all_stages_known_to",
    "all_terms",
    "as_feature",
    "changes_of",
    "charter_signatures",
    "coordinators_of",
    "correspondents_of",
    "empty_fields",
    "has_charter",
    "impossible_figures",
    "label_of",
    "legacy_imports",
    "matching",
    "meetings_awaited",
    "operations_without_phase",
    "perimeter_in_force",
    "perimeter_of",
    "perimeter_quote",
    "perimeters_of",
    "public_operations",
    "quoted_perimeter",
    "recommendations_told",
    "refused_if_provisional",
    "renewal_types",
    "repeated_stages",
    "representatives",
    "stages_known_to",
    "stages_told",
    "team_of",
    "term_labels",
    "terms_offered",
    "undated_charters",
    "unsettled_claims_by",
    "uses_of",
    "work_of",
]
