"""Facts about a person and what a territory adds to the référentiel."""

from __future__ import annotations

from ecoquartier.core.predicates import predicate
from ecoquartier.framework.enums import SupplementState
from ecoquartier.framework.models import LocalSupplement


@predicate
def is_supplement_of_my_county(user, obj=None) -> bool:
    """Is what a county adds, and one is its correspondent."""
    return isinstance(obj, LocalSupplement) and obj.county_id in user.rights.counties


@predicate
def is_supplement_of_a_county(user, obj=None) -> bool:
    """Is what a county adds: its region publishes it."""
    return isinstance(obj, LocalSupplement) and obj.county_id is not None


@predicate
def is_published_supplement(user, obj=None) -> bool:
    """Is what a territory adds, published."""
    return isinstance(obj, LocalSupplement) and obj.state == SupplementState.PUBLISHED


@predicate
def is_supplement_of_my_region(user, obj=None) -> bool:
    """Is what a region adds, and one coordinates it."""
    return isinstance(obj, LocalSupplement) and obj.region_id in user.rights.regions


@predicate
def is_supplement_in_my_region(user, obj=None) -> bool:
    """Is what a region that one coordinates adds, or one of its counties."""
    return isinstance(obj, LocalSupplement) and obj.region_code in user.rights.regions
