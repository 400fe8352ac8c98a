"""Messages about operations."""

from ecoquartier.notifications.domain import notice
from ecoquartier.operations.queries import correspondents_of, representatives

CLAIM_TO_CORRESPONDENT = notice(
    "operations",
    "claim_made_to_correspondent",
    recipients=lambda claim: correspondents_of(claim.operation),
    context=lambda claim: {
        "operation": claim.operation.name,
        "organisation": claim.organisation.name,
        "path": f"/espace/operations/{claim.operation_id}/",
    },
)
CLAIM_CONFIRMED = notice(
    "operations",
    "claim_confirmed_to_claimant",
    recipients=lambda claim: [claim.user],
    context=lambda claim: {"operation": claim.operation.name, "path": f"/espace/operations/{claim.operation_id}/"},
)
CLAIM_REFUSED = notice(
    "operations",
    "claim_refused_to_claimant",
    recipients=lambda claim: [claim.user],
    context=lambda claim: {"operation": claim.operation.name, "reason": claim.reason, "path": "/espace/"},
)
CHARTER_TO_SIGN = notice(
    "operations",
    "charter_to_sign_to_collectivite",
    recipients=lambda claim: representatives(claim.operation),
    context=lambda claim: {"operation": claim.operation.name, "path": f"/espace/operations/{claim.operation_id}/"},
)
