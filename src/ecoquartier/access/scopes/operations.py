"""Which operations of the register one may see, and who asks to hold them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from ecoquartier.access.predicates import eyes_of
from ecoquartier.access.scopes.shared import in_territory
from ecoquartier.operations.enums import ClaimState
from ecoquartier.operations.models import Claim, LegacyImport, Operation, Phase, Recommendation
from ecoquartier.operations.queries import (
    charters_to_confirm,
    claims_to_agree,
    legacy_imports,
    listed,
    registered,
    told_claims,
    told_recommendations,
)
from ecoquartier.people.enums import Role


def operations_visible_to(user) -> QuerySet[Operation]:
    """Rows of `operations.view`: own team, own collectivité, own territory, be it by another commune than the lead one;
    all for the bureau; none once merged."""
    rows = registered().select_related("lead_commune__county__region", "former_commune", "holder")
    if Role.BUREAU in user.rights.roles:
        return rows
    shared = Operation.objects.filter(in_territory(user, "other_communes__"))
    return rows.filter(_concerning(user) | Q(pk__in=shared.values("pk")))


def _concerning(user) -> Q:
    """Operations of one’s team, collectivité or territory; services of other communes read and are not concerned."""
    return (
        Q(pk__in=Operation.objects.filter(team__user=user).values("pk"))
        | Q(pk__in=Operation.objects.filter(collectivites__in=user.rights.represents).values("pk"))
        | in_territory(user, "lead_commune__")
    )


def merged_operations_for(user) -> QuerySet[Operation]:
    """Rows of `operations.read_merged`: the closed sheets of operations entered twice, for the bureau."""
    rows = Operation.objects.filter(merged_into__isnull=False)
    rows = rows.select_related("lead_commune__county__region", "holder", "merged_into__lead_commune")
    return rows if Role.BUREAU in user.rights.roles else rows.none()


def phases_visible_to(user) -> QuerySet[Phase]:
    """Rows of `operations.view`: the phases of the operations one may see."""
    rows = Phase.objects.select_related("operation__lead_commune__county")
    return rows.filter(operation__in=operations_visible_to(user).order_by().values("pk"))


def operations_in_territory_of(user) -> QuerySet[Operation]:
    """Rows of `operations_visible_to` that one accompanies as a State service (rule 6); all for the bureau."""
    rows = operations_visible_to(user)
    return rows if Role.BUREAU in user.rights.roles else rows.filter(in_territory(user, "lead_commune__"))


def operations_listed_for(user) -> QuerySet[Operation]:
    """The same as `operations_visible_to`, marked as their list shows them and their desk counts them."""
    return listed(
        operations_visible_to(user),
        user,
        territory=operations_in_territory_of(user),
        claims=claims_visible_to(user).filter(state=ClaimState.PROVISIONAL),
        charters=charters_to_confirm(user),
    )


def register_for(user) -> QuerySet[Operation]:
    """The whole register, for anybody with an account to find the operation to claim; not who holds what."""
    return registered().select_related("lead_commune__county__region", "holder")


def claims_visible_to(user) -> QuerySet[Claim]:
    """Rows of `operations.read_claim`: claims of one’s territory, all for the bureau; never one’s own."""
    rows = told_claims().exclude(user__in=eyes_of(user))
    if Role.BUREAU in user.rights.roles:
        return rows
    return rows.filter(
        in_territory(user, "operation__lead_commune__") | Q(operation=None) & in_territory(user, "commune__")
    )


def claims_made_by(user) -> QuerySet[Claim]:
    """Rows of `operations.write_draft`: what the person asks to hold, and never what others ask."""
    return told_claims().filter(user=user)


def claims_agreed_by(user) -> QuerySet[Claim]:
    """Rows of `operations.agree_to_holder`: changes of holder of the operations of one’s collectivités."""
    return claims_to_agree(told_claims(), user)


def imports_visible_to(user) -> QuerySet[LegacyImport]:
    """Rows of `operations.import`: every file of older operations for the bureau."""
    return legacy_imports() if Role.BUREAU in user.rights.roles else legacy_imports().none()


def recommendations_visible_to(user) -> QuerySet[Recommendation]:
    """Rows of `recommendations.view`, once notified: they tell an outcome to those concerned only (rule 15)."""
    concerned = registered()
    if Role.BUREAU not in user.rights.roles:
        concerned = concerned.filter(_concerning(user))
    rows = told_recommendations().filter(operation__in=concerned.values("pk"))
    return rows.select_related("commitment", "operation__lead_commune__county") if user.seen_by is None else rows.none()
