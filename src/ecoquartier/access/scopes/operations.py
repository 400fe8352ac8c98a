"""Which operations of the register one may see, and who asks to hold them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from ecoquartier.access.scopes.shared import in_territory
from ecoquartier.operations.models import Claim, LegacyImport, Operation
from ecoquartier.operations.queries import legacy_imports
from ecoquartier.people.enums import Role


def operations_visible_to(user) -> QuerySet[Operation]:
    """Rows of `operations.view`: own team, own collectivité, own territory; all for the bureau."""
    rows = Operation.objects.select_related("lead_commune__county__region", "holder")
    if Role.BUREAU in user.rights.roles:
        return rows
    return rows.filter(
        Q(pk__in=Operation.objects.filter(team__user=user).values("pk"))
        | Q(pk__in=Operation.objects.filter(collectivites__in=user.rights.represents).values("pk"))
        | in_territory(user, "lead_commune__")
    )


def register_for(user) -> QuerySet[Operation]:
    """The whole register, for anybody with an account to find the operation to claim."""
    return Operation.objects.select_related("lead_commune__county__region", "holder")


def claims_visible_to(user) -> QuerySet[Claim]:
    """Rows of `operations.confirm_holder`: claims of the county, all for the bureau."""
    rows = Claim.objects.select_related("operation__lead_commune__county", "organisation", "user")
    if Role.BUREAU in user.rights.roles:
        return rows
    return rows.filter(operation__lead_commune__county__in=user.rights.counties)


def imports_visible_to(user) -> QuerySet[LegacyImport]:
    """Rows of `operations.import`: every file of older operations for the bureau."""
    return legacy_imports() if Role.BUREAU in user.rights.roles else legacy_imports().none()
