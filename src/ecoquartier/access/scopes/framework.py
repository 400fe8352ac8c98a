"""Which versions of the référentiel one may edit, and what territories add to them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from ecoquartier.access.scopes.shared import in_territory
from ecoquartier.framework.enums import SupplementState
from ecoquartier.framework.models import Framework, LocalSupplement
from ecoquartier.framework.queries import supplements, versions
from ecoquartier.people.enums import Role
from ecoquartier.territories.models import County, Region
from ecoquartier.territories.queries import counties, regions


def versions_edited_by(user) -> QuerySet[Framework]:
    """Rows of `framework.edit`: every version of the référentiel for the bureau, drafts too."""
    return versions() if Role.BUREAU in user.rights.roles else versions().none()


def supplements_visible_to(user) -> QuerySet[LocalSupplement]:
    """Rows of `framework.view_supplement`: one's territory's; what is published, for services; all for the bureau."""
    rows = supplements()
    if Role.BUREAU in user.rights.roles:
        return rows
    own = in_territory(user, "") | Q(region__in=user.rights.regions)
    if user.rights.roles & {Role.CORRESPONDENT, Role.COORDINATOR}:
        own |= Q(state=SupplementState.PUBLISHED)
    return rows.filter(own)


def territories_supplemented_by(user) -> tuple[QuerySet[County], QuerySet[Region]]:
    """Rows of `framework.write_supplement`: the counties and the regions that one writes for; all for the bureau."""
    if Role.BUREAU in user.rights.roles:
        return counties(), regions()
    return counties().filter(pk__in=user.rights.counties), regions().filter(pk__in=user.rights.regions)
