"""What a member owes to a commission."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ecoquartier.commissions.models import Seat
from ecoquartier.people.models import User


def running_seat(person: User) -> str | None:
    """Why somebody who has a seat may not be erased."""
    seat = Seat.objects.filter(holder=person).select_related("commission").first()
    if seat is None:
        return None
    return _("Vous siégez à %(commission)s\u00a0: demandez d’abord à son secrétariat de libérer votre siège.") % {
        "commission": seat.commission
    }
