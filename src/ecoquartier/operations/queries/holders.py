"""Who holds, asks to hold, accompanies."""

from __future__ import annotations

from django.db.models import QuerySet

from ecoquartier.operations.models import Claim, Operation
from ecoquartier.people.enums import Role
from ecoquartier.people.models import User
from ecoquartier.people.queries import holders_of, representatives_of


def correspondents_of(place: Operation | Claim) -> QuerySet[User]:
    """The correspondents of the lead commune's county."""
    return holders_of(Role.CORRESPONDENT, county=place.lead_commune.county_id)


def coordinators_of(operation: Operation) -> QuerySet[User]:
    """The coordinators of the lead commune's region."""
    return holders_of(Role.COORDINATOR, region=operation.lead_commune.county.region_id)


def team_of(operation: Operation) -> QuerySet[User]:
    """Active people of the team."""
    return User.objects.filter(is_active=True, teams__operation=operation)


def representatives(operation: Operation) -> QuerySet[User]:
    """Representatives of the competent collectivités."""
    return representatives_of(operation.collectivites.values_list("pk", flat=True))
