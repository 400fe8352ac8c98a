"""Who is in the room of a sitting, and the quorum (rules 11 and 12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from ecoquartier.commissions.domain import Quorum, quorum
from ecoquartier.commissions.enums import Presence, SeatPart
from ecoquartier.commissions.models import AgendaItem, Attendance, Commission, Declaration, Seat, Sitting


@dataclass(frozen=True)
class Place:
    """A filled seat as it is for one item, or for the sitting as a whole."""

    seat: Seat
    presence: str
    proxy_to: Seat | None
    is_recused: bool
    reason: str

    @property
    def words(self) -> str:
        """How the seat is present, in words; empty while nothing is recorded."""
        if self.proxy_to:
            return _("pouvoir à %(name)s") % {"name": self.proxy_to.organisation}
        return str(Presence(self.presence).label) if self.presence else ""


@dataclass(frozen=True)
class Room:
    """Who is in the room of a sitting: filled seats, their attendance, and the recusals by dossier; read once."""

    commission: Commission
    seats: tuple[Seat, ...]
    attendance: Mapping[int, Attendance]
    recusals: Mapping[UUID, Mapping[UUID, str]]

    def quorum(self, dossier_id: UUID | None = None) -> Quorum:
        """The quorum for one dossier, or for the sitting: those recused are on neither side (rules 11 and 12)."""
        recused_people = self.recusals.get(dossier_id, {}) if dossier_id else {}
        recused_seats = {seat.pk for seat in self.seats if seat.holder_id in recused_people}
        voting = {seat.pk for seat in self.seats if seat.is_voting}
        rows = [row for row in self.attendance.values() if row.presence != Presence.ABSENT]
        # A proxy counts only while the seat that carries it is in the room for this item.
        in_room = {row.seat_id for row in rows if row.proxy_to_id is None} - recused_seats
        present = {row.seat_id for row in rows if row.seat_id in voting and row.proxy_to_id in {None, *in_room}}
        return quorum(
            seats=len(voting),
            present=len(present),
            recused=len(voting & recused_seats),
            recused_present=len(present & recused_seats),
            fraction=(self.commission.quorum_numerator, self.commission.quorum_denominator),
        )

    def places(self, dossier_id: UUID | None = None) -> list[Place]:
        """Every filled seat, its presence and whether it is recused for the dossier."""
        recused_people = self.recusals.get(dossier_id, {}) if dossier_id else {}
        found = []
        for seat in self.seats:
            row = self.attendance.get(seat.pk)
            found.append(
                Place(
                    seat=seat,
                    presence=row.presence if row else "",
                    proxy_to=row.proxy_to if row else None,
                    is_recused=seat.holder_id in recused_people,
                    reason=recused_people.get(seat.holder_id, "") if seat.holder_id else "",
                )
            )
        return found


def room_of(sitting: Sitting) -> Room:
    """The room of a sitting, in three queries whatever the seats and the items."""
    seats = tuple(
        Seat.objects.filter(commission=sitting.commission, holder__isnull=False).select_related(
            "organisation", "holder"
        )
    )
    attendance = {row.seat_id: row for row in sitting.attendance.select_related("proxy_to__organisation")}
    recusals: dict[UUID, dict[UUID, str]] = {}
    for row in Declaration.objects.filter(
        dossier__in=sitting.items.values("dossier"), is_recused=True, user__seats__commission=sitting.commission
    ):
        recusals.setdefault(row.dossier_id, {})[row.user_id] = row.reason
    return Room(sitting.commission, tuple(sorted(seats, key=_rank)), attendance, recusals)


def _rank(seat: Seat) -> tuple[int, str]:
    """The chair first, then the vice-chair, the members, the secretary."""
    parts = (SeatPart.CHAIR, SeatPart.VICE_CHAIR, SeatPart.MEMBER, SeatPart.SECRETARY)
    return parts.index(SeatPart(seat.part)), seat.organisation.name


def quorum_of(item: AgendaItem) -> Quorum:
    """The quorum for one item: filled voting seats, those recused aside (rules 11 and 12)."""
    return room_of(item.sitting).quorum(item.dossier_id)
