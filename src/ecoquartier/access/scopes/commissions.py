"""Which commissions, sittings, items and ceremonies one may see."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from ecoquartier.awards.models import Ceremony
from ecoquartier.commissions.enums import Level, SeatPart
from ecoquartier.commissions.models import AgendaItem, Commission, Sitting
from ecoquartier.commissions.predicates import ANNOUNCED_STATES
from ecoquartier.people.enums import Role


def commissions_visible_to(user) -> QuerySet[Commission]:
    """Rows of `commissions.view`: where one sits, one's regions; all for the bureau."""
    rows = Commission.objects.all()
    if Role.BUREAU in user.rights.roles:
        return rows
    return rows.filter(Q(seats__holder=user) | Q(level="regional", regions__in=user.rights.regions)).distinct()


def commissions_run_by(user) -> QuerySet[Commission]:
    """Rows of `commissions.run`: those one is secretary of, one's regions; the national one for the bureau."""
    rows = Commission.objects.prefetch_related("regions")
    own = Q(seats__in=user.seats.filter(part=SeatPart.SECRETARY))
    own |= Q(level=Level.REGIONAL, regions__in=user.rights.regions)
    if Role.BUREAU in user.rights.roles:
        own |= Q(level=Level.NATIONAL)
    return rows.filter(own).distinct()


def sittings_visible_to(user) -> QuerySet[Sitting]:
    """Sittings of the commissions one may see."""
    return Sitting.objects.filter(commission__in=commissions_visible_to(user)).select_related("commission", "campaign")


def items_visible_to(user) -> QuerySet[AgendaItem]:
    """Rows of `commissions.view_item`: the agendas one prepares, and those one is convened for.

    What each item says is `commissions.read_outcome`.
    """
    rows = AgendaItem.objects.filter(sitting__in=sittings_visible_to(user))
    if Role.BUREAU not in user.rights.roles:
        convened = Q(sitting__state__in=ANNOUNCED_STATES, sitting__commission__in=user.seats.values("commission"))
        rows = rows.filter(convened | Q(sitting__commission__in=commissions_run_by(user).values("pk")))
    return rows.select_related(
        "sitting__commission",
        "sitting__campaign",
        "dossier__operation__lead_commune__county__region",
        "dossier__stage",
        "dossier__campaign__scheme",
    )


def ceremonies_visible_to(user) -> QuerySet[Ceremony]:
    """Rows of `awards.publish`: all for the bureau."""
    rows = Ceremony.objects.select_related("campaign", "requested_by", "confirmed_by")
    return rows if Role.BUREAU in user.rights.roles else rows.none()
