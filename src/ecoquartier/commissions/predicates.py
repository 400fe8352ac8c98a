"""Facts about a person and commissions."""

from __future__ import annotations

import rules

from ecoquartier.commissions.enums import Level, SeatPart, SittingState
from ecoquartier.commissions.models import AgendaItem, Commission, Declaration, Seat, Sitting
from ecoquartier.expertise.models import Assignment
from ecoquartier.expertise.predicates import dossier_of
from ecoquartier.operations.predicates import operation_of
from ecoquartier.people.enums import Role

ANNOUNCED_STATES = (SittingState.CONVENED, SittingState.OPEN, SittingState.CLOSED, SittingState.MINUTED)


def commission_of(obj) -> Commission | None:
    """The commission behind an object: itself, a sitting's, an item's."""
    if isinstance(obj, Commission):
        return obj
    if isinstance(obj, Sitting):
        return obj.commission
    if isinstance(obj, AgendaItem):
        return obj.sitting.commission
    return None


def seats_of(user) -> list[Seat]:
    """All seats of a person. One query per person."""
    if "_seats" not in user.__dict__:
        user.__dict__["_seats"] = list(Seat.objects.filter(holder=user).select_related("commission"))
    return user.__dict__["_seats"]


def _has_seat(user, obj, parts: set[str]) -> bool:
    commission = commission_of(obj)
    return commission is not None and any(s.commission_id == commission.pk and s.part in parts for s in seats_of(user))


@rules.predicate
def is_seated(user, obj=None) -> bool:
    """Has a seat in the commission, or in any when none is given."""
    return bool(seats_of(user)) if obj is None else _has_seat(user, obj, set(SeatPart))


@rules.predicate
def is_chair(user, obj=None) -> bool:
    """Holds the chair or vice-chair seat: signs the minutes (rule 14)."""
    return _has_seat(user, obj, {SeatPart.CHAIR, SeatPart.VICE_CHAIR})


@rules.predicate
def is_secretary(user, obj=None) -> bool:
    """Is the secretary of the commission: may hold a whole sitting alone (rule 11)."""
    return _has_seat(user, obj, {SeatPart.SECRETARY})


@rules.predicate
def is_national_bureau(user, obj=None) -> bool:
    """The bureau runs the national commission."""
    commission = commission_of(obj)
    return Role.BUREAU in user.rights.roles and (commission is None or commission.level == Level.NATIONAL)


@rules.predicate
def is_commission_coordinator(user, obj=None) -> bool:
    """The coordinator of one of the commission's regions runs it."""
    commission = commission_of(obj)
    if commission is None or not user.rights.regions or commission.level != Level.REGIONAL:
        return False
    return any(region.pk in user.rights.regions for region in commission.regions.all())


def _declaration(user, dossier) -> Declaration | None:
    known = user.__dict__.setdefault("_declarations", {})
    if dossier.pk not in known:
        known[dossier.pk] = Declaration.objects.filter(user=user, dossier=dossier).first()
    return known[dossier.pk]


def _on_my_agenda(user, dossier) -> bool:
    if not seats_of(user):
        return False
    return AgendaItem.objects.filter(
        dossier=dossier, sitting__state__in=ANNOUNCED_STATES, sitting__commission__seats__holder=user
    ).exists()


@rules.predicate
def is_on_my_agenda(user, obj=None) -> bool:
    """The dossier is on the agenda of a sitting of the person's, since its convocation."""
    dossier = dossier_of(obj)
    return dossier is not None and _on_my_agenda(user, dossier)


@rules.predicate
def is_sitting_member(user, obj=None) -> bool:
    """The dossier is on such an agenda, and the person has declared for it without conflict (rule 12)."""
    dossier = dossier_of(obj)
    if dossier is None or not seats_of(user):
        return False
    declaration = _declaration(user, dossier)
    return declaration is not None and not declaration.is_recused and _on_my_agenda(user, dossier)


@rules.predicate
def is_recused(user, obj=None) -> bool:
    """Is recused for the dossier, for good."""
    dossier = dossier_of(obj)
    if dossier is None or not seats_of(user):
        return False
    declaration = _declaration(user, dossier)
    return declaration is not None and declaration.is_recused


def conflict_of_member(user, dossier) -> str:
    """Why a member must be recused (rule 12), in French; empty when nothing is known."""
    operation = operation_of(dossier)
    if operation.team.filter(user=user).exists():
        return "membre de l’équipe de l’opération"
    bodies = {operation.holder_id, dossier.holder_id, *(c.pk for c in operation.collectivites.all())}
    if bodies & user.rights.organisations:
        return "membre d’un organisme partie à l’opération"
    if Assignment.objects.filter(dossier=dossier, expert=user).exists():
        return "expert du dossier"
    return ""
