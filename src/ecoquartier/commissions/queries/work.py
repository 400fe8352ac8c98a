"""What sittings ask of a person, which ones they follow, and when they are held."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecoquartier.commissions.enums import Level, SeatPart, SittingState
from ecoquartier.commissions.models import AgendaItem, Commission, Sitting
from ecoquartier.commissions.predicates import seats_of
from ecoquartier.commissions.queries import LIVE, told_later, with_ready
from ecoquartier.core import clock
from ecoquartier.core.registry import Task, Work, recently
from ecoquartier.core.text import long_date
from ecoquartier.people.enums import Role
from ecoquartier.people.models import User

SIGNING = (SeatPart.CHAIR, SeatPart.VICE_CHAIR)


def work_of(user: User) -> Work:
    """Sittings to prepare, convene, get ready for, hold, sign or announce; those that one follows."""
    if not (seats_of(user) or user.rights.regions or Role.BUREAU in user.rights.roles):
        return Work()
    run = _run_by(user)
    found = Work(to_do=[_to_prepare(commission) for commission in run if commission.ready])
    desk = _Desk(user, {commission.pk for commission in run})
    return sum((desk.work_on(sitting) for sitting in _sittings(user)), found)


def _run_by(user: User) -> list[Any]:
    """The commissions that the person runs, with the number of dossiers ready for each."""
    run = Q(seats__holder=user, seats__part=SeatPart.SECRETARY)
    run |= Q(level=Level.REGIONAL, regions__in=user.rights.regions)
    if Role.BUREAU in user.rights.roles:
        run |= Q(level=Level.NATIONAL)
    return list(with_ready(Commission.objects.filter(run).distinct()))


def _to_prepare(commission: Any) -> Task:
    words = ngettext(
        "Préparer une séance\u00a0: %(n)s dossier est prêt",
        "Préparer une séance\u00a0: %(n)s dossiers sont prêts",
        commission.ready,
    )
    return Task(words % {"n": commission.ready}, f"/espace/commissions/{commission.pk}/preparer/", str(commission))


def _sittings(user: User) -> QuerySet[Sitting]:
    """Sittings under way, to announce, or signed lately, of the commissions one sits in, coordinates or steers.

    With `is_undeclared` (a dossier of the agenda waits for one’s declaration) and `tells` (its outcomes are announced
    by the bureau).
    """
    rows = Sitting.objects.select_related("commission", "campaign")
    if Role.BUREAU not in user.rights.roles:
        seats = [seat.commission_id for seat in seats_of(user)]
        own = Q(pk__in=seats) | Q(level=Level.REGIONAL, regions__in=user.rights.regions)
        rows = rows.filter(commission__in=Commission.objects.filter(own).values("pk"))
    items = AgendaItem.objects.filter(sitting=OuterRef("pk"))
    return (
        rows.filter(Q(state__in=LIVE) | Q(state=SittingState.MINUTED, announced_at=None) | Q(signed_at__gte=recently()))
        .annotate(
            is_undeclared=Exists(items.exclude(dossier__declarations__user=user)),
            tells=Q(commission__level=Level.NATIONAL) | Exists(told_later(items)),
        )
        .order_by("held_on", "pk")[:40]
    )


class _Desk:
    """What each sitting is for one person: their seat in it, whether they run it."""

    def __init__(self, user: User, run: set[Any]) -> None:
        self.parts = {seat.commission_id: seat.part for seat in seats_of(user)}
        self.run = run
        self.is_bureau = Role.BUREAU in user.rights.roles

    def work_on(self, sitting: Any) -> Work:
        """What it asks or, when it asks nothing, where it stands; and its day."""
        path = f"/espace/commissions/seances/{sitting.pk}/"
        asked = self._asked(sitting, path)
        title = _("Séance du %(day)s") % {"day": long_date(sitting.held_on)}
        line = Task(title, path, str(sitting.commission), sitting.held_on, str(sitting.get_state_display()))
        if sitting.state == SittingState.MINUTED:
            signed = Task(title, path, line.note, timezone.localdate(sitting.signed_at), line.state)
            return Work(to_do=[asked]) if asked else Work(ended=[signed])
        is_to_come = sitting.held_on >= clock.today() and sitting.state != SittingState.CLOSED
        day = Task(
            _("Séance, %(commission)s") % {"commission": sitting.commission}, path, sitting.place, sitting.held_on
        )
        return Work(to_do=[asked] if asked else (), going_on=() if asked else [line], dates=[day] if is_to_come else ())

    def _asked(self, sitting: Any, path: str) -> Task | None:
        part, note, day = self.parts.get(sitting.commission_id, ""), str(sitting.commission), sitting.held_on
        if sitting.state == SittingState.MINUTED:
            is_to_announce = self.is_bureau and sitting.announced_at is None and sitting.tells
            return Task(_("Notifier les décisions de la commission"), path, str(sitting)) if is_to_announce else None
        if sitting.state == SittingState.PLANNED:
            before = day - timedelta(days=sitting.campaign.notice_days)
            if sitting.commission_id not in self.run:
                return None
            return Task(_("Convoquer les membres"), f"{path}convoquer/", str(sitting), before)
        if sitting.state == SittingState.CLOSED:
            if part not in SIGNING:
                return None
            if sitting.is_undeclared:
                return Task(_("Déclarer mes liens, puis signer le procès-verbal"), path, note, day)
            return Task(_("Signer le procès-verbal"), f"{path}proces-verbal/", note, day)
        if part == SeatPart.SECRETARY:
            return Task(_("Tenir la séance"), path, note, day)
        if part and sitting.is_undeclared:
            return Task(_("Déclarer mes liens et lire l’ordre du jour"), path, note, day)
        return None
