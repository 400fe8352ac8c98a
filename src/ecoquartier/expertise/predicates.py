"""Facts about a person and the expertise of a dossier."""

from __future__ import annotations

import rules

from ecoquartier.dossiers.models import Dossier
from ecoquartier.expertise.enums import AssignmentState, TeamPart
from ecoquartier.expertise.models import Assignment, ExpertReport


def dossier_of(obj) -> Dossier | None:
    """The dossier behind an object: itself, or its `.dossier`."""
    return obj if isinstance(obj, Dossier) else getattr(obj, "dossier", None)


def assignment_of(user, obj) -> Assignment | None:
    """The person's current assignment on the dossier. One query per person and dossier."""
    dossier = dossier_of(obj)
    if dossier is None:
        return None
    known = user.__dict__.setdefault("_assignments", {})
    if dossier.pk not in known:
        known[dossier.pk] = (
            Assignment.objects.filter(dossier=dossier, expert=user).exclude(state=AssignmentState.DECLINED).first()
        )
    return known[dossier.pk]


@rules.predicate
def is_proposed_expert(user, obj=None) -> bool:
    """Is proposed for, or member of, the team of the dossier."""
    return assignment_of(user, obj) is not None


@rules.predicate
def is_assigned_expert(user, obj=None) -> bool:
    """Is a current member of the team: declared without conflict and accepted."""
    assignment = assignment_of(user, obj)
    return assignment is not None and assignment.state == AssignmentState.ACCEPTED


@rules.predicate
def is_coordinating_expert(user, obj=None) -> bool:
    """Coordinates the team of the dossier."""
    assignment = assignment_of(user, obj)
    return (
        assignment is not None
        and assignment.state == AssignmentState.ACCEPTED
        and assignment.part == TeamPart.COORDINATOR
    )


@rules.predicate
def is_second_expert(user, obj=None) -> bool:
    """Is a second expert of the dossier."""
    return is_assigned_expert(user, obj) and not is_coordinating_expert(user, obj)


@rules.predicate
def is_own_assignment(user, obj=None) -> bool:
    """The assignment is the person's own."""
    return isinstance(obj, Assignment) and obj.expert_id == user.pk


@rules.predicate
def is_own_report(user, obj=None) -> bool:
    """The report is the person's own."""
    return isinstance(obj, ExpertReport) and obj.assignment.expert_id == user.pk


@rules.predicate
def all_sealed(user, obj=None) -> bool:
    """Every current member of the dossier's team has sealed (rule 8)."""
    dossier = dossier_of(obj)
    if dossier is None:
        return False
    current = Assignment.objects.filter(dossier=dossier).exclude(state=AssignmentState.DECLINED)
    return current.exists() and not current.exclude(report__state="sealed").exists()
