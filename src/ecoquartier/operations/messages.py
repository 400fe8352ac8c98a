"""Messages about operations."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db.models import QuerySet

from ecoquartier.notifications.domain import Notice, anyone, may, notice
from ecoquartier.notifications.enums import Family
from ecoquartier.operations.enums import ClaimState, TeamRole
from ecoquartier.operations.models import Claim, Operation, TeamMember
from ecoquartier.operations.queries import (
    awaited_from,
    correspondents_of,
    has_charter,
    perimeter_changed_since_label,
    representatives,
    representatives_awaited,
    team_of,
)
from ecoquartier.people.models import User

SAMPLE = {
    "operation": "Les Rives du Thouet",
    "organisation": "Commune de Parthenay",
    "path": "/espace/operations/7f9c24e5-2f0b-4d3c-9a51-0c7d6f1e8b22/",
}
"""An example of each value of a message about a claim."""


def _words(claim: Claim) -> dict[str, str]:
    return {
        "operation": claim.title,
        "organisation": claim.organisation.name,
        "path": f"/espace/operations/{claim.operation_id}/",
    }


def _claim_words(page: str = "") -> Callable[[Claim], dict[str, str]]:
    """The values of a message that opens a page of the claim itself."""
    return lambda claim: {**_words(claim), "path": f"/espace/operations/demandes/{claim.pk}/{page}"}


def _notice(key: str, **fields) -> Notice:
    return notice("operations", key, **{"context": _words, "sample": SAMPLE, **fields})


def _on_operation(permission: str) -> Callable:
    return may(permission, of=lambda claim: claim.operation)


CLAIM_TO_CORRESPONDENT, CREATION_TO_CORRESPONDENT = (
    _notice(
        key,
        family=Family.ACT,
        recipients=correspondents_of,
        visible_to=may("operations.confirm_holder"),
        context=_claim_words(),
    )
    for key in ("claim_made_to_correspondent", "creation_asked_to_correspondent")
)
CHANGE_TO_COLLECTIVITE = _notice(
    "holder_change_asked_to_collectivite",
    family=Family.ACT,
    recipients=representatives_awaited,
    visible_to=may("operations.agree_to_holder"),
    context=_claim_words("accord/"),
)
CHANGE_AGREED = _notice(
    "holder_change_agreed_to_correspondent",
    family=Family.ACT,
    recipients=lambda claim: () if awaited_from(claim) else correspondents_of(claim),
    visible_to=may("operations.confirm_holder"),
    context=_claim_words(),
)
CLAIM_CONFIRMED = _notice(
    "claim_confirmed_to_claimant",
    family=Family.DECISION,
    recipients=lambda claim: [claim.user],
    visible_to=_on_operation("operations.view"),
)
HOLDER_CHANGED = _notice(
    "holder_changed_to_former",
    family=Family.DECISION,
    recipients=lambda claim: claim.leaving,
    visible_to=anyone,
    context=lambda claim: {**_words(claim), "path": "/espace/operations/"},
)
CLAIM_REFUSED = _notice(
    "claim_refused_to_claimant",
    family=Family.DECISION,
    recipients=lambda claim: [claim.user],
    visible_to=anyone,
    context=lambda claim: {**_claim_words("brouillon/")(claim), "reason": claim.reason},
    sample={**SAMPLE, "reason": "La personne n’est pas connue de la commune."},
)
CLAIM_RECOGNISED = _notice(
    "claim_recognised_to_claimant",
    family=Family.PROGRESS,
    recipients=lambda claim: [claim.user],
    visible_to=anyone,
    context=lambda claim: {**_claim_words("brouillon/")(claim), "asked": claim.name},
    sample={**SAMPLE, "asked": "Rives du Thouet (tranche 1)"},
)
CHARTER_TO_SIGN = _notice(
    "charter_to_sign_to_collectivite",
    family=Family.ACT,
    recipients=lambda claim: () if has_charter(claim.operation) else representatives(claim.operation),
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


def _warned_of_perimeter(operation: Operation) -> Iterable[User]:
    """The correspondents, when the perimeter in force is not the one of the latest published label."""
    return correspondents_of(operation) if perimeter_changed_since_label(operation) else ()


PERIMETER_CHANGED_TO_CORRESPONDENT = _notice(
    "perimeter_changed_to_correspondent",
    family=Family.ACT,
    recipients=_warned_of_perimeter,
    visible_to=may("operations.accompany"),
    context=lambda operation: {
        "operation": operation.name,
        "path": f"/espace/operations/{operation.pk}/perimetre/",
    },
    sample={name: SAMPLE[name] for name in ("operation", "path")},
)
MEETING_WAIVED = _notice(
    "meeting_waived_to_holder",
    family=Family.DECISION,
    recipients=lambda operation: team_of(operation).filter(teams__role=TeamRole.LEAD),
    visible_to=may("operations.view"),
    context=_meeting_words,
    sample={name: SAMPLE[name] for name in ("operation", "path")},
)


# --- The life of an operation ---------------------------------------------------------------------------------------


def _all_of(operation: Operation) -> set[User]:
    """The team, the correspondent and the collectivités."""
    return {*team_of(operation), *correspondents_of(operation), *representatives(operation)}


def _life_words(operation: Operation) -> dict[str, str]:
    return {**_meeting_words(operation), "reason": operation.state_reason}


PAUSED, ABANDONED, RESUMED = (
    notice(
        "operations",
        key,
        family=Family.DECISION,
        recipients=_all_of,
        visible_to=may("operations.view"),
        context=_life_words,
        sample={"operation": SAMPLE["operation"], "reason": reason, "path": SAMPLE["path"]},
    )
    for key, reason in (
        ("operation_paused_to_person", "Les acquisitions foncières sont bloquées."),
        ("operation_abandoned_to_person", "Le projet d’aménagement est retiré du plan local d’urbanisme."),
        ("operation_resumed_to_person", "Les terrains sont acquis."),
    )
)


def _told_of_merger(gone: Operation) -> set[User]:
    return _all_of(gone.merged_into) | set(team_of(gone))


def _claimants(gone: Operation) -> set[User]:
    """Those who ask for the operation that stays, and read nothing of it yet."""
    waiting = gone.merged_into.claims.filter(state=ClaimState.PROVISIONAL).select_related("user")
    return {claim.user for claim in waiting} - _told_of_merger(gone)


OPERATION_MERGED = notice(
    "operations",
    "operation_merged_to_person",
    family=Family.DECISION,
    recipients=_told_of_merger,
    visible_to=may("operations.view", of=lambda gone: gone.merged_into),
    context=lambda gone: {
        **_meeting_words(gone.merged_into),
        "duplicate": gone.name,
        "reason": gone.state_reason,
    },
    sample={
        "operation": SAMPLE["operation"],
        "duplicate": "Rives du Thouet (tranche 1)",
        "reason": "La même opération avait été inscrite deux fois.",
        "path": SAMPLE["path"],
    },
)
# The reason is for those who work on the operation.
CLAIM_MERGED = notice(
    "operations",
    "claim_merged_to_claimant",
    family=Family.PROGRESS,
    recipients=_claimants,
    visible_to=anyone,
    context=lambda gone: {
        "operation": gone.merged_into.name,
        "duplicate": gone.name,
        "path": "/espace/operations/",
    },
    sample={
        "operation": SAMPLE["operation"],
        "duplicate": "Rives du Thouet (tranche 1)",
        "path": "/espace/operations/",
    },
)


# --- The charter ----------------------------------------------------------------------------------------------------

CHARTER_CONFIRMED = notice(
    "operations",
    "charter_confirmed_to_holder",
    family=Family.DECISION,
    recipients=lambda signature: {*team_of(signature.operation), *representatives(signature.operation)},
    visible_to=may("operations.view", of=lambda signature: signature.operation),
    context=lambda signature: {
        **_meeting_words(signature.operation),
        "organisation": str(signature.organisation),
        "year": str(signature.year),
        "path": f"/espace/operations/{signature.operation_id}/charte/",
    },
    sample={**SAMPLE, "year": "2016"},
)


# --- The team -------------------------------------------------------------------------------------------------------


def team_words(member: TeamMember) -> dict[str, str]:
    """The values of the messages about somebody’s part in a team."""
    return {
        "operation": member.operation.name,
        "person": member.user.full_name,
        "role": str(member.get_role_display()),
        "path": f"/espace/operations/{member.operation_id}/equipe/",
    }


def _leads(operation: Operation) -> QuerySet[User]:
    return team_of(operation).filter(teams__role=TeamRole.LEAD)


_TEAM_SAMPLE = {
    "operation": SAMPLE["operation"],
    "person": "Dominique Martin",
    "role": "contributeur",
    "path": f"{SAMPLE['path']}equipe/",
}

TEAM_JOINED = notice(
    "operations",
    "team_joined_to_holder",
    family=Family.PROGRESS,
    recipients=lambda member: _leads(member.operation),
    visible_to=may("operations.view", of=lambda member: member.operation),
    context=team_words,
    sample=_TEAM_SAMPLE,
)
TEAM_ROLE_CHANGED = notice(
    "operations",
    "team_role_changed_to_person",
    family=Family.DECISION,
    recipients=lambda member: [member.user],
    visible_to=may("operations.view", of=lambda member: member.operation),
    context=team_words,
    sample=_TEAM_SAMPLE,
)
# Posted about the operation: the place of who left is gone when these leave.
TEAM_REMOVED = notice(
    "operations",
    "team_removed_to_person",
    family=Family.DECISION,
    recipients=lambda member: [member.user],
    visible_to=anyone,
    context=lambda member: {"operation": member.operation.name, "path": "/espace/operations/"},
    sample={"operation": SAMPLE["operation"], "path": "/espace/operations/"},
)
TEAM_LEFT = notice(
    "operations",
    "team_left_to_holder",
    family=Family.PROGRESS,
    recipients=lambda member: _leads(member.operation),
    visible_to=may("operations.view"),
    context=team_words,
    sample=_TEAM_SAMPLE,
)
