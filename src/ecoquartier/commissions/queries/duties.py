"""What a member owes to a commission."""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from ecoquartier.commissions.models import Seat
from ecoquartier.people.models import Organisation, User


def running_seat(person: User) -> str | None:
    """Why somebody who has a seat may not be erased."""
    seat = Seat.objects.filter(holder=person).select_related("commission").first()
    if seat is None:
        return None
    return _("Vous siégez à %(commission)s\u00a0: demandez d’abord à son secrétariat de libérer votre siège.") % {
        "commission": seat.commission
    }


def seats_in_common(kept: models.Model, duplicate: models.Model) -> str | None:
    """Why two organisations, or two accounts, that sit in one commission are not merged: they would have two voices."""
    column = {Organisation: "organisation", User: "holder"}.get(type(kept))
    if column is None:
        return None
    seats = Seat.objects.filter(**{f"{column}__in": [kept, duplicate]}).select_related("commission")
    places: dict[UUID, set[UUID]] = {}
    for seat in seats:
        who = places.setdefault(seat.commission_id, set())
        who.add(getattr(seat, f"{column}_id"))
        if len(who) > 1:
            return _("Tous deux siègent à %(commission)s\u00a0: libérez d’abord un des sièges.") % {
                "commission": seat.commission
            }
    return None
