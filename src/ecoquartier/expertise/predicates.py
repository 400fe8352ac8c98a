"""Facts about a person and the expertise of a dossier."""

from __future__ import annotations

from django.db.models import Count, Exists, F, OuterRef, Q

from ecoquartier.core.predicates import predicate
from ecoquartier.core.reading import read_once
from ecoquartier.dossiers.enums import DossierState
from ecoquartier.dossiers.models import Dossier
from ecoquartier.expertise.enums import AssignmentState, ReportState, TeamPart
from ecoquartier.expertise.models import Assignment, ExpertReport
from ecoquartier.operations.predicates import operation_of

IN_EXPERTISE = (DossierState.ADMISSIBLE, DossierState.UNDER_EXPERTISE)


def sealed_by_all(path: str = "pk") -> Q:
    """Rows whose dossier (at `path`) has all its expertises sealed (rule 8).

    Every current member has sealed, and no place is vacant: when somebody leaves, nothing opens before the
    replacement, who starts blind, has sealed too.
    """
    members = Assignment.objects.current().filter(dossier=OuterRef(path))
    vacancy = (
        Dossier.objects.filter(pk=OuterRef(path), state__in=IN_EXPERTISE)
        .annotate(n=Count("assignments", filter=~Q(assignments__state=AssignmentState.DECLINED)))
        .filter(n__lt=F("stage__experts"))
    )
    return Exists(members) & ~Exists(members.exclude(report__state=ReportState.SEALED)) & ~Exists(vacancy)


@read_once
def is_sealed(dossier: Dossier) -> bool:
    """Whether all the expertises of the dossier are sealed."""
    return Dossier.objects.filter(sealed_by_all(), pk=dossier.pk).exists()


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
        known[dossier.pk] = Assignment.objects.current().filter(dossier=dossier, expert=user).first()
    return known[dossier.pk]


def has_assignment(user) -> Exists:
    """Dossiers on which the person has a current assignment, for rows that `know_no_assignment` then takes."""
    return Exists(Assignment.objects.current().filter(dossier=OuterRef("pk"), expert=user.pk))


def know_no_assignment(user, dossier: Dossier) -> None:
    """Spare the query of `assignment_of`: the row came with the answer, and there is none."""
    user.__dict__.setdefault("_assignments", {})[dossier.pk] = None


@predicate
def is_assigned_expert(user, obj=None) -> bool:
    """Is a current member of the team: declared without conflict and accepted."""
    assignment = assignment_of(user, obj)
    return assignment is not None and assignment.state == AssignmentState.ACCEPTED


@predicate
def is_coordinating_expert(user, obj=None) -> bool:
    """Coordinates the team of the dossier."""
    assignment = assignment_of(user, obj)
    return (
        assignment is not None
        and assignment.state == AssignmentState.ACCEPTED
        and assignment.part == TeamPart.COORDINATOR
    )


@predicate
def is_second_expert(user, obj=None) -> bool:
    """Is a second expert of the dossier."""
    return is_assigned_expert(user, obj) and not is_coordinating_expert(user, obj)


@predicate
def is_expert_of_operation(user, obj=None) -> bool:
    """Assesses, or has assessed, a candidature of the operation (rule 7)."""
    operation = operation_of(obj)
    if operation is None:
        return False
    return Assignment.objects.current().filter(dossier__operation=operation, expert=user.pk).exists()


@predicate
def is_own_assignment(user, obj=None) -> bool:
    """The assignment is the person's own."""
    return isinstance(obj, Assignment) and obj.expert_id == user.pk


@predicate
def is_own_report(user, obj=None) -> bool:
    """The report is the person's own."""
    return isinstance(obj, ExpertReport) and obj.assignment.expert_id == user.pk


@predicate
def all_sealed(user, obj=None) -> bool:
    """Every current member of the dossier's team has sealed (rule 8)."""
    dossier = dossier_of(obj)
    # The draft of somebody who left is archived unread, whatever the others have sealed since.
    if dossier is None or (isinstance(obj, ExpertReport) and obj.state != ReportState.SEALED):
        return False
    return is_sealed(dossier)
