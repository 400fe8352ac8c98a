"""Who reads the page of a dossier: on which sides they stand, and what of it they may know."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from uuid import UUID

from ecoquartier.access.scopes import reports_visible_to
from ecoquartier.commissions.enums import SittingState
from ecoquartier.commissions.models import AgendaItem
from ecoquartier.commissions.predicates import ANNOUNCED_STATES, is_sitting_member
from ecoquartier.commissions.queries import is_told, items_about
from ecoquartier.core.reading import read_once
from ecoquartier.dossiers.enums import DossierState, Side
from ecoquartier.dossiers.models import Dossier
from ecoquartier.dossiers.queries import HIDDEN_STATES, is_published, knows_outcome, readable_state, reads_opinion
from ecoquartier.expertise.models import Assignment, ExpertReport
from ecoquartier.expertise.predicates import assignment_of, is_assigned_expert, is_sealed
from ecoquartier.operations.predicates import is_county_correspondent, is_region_coordinator, is_representative, is_team
from ecoquartier.people.predicates import is_bureau

SIDES = (
    (Side.HOLDER, is_team),
    (Side.COLLECTIVITE, is_representative),
    (Side.EXPERT, is_assigned_expert),
    (Side.COMMISSION, is_sitting_member),
    (Side.CORRESPONDENT, is_county_correspondent),
    (Side.COORDINATOR, is_region_coordinator),
    (Side.BUREAU, is_bureau),
)
STAFF = frozenset({Side.CORRESPONDENT, Side.COORDINATOR, Side.BUREAU})
OTHERS = STAFF | {Side.EXPERT, Side.COMMISSION}


@read_once
def items_of(dossier: Dossier) -> list[AgendaItem]:
    """The agendas the dossier was on, in order."""
    return list(items_about(dossier))


class Reader:
    """One person before one dossier. Rights come from the matrix; sides only choose words."""

    def __init__(self, dossier: Dossier, user) -> None:
        self.dossier, self.user = dossier, user

    def may(self, permission: str, obj=None) -> bool:
        """Ask the matrix, about the dossier unless told."""
        return self.user.has_perm(permission, obj or self.dossier)

    @cached_property
    def sides(self) -> tuple[Side, ...]:
        """Every side the person is on, the nearest first."""
        return tuple(side for side, predicate in SIDES if predicate.test(self.user, self.dossier))

    @cached_property
    def is_staff(self) -> bool:
        """A service of the State or the bureau."""
        return not STAFF.isdisjoint(self.sides)

    @cached_property
    def has_declared(self) -> bool:
        """False for a member of a commission who has not declared yet: public data only (rule 12)."""
        return self.may("dossiers.read_deposit")

    @cached_property
    def assignment(self) -> Assignment | None:
        """The person’s own place in the team of experts, once accepted."""
        return assignment_of(self.user, self.dossier) if Side.EXPERT in self.sides else None

    @cached_property
    def state(self) -> str:
        """The state as the person may know it."""
        return readable_state(self.dossier, self.user)

    @cached_property
    def knows(self) -> bool:
        """Whether they may know what was decided."""
        return knows_outcome(self.dossier, self.user)

    @cached_property
    def sees_all_outcomes(self) -> bool:
        """Services, bureau and the members of the last sitting: as soon as the minutes are signed."""
        return self.may("dossiers.see_outcome")

    @cached_property
    def is_holder_side(self) -> bool:
        """Learns an outcome when it is told."""
        return self.may("dossiers.see_notified_outcome")

    @cached_property
    def reads_opinion(self) -> bool:
        """Whether the correspondent’s opinion is theirs to read (rule 6)."""
        return reads_opinion(self.dossier, self.user)

    @cached_property
    def is_sealed(self) -> bool:
        """Whether all expertises are sealed: from then on their existence may be told."""
        return self.dossier.state in HIDDEN_STATES or is_sealed(self.dossier)

    @cached_property
    def is_published(self) -> bool:
        """Whether the label is public. Nothing is asked when the state alone answers somebody who may know it."""
        if self.dossier.state not in HIDDEN_STATES or (self.knows and self.dossier.state != DossierState.AWARDED):
            return False
        return is_published(self.dossier)

    @cached_property
    def reads_all_reports(self) -> bool:
        """Team, staff and declared members, once all is sealed (rule 8)."""
        return not OTHERS.isdisjoint(self.sides) and self.may("expertise.read_synthesis")

    @cached_property
    def reads_synthesis(self) -> bool:
        """Those who read all reports; the holder and the collectivité once told (rule 15)."""
        return self.reads_all_reports or (
            self.is_holder_side and self.dossier.notified_at is not None and self.is_sealed
        )

    @cached_property
    def reports(self) -> list[ExpertReport]:
        """The expertises this person may read: their own, the others’ once all are sealed (rule 8)."""
        if not (self.assignment or self.reads_all_reports):
            return []
        rows = reports_visible_to(self.user).filter(dossier=self.dossier)
        return list(rows.select_related("assignment__expert"))

    def agenda(self, items: Iterable[AgendaItem]) -> list[AgendaItem]:
        """The agendas this person may know of: staff all; others those convened, up to an outcome not yet told."""
        found = []
        for item in items:
            if self.is_staff or item.sitting.state in ANNOUNCED_STATES:
                found.append(item)
            is_signed = item.sitting.state == SittingState.MINUTED
            if is_signed and not (self.reads_outcome(item) or self.sees_all_outcomes):
                break
        return found

    def reads_outcome(self, item: AgendaItem) -> bool:
        """Whether what a signed sitting said of the dossier is theirs to read (rule 15)."""
        if item.sitting.state != SittingState.MINUTED:
            return False
        if self.sees_all_outcomes or self.may("commissions.read_outcome", item):
            return True
        return self.is_holder_side and is_told(item)

    def readable_items(self, items: Iterable[AgendaItem]) -> set[UUID]:
        """Ids of the items whose outcome this person may read."""
        return {item.pk for item in items if self.reads_outcome(item)}
