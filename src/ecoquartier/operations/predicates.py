"""Facts about a person and an operation (or anything that has one)."""

from __future__ import annotations

from django.db.models import OuterRef, Q, Subquery

from ecoquartier.accounts.models import Invitation
from ecoquartier.core.predicates import predicate
from ecoquartier.operations.enums import TEAM_PLACE, TeamRole
from ecoquartier.operations.models import Claim, Operation, TeamMember
from ecoquartier.territories.models import Commune


def operation_of(obj) -> Operation | None:
    """The operation behind an object: itself, or through `.operation` or `.dossier`."""
    if isinstance(obj, Operation):
        return obj
    if obj is None:
        return None
    if hasattr(obj, "operation"):
        return obj.operation
    return operation_of(getattr(obj, "dossier", None))


def lead_commune_of(obj) -> Commune | None:
    """Where the operation behind an object is; a claim, or a commune where one is created, says it by itself."""
    if isinstance(obj, Commune):
        return obj
    if isinstance(obj, Claim):
        return obj.lead_commune
    operation = operation_of(obj)
    return operation.lead_commune if operation else None


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
    commune = lead_commune_of(obj)
    return commune is not None and commune.county_id in user.rights.counties


@predicate
def is_region_coordinator(user, obj=None) -> bool:
    """Coordinates the lead commune's region."""
    commune = lead_commune_of(obj)
    return commune is not None and bool(user.rights.regions) and commune.county.region_id in user.rights.regions


@predicate
def is_neighbouring_service(user, obj=None) -> bool:
    """Serves the State where another commune of the operation is: reads, and does not act (rule 6)."""
    operation, rights = operation_of(obj), user.rights
    if operation is None or not (rights.counties or rights.regions):
        return False
    here = Q(county__in=rights.counties) | Q(county__region__in=rights.regions)
    return operation.other_communes.filter(here).exists()


@predicate
def is_claimant(user, obj=None) -> bool:
    """Asks to hold the operation, by this claim."""
    return isinstance(obj, Claim) and obj.user_id == user.pk


@predicate
def is_own_place(user, obj=None) -> bool:
    """The place in the team is the person’s own."""
    return isinstance(obj, TeamMember) and obj.user_id == user.pk


@predicate
def is_merged(user, obj=None) -> bool:
    """The operation is merged into another: it is nobody’s, its pages lead to the one that took it."""
    operation = operation_of(obj)
    return operation is not None and operation.merged_into_id is not None


@predicate
def leads_invited_team(user, obj=None) -> bool:
    """Leads the team that the invitation is to."""
    if not isinstance(obj, Invitation) or obj.place != TEAM_PLACE:
        return False
    return TeamMember.objects.filter(operation=obj.place_id, user=user, role=TeamRole.LEAD).exists()
