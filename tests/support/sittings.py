"""A sitting of today on one dossier of Laval, and those who play it: for tests of commissions and of what follows."""

from __future__ import annotations

from dataclasses import dataclass

from ecoquartier.commissions import services
from ecoquartier.commissions.enums import SeatPart
from ecoquartier.commissions.models import AgendaItem, Commission, Seat, Sitting
from ecoquartier.core import clock
from ecoquartier.dossiers.models import Dossier
from ecoquartier.ops.services.play import Part
from ecoquartier.people.models import User
from tests.support.world import World, fresh


@dataclass
class Room:
    """The commission of Laval’s region in its sitting, and who plays it."""

    world: World
    part: Part
    dossier: Dossier
    sitting: Sitting

    @property
    def commission(self) -> Commission:
        return self.sitting.commission

    @property
    def item(self) -> AgendaItem:
        """The only item, afresh."""
        return AgendaItem.objects.select_related("sitting__commission", "dossier__stage").get(sitting=self.sitting)

    def seats(self, part: str) -> list[Seat]:
        return list(self.commission.seats.filter(part=part).select_related("holder").order_by("pk"))

    def person(self, part: str, n: int = 0) -> User:
        return fresh(self.seats(part)[n].holder)

    @property
    def secretary(self) -> User:
        return self.person(SeatPart.SECRETARY)

    @property
    def chair(self) -> User:
        return self.person(SeatPart.CHAIR)

    @property
    def member(self) -> User:
        return self.person(SeatPart.MEMBER)

    @property
    def voting(self) -> list[Seat]:
        """The four seats that vote: chair, three members."""
        return [*self.seats(SeatPart.CHAIR), *self.seats(SeatPart.MEMBER)]

    def chair_declares(self) -> None:
        """The chair has no conflict, and may read what there is to sign."""
        if not self.item.dossier.declarations.filter(user=self.chair).exists():
            services.declare(self.item, actor=self.chair, is_recused=False)

    def open(self, rows: dict | None = None) -> Room:
        """Open the sitting with these presences (everybody present when none is given)."""
        self.sitting = services.open_sitting(self.sitting, actor=self.secretary)
        rows = rows if rows is not None else dict.fromkeys(self.voting, ("present", None))
        services.record_attendance(self.sitting, actor=self.secretary, rows=rows)
        return self

    def record(self, outcome: str = "propose", **kwargs) -> AgendaItem:
        """Record an outcome, with reasons."""
        arguments = {"outcome": outcome, "reasons": "Démarche aboutie.", **kwargs}
        return services.record_outcome(self.item, actor=self.secretary, **arguments)

    def close(self) -> Sitting:
        self.sitting = services.close_sitting(self.sitting, actor=self.secretary)
        return self.sitting

    def sign(self) -> Sitting:
        self.close()
        self.chair_declares()
        self.sitting = services.sign_minutes(self.sitting, actor=self.chair)
        return self.sitting

    def read(self) -> Dossier:
        """The dossier as it is now."""
        return Dossier.objects.get(pk=self.dossier.pk)


def convened(world: World, dossier: Dossier, part: Part, *, national: bool = False) -> Room:
    region = None if national else dossier.operation.lead_commune.county.region
    return Room(world, part, dossier, world.play.plan(world.cast.commission(region), [dossier], clock.today()))
