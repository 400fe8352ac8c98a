"""Facts about a person and commissions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from ecoquartier.commissions.enums import Level, SeatPart, SittingState
from ecoquartier.commissions.models import AgendaItem, Commission, Declaration, Seat, Sitting
from ecoquartier.core.predicates import predicate
from ecoquartier.core.reading import known, read_once
from ecoquartier.expertise.models import Assignment
from ecoquartier.expertise.predicates import dossier_of
from ecoquartier.operations.predicates import operation_of
from ecoquartier.people.enums import Role
from ecoquartier.people.models import User

ANNOUNCED_STATES = (SittingState.CONVENED, SittingState.OPEN, SittingState.CLOSED, SittingState.MINUTED)
# What a `Turn` holds of its sitting.
_TURN = ("commission_id", "opened_at", "signed_at")


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


@predicate
def is_seated(user, obj=None) -> bool:
    """Has a seat in the commission, or in any when none is given."""
    return bool(seats_of(user)) if obj is None else _has_seat(user, obj, set(SeatPart))


@predicate
def sits_in_my_region(user, obj=None) -> bool:
    """Is a person who sits in a commission of a region that one coordinates."""
    return isinstance(obj, User) and bool({seat.commission_id for seat in seats_of(obj)} & _regional(user))


@predicate
def is_whole_in_my_region(user, obj=None) -> bool:
    """Is a person who sits nowhere else than in the commissions of one's regions."""
    return isinstance(obj, User) and {seat.commission_id for seat in seats_of(obj)} <= _regional(user)


def _regional(user) -> set:
    rows = Commission.objects.filter(level=Level.REGIONAL, regions__in=user.rights.regions)
    return set(rows.values_list("pk", flat=True))


@predicate
def is_chair(user, obj=None) -> bool:
    """Holds the chair or vice-chair seat: signs the minutes (rule 14)."""
    return _has_seat(user, obj, {SeatPart.CHAIR, SeatPart.VICE_CHAIR})


@predicate
def is_secretary(user, obj=None) -> bool:
    """Is the secretary of the commission: may hold a whole sitting alone (rule 11)."""
    return _has_seat(user, obj, {SeatPart.SECRETARY})


@predicate
def runs_some_commission(user, obj=None) -> bool:
    """Presides some commission, or is its secretary."""
    return any(s.part in {SeatPart.CHAIR, SeatPart.VICE_CHAIR, SeatPart.SECRETARY} for s in seats_of(user))


@predicate
def is_national_bureau(user, obj=None) -> bool:
    """The bureau runs the national commission."""
    commission = commission_of(obj)
    return Role.BUREAU in user.rights.roles and (commission is None or commission.level == Level.NATIONAL)


@predicate
def is_commission_coordinator(user, obj=None) -> bool:
    """The coordinator of one of the commission's regions runs it."""
    commission = commission_of(obj)
    if commission is None or not user.rights.regions or commission.level != Level.REGIONAL:
        return False
    return any(region.pk in user.rights.regions for region in commission.regions.all())


def remember_declarations(user, dossiers) -> None:
    """Read one's declarations on several dossiers at once: asking about each then costs no query."""
    declared = user.__dict__.setdefault("_declarations", {})
    ids = {dossier.pk for dossier in dossiers} - set(declared)
    found = {row.dossier_id: row for row in Declaration.objects.filter(user=user, dossier__in=ids)} if ids else {}
    declared.update({pk: found.get(pk) for pk in ids})


def declaration_of(user, dossier) -> Declaration | None:
    """What the person declared for the dossier, if anything. One query per person and dossier."""
    declared = user.__dict__.setdefault("_declarations", {})
    if dossier.pk not in declared:
        declared[dossier.pk] = Declaration.objects.filter(user=user, dossier=dossier).first()
    return declared[dossier.pk]


class Turn(NamedTuple):
    """One time that a dossier is before a commission, since the convocation."""

    commission: int
    opened_at: datetime | None
    signed_at: datetime | None


@read_once
def turns_of(dossier) -> list[Turn]:
    """Every announced sitting the dossier is on the agenda of."""
    rows = AgendaItem.objects.filter(dossier=dossier, sitting__state__in=ANNOUNCED_STATES)
    return [Turn(*row) for row in rows.values_list(*(f"sitting__{name}" for name in _TURN))]


def know_turns(dossier, items: Iterable[AgendaItem]) -> None:
    """Spare the query of `turns_of` on a page that has read all the items, with their sittings."""
    announced = [item.sitting for item in items if item.sitting.state in ANNOUNCED_STATES]
    known(turns_of, dossier, [Turn(*(getattr(sitting, name) for name in _TURN)) for sitting in announced])


def _on_my_agenda(user, obj) -> bool:
    if not seats_of(user):
        return False
    if is_convened.test(user, obj):
        return True  # asked about an item: its sitting says it
    dossier, own = dossier_of(obj), {seat.commission_id for seat in seats_of(user)}
    return dossier is not None and any(turn.commission in own for turn in turns_of(dossier))


@predicate
def is_convened(user, obj=None) -> bool:
    """Has a seat where the item is dealt with, and was told of it: the sitting is convened (rule 10)."""
    return isinstance(obj, AgendaItem) and obj.sitting.state in ANNOUNCED_STATES and is_seated(user, obj)


@predicate
def is_declared_member(user, obj=None) -> bool:
    """Is convened for the item, and has declared for its dossier without conflict (rule 12)."""
    if not is_convened(user, obj):
        return False
    declaration = declaration_of(user, obj.dossier)
    return declaration is not None and not declaration.is_recused


@predicate
def is_on_my_agenda(user, obj=None) -> bool:
    """The dossier is on the agenda of a sitting of the person's, since its convocation."""
    dossier = dossier_of(obj)
    return dossier is not None and _on_my_agenda(user, obj)


@predicate
def is_sitting_member(user, obj=None) -> bool:
    """The dossier is on such an agenda, and the person has declared for it without conflict (rule 12)."""
    dossier = dossier_of(obj)
    if dossier is None or not seats_of(user):
        return False
    declaration = declaration_of(user, dossier)
    return declaration is not None and not declaration.is_recused and _on_my_agenda(user, obj)


@predicate
def is_deciding_member(user, obj=None) -> bool:
    """Is a declared member of the commission that has the dossier, or had it last (rule 15).

    From the opening of another sitting, a member of an earlier one does not learn by this seat what it says: neither
    that it has decided, nor what.
    """
    if not is_sitting_member(user, obj):
        return False
    turns = turns_of(dossier_of(obj))
    own = {seat.commission_id for seat in seats_of(user)}
    opened = [turn.opened_at for turn in turns if turn.opened_at]
    return any(
        turn.commission in own and (turn.signed_at is None or all(at <= turn.signed_at for at in opened))
        for turn in turns
    )


@predicate
def is_recused(user, obj=None) -> bool:
    """Is recused for the dossier, for good."""
    dossier = dossier_of(obj)
    if dossier is None or not seats_of(user):
        return False
    declaration = declaration_of(user, dossier)
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
