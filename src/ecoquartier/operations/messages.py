"""Messages about operations."""

from __future__ import annotations

from collections.abc import Callable

from ecoquartier.notifications.domain import Notice, anyone, may, notice
from ecoquartier.notifications.enums import Family
from ecoquartier.operations.enums import TeamRole
from ecoquartier.operations.models import Claim, Operation
from ecoquartier.operations.queries import correspondents_of, representatives, team_of

SAMPLE = {
    "operation": "Les Rives du Thouet",
    "organisation": "Commune de Parthenay",
    "path": "/espace/operations/7f9c24e5-2f0b-4d3c-9a51-0c7d6f1e8b22/",
}
"""An example of each value of a message about a claim."""


def _words(claim: Claim) -> dict[str, str]:
    return {
        "operation": claim.operation.name,
        "organisation": claim.organisation.name,
        "path": f"/espace/operations/{claim.operation_id}/",
    }


def _notice(key: str, **fields) -> Notice:
    return notice("operations", key, **{"context": _words, "sample": SAMPLE, **fields})


def _on_operation(permission: str) -> Callable:
    return may(permission, of=lambda claim: claim.operation)


CLAIM_TO_CORRESPONDENT = _notice(
    "claim_made_to_correspondent",
    family=Family.ACT,
    recipients=lambda claim: correspondents_of(claim.operation),
    visible_to=_on_operation("operations.confirm_holder"),
    context=lambda claim: {**_words(claim), "path": f"/espace/operations/demandes/{claim.pk}/"},
)
CLAIM_CONFIRMED = _notice(
    "claim_confirmed_to_claimant",
    family=Family.DECISION,
    recipients=lambda claim: [claim.user],
    visible_to=_on_operation("operations.view"),
)
CLAIM_REFUSED = _notice(
    "claim_refused_to_claimant",
    family=Family.DECISION,
    recipients=lambda claim: [claim.user],
    visible_to=anyone,
    context=lambda claim: {**_words(claim), "reason": claim.reason, "path": "/espace/"},
    sample={**SAMPLE, "reason": "La personne n’est pas connue de la commune."},
)
CHARTER_TO_SIGN = _notice(
    "charter_to_sign_to_collectivite",
    family=Family.ACT,
    recipients=lambda claim: representatives(claim.operation),
    visible_to=_on_operation("operations.sign_charter"),
    context=lambda claim: {**_words(claim), "path": f"/espace/operations/{claim.operation_id}/charte/"},
)


def _meeting_words(operation: Operation) -> dict[str, str]:
    return {"operation": operation.name, "path": f"/espace/operations/{operation.pk}/"}


MEETING_TO_CORRESPONDENT = _notice(
    "meeting_asked_to_correspondent",
    family=Family.ACT,
    recipients=correspondents_of,
    visible_to=may("operations.accompany"),
    context=lambda operation: {
        **_meeting_words(operation),
        "organisation": str(operation.holder),
        "path": f"/espace/operations/{operation.pk}/rencontre/",
    },
)
MEETING_WAIVED = _notice(
    "meeting_waived_to_holder",
    family=Family.DECISION,
    recipients=lambda operation: team_of(operation).filter(teams__role=TeamRole.LEAD),
    visible_to=may("operations.view"),
    context=_meeting_words,
    sample={name: SAMPLE[name] for name in ("operation", "path")},
)
