"""Facts about a person and an operation (or anything that has one)."""

from __future__ import annotations

from django.db.models import OuterRef, Subquery

from ecoquartier.core.predicates import predicate
from ecoquartier.operations.enums import TeamRole
from ecoquartier.operations.models import Operation, TeamMember


def operation_of(obj) -> Operation | None:
    """The operation behind an object: itself, or through `.operation` or `.dossier`."""
    if isinstance(obj, Operation):
        return obj
    if obj is None:
        return None
    if hasattr(obj, "operation"):
        return obj.operation
    return operation_of(getattr(obj, "dossier", None))


def team_role(user, obj) -> str:
    """The person's role in the team of the operation, or an empty string. One query per person and operation."""
    operation = operation_of(obj)
    if operation is None:
        return ""
    known = user.__dict__.setdefault("_team_roles", {})
    if operation.pk not in known:
        known[operation.pk] = (
            TeamMember.objects.filter(user=user, operation=operation).values_list("role", flat=True).first() or ""
        )
    return known[operation.pk]


def role_in_team(user, path: str = "pk") -> Subquery:
    """The person's role in the team of the operation at `path`, for rows that `know_team_role` then takes."""
    return Subquery(TeamMember.objects.filter(operation=OuterRef(path), user=user.pk).values("role")[:1])


def know_team_role(user, obj, role: str | None) -> None:
    """Spare the query of `team_role`: the role came with the row."""
    user.__dict__.setdefault("_team_roles", {})[operation_of(obj).pk] = role or ""


@predicate
def is_lead(user, obj=None) -> bool:
    """Leads the operation's team."""
    return team_role(user, obj) == TeamRole.LEAD


@predicate
def is_writer(user, obj=None) -> bool:
    """Leads or contributes to the operation's team."""
    return team_role(user, obj) in {TeamRole.LEAD, TeamRole.EDITOR}


@predicate
def is_team(user, obj=None) -> bool:
    """Belongs to the operation's team."""
    return bool(team_role(user, obj))


@predicate
def is_representative(user, obj=None) -> bool:
    """Represents a competent collectivité of the operation."""
    operation = operation_of(obj)
    if operation is None or not user.rights.represents:
        return False
    return any(c.pk in user.rights.represents for c in operation.collectivites.all())


@predicate
def is_county_correspondent(user, obj=None) -> bool:
    """Is the correspondent of the lead commune's county."""
    operation = operation_of(obj)
    return operation is not None and operation.lead_commune.county_id in user.rights.counties


@predicate
def is_region_coordinator(user, obj=None) -> bool:
    """Coordinates the lead commune's region."""
    operation = operation_of(obj)
    return (
        operation is not None
        and bool(user.rights.regions)
        and operation.lead_commune.county.region_id in user.rights.regions
    )
