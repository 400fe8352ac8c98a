"""Groups that the bureau may write to, around sittings."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from ecoquartier.commissions.models import Sitting
from ecoquartier.commissions.queries import LIVE
from ecoquartier.core.registry import Audience
from ecoquartier.core.text import long_date
from ecoquartier.people.models import User


def _sittings() -> list[tuple[str, str]]:
    sittings = Sitting.objects.filter(state__in=LIVE).select_related("commission").order_by("held_on", "pk")
    return [(str(sitting.pk), f"{sitting.commission.name}, {long_date(sitting.held_on)}") for sitting in sittings]


def members(sitting: str) -> QuerySet[User]:
    """Everybody who has a seat in the commission of a sitting."""
    return User.objects.filter(seats__commission__sittings=UUID(sitting))


SITTING_MEMBERS = Audience(label=gettext_lazy("Membres d’une séance"), groups=_sittings, people=members)
