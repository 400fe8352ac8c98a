"""Who holds, asks to hold, accompanies."""

from __future__ import annotations

from django.db.models import (
    Case,
    F,
    QuerySet,
    Value,
    When,
)

from ecoquartier.operations.enums import ClaimState
from ecoquartier.operations.models import (
    Claim,
    Operation,
)
from ecoquartier.people.enums import Role
from ecoquartier.people.models import User
from ecoquartier.people.queries import holders_of, representatives_of


def unsettled_claims_by(user: User) -> QuerySet[Claim]:
    """What the person asked to hold and has not been given: waiting, or refused with a reason."""
    rows = Claim.objects.filter(user=user).exclude(state=ClaimState.CONFIRMED)
    return rows.select_related("operation__lead_commune", "organisation")


def correspondents_of(operation: Operation) -> QuerySet[User]:
    """The correspondents of the lead commune's county."""
    return holders_of(Role.CORRESPONDENT, county=operation.lead_commune.county_id)


def coordinators_of(operation: Operation) -> QuerySet[User]:
    """The coordinators of the lead commune's region."""
    return holders_of(Role.COORDINATOR, region=operation.lead_commune.county.region_id)


def team_of(operation: Operation) -> QuerySet[User]:
    """Active people of the team."""
    return User.objects.filter(is_active=True, teams__operation=operation)


def representatives(operation: Operation) -> QuerySet[User]:
    """Representatives of the competent collectivités."""
    return representatives_of(operation.collectivites.values_list("pk", flat=True))


def refused_if_provisional() -> Case:
    """The state of a claim whose author is erased, as an expression: nobody is left to confirm."""
    return Case(When(state=ClaimState.PROVISIONAL, then=Value(ClaimState.REFUSED)), default=F("state"))
