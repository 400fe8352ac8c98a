"""Sittings from their agenda to their opening: planned, convened, declared for, attended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from ecoquartier.campaigns.models import Campaign
from ecoquartier.commissions.enums import Presence, SittingState, SittingStep
from ecoquartier.commissions.models import AgendaItem, Attendance, Commission, Declaration, Seat, Sitting
from ecoquartier.commissions.predicates import ANNOUNCED_STATES, conflict_of_member
from ecoquartier.commissions.queries import carried_over, is_final, ready_for
from ecoquartier.commissions.workflow import SITTING_WORKFLOW
from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError, TransitionRefused
from ecoquartier.dossiers.enums import CLOSED_STATES
from ecoquartier.dossiers.models import Dossier
from ecoquartier.workflow.engine import Effect, act, lock


@act("sitting.planned", permission="commissions.run")
def plan_sitting(
    commission: Commission,
    *,
    actor,
    campaign: Campaign,
    held_on: date,
    place: str = "",
    dossiers: Sequence[Dossier] = (),
    needs_quorum: bool = True,
) -> Effect:
    """Plan a sitting with its agenda, in the order given.

    Args:
        needs_quorum: False to convene again, without quorum, the dossiers of a sitting that had none (rule 11).
    """
    if held_on < clock.today():
        raise DomainError(_("La séance ne peut pas être prévue dans le passé."), code="past_day")
    sitting = Sitting(commission=commission, campaign=campaign, held_on=held_on, place=place, needs_quorum=needs_quorum)
    sitting.full_clean()
    sitting.save()
    _add_items(sitting, dossiers)
    return Effect(result=sitting, data={"held_on": held_on.isoformat(), "items": len(dossiers)})


@act("agenda.extended", permission="commissions.run")
def add_to_agenda(sitting: Sitting, *, actor, dossiers: Sequence[Dossier]) -> Effect:
    """Put dossiers at the end of the agenda, before the sitting opens."""
    if sitting.state not in {SittingState.PLANNED, SittingState.CONVENED}:
        raise TransitionRefused(_("L’ordre du jour ne change plus une fois la séance ouverte."), code="wrong_state")
    _add_items(sitting, dossiers)
    return Effect(data={"items": len(dossiers)})


def _add_items(sitting: Sitting, dossiers: Sequence[Dossier]) -> None:
    ready = set(ready_for(sitting.commission, sitting.campaign).values_list("pk", flat=True))
    carried = set(carried_over(sitting.commission).values_list("dossier", flat=True))
    for dossier in dossiers:
        if dossier.pk not in ready:
            raise TransitionRefused(
                _("%(dossier)s n’est pas prêt pour cette commission.") % {"dossier": dossier}, code="not_ready"
            )
        if not sitting.needs_quorum and dossier.pk not in carried:
            raise TransitionRefused(
                _("%(dossier)s n’a pas été reporté par une séance précédente : le quorum est requis.")
                % {"dossier": dossier},
                code="quorum_needed",
            )
    start = sitting.items.count()
    AgendaItem.objects.bulk_create(
        AgendaItem(sitting=sitting, dossier=dossier, position=start + n) for n, dossier in enumerate(dossiers, start=1)
    )


@SITTING_WORKFLOW.performs(SittingStep.CONVENE)
def convene(sitting: Sitting, *, actor) -> Effect:
    """Send the convocation; from now on members may declare for the dossiers."""
    return Effect(data={"items": sitting.items.count()})


@SITTING_WORKFLOW.performs(SittingStep.CANCEL)
def cancel(sitting: Sitting, *, actor) -> Effect:
    """Cancel a sitting; its dossiers may go on another agenda."""
    return Effect()


@act("member.declared", permission="commissions.declare")
def declare(item: AgendaItem, *, actor, is_recused: bool, reason: str = "") -> Effect:
    """Declare for a dossier before opening it; a known conflict recuses whatever is declared (rule 12)."""
    if Declaration.objects.filter(dossier=item.dossier, user=actor, is_recused=True).exists():
        raise TransitionRefused(_("Vous vous êtes retiré de ce dossier, définitivement."), code="recused_for_good")
    if item.sitting.state not in ANNOUNCED_STATES:
        raise TransitionRefused(_("Les déclarations s’ouvrent à la convocation de la séance."), code="not_convened")
    known = conflict_of_member(actor, item.dossier)
    recused = is_recused or bool(known)
    if recused and not (known or reason.strip()):
        raise DomainError(_("Indiquez le motif de votre retrait."), code="no_reason")
    Declaration.objects.update_or_create(
        dossier=item.dossier, user=actor, defaults={"is_recused": recused, "reason": (known or reason)[:300]}
    )
    actor.__dict__.pop("_declarations", None)
    return Effect(data={"member": str(actor.pk), "recused": recused})


@act("attendance.recorded", permission="commissions.record")
def record_attendance(sitting: Sitting, *, actor, rows: Mapping[Seat, tuple[str, Seat | None]]) -> Effect:
    """Record the presence of seats: seat → (presence, seat that carries the proxy or None); one proxy per holder."""
    if sitting.state not in {SittingState.CONVENED, SittingState.OPEN}:
        raise TransitionRefused(_("Les présences se notent pendant la séance."), code="wrong_state")
    physically = {
        seat.pk for seat, (presence, _proxy) in rows.items() if presence in {Presence.PRESENT, Presence.REMOTE}
    }
    for seat, (presence, proxy) in rows.items():
        if presence != Presence.PROXY:
            continue
        if proxy is not None and not proxy.is_voting:
            raise DomainError(
                _("%(seat)s n’a pas voix délibérative et ne porte pas de pouvoir.") % {"seat": proxy},
                code="proxy_no_vote",
            )
        if proxy is None or proxy.pk not in physically or proxy.pk == seat.pk:
            raise DomainError(
                _("Le pouvoir de %(seat)s doit être porté par un siège présent.") % {"seat": seat}, code="proxy_absent"
            )
    carriers = [proxy.pk for _presence, proxy in rows.values() if proxy]
    if len(carriers) != len(set(carriers)):
        raise DomainError(_("Un siège ne peut porter qu’un seul pouvoir."), code="two_proxies")
    sitting.attendance.all().delete()
    Attendance.objects.bulk_create(
        Attendance(
            sitting=sitting, seat=seat, presence=presence, proxy_to=proxy if presence == Presence.PROXY else None
        )
        for seat, (presence, proxy) in rows.items()
    )
    return Effect(data={"present": len(physically), "proxies": len(carriers)})


def dossiers_on_agenda(sitting: Sitting, **arguments) -> list[Dossier]:
    """The dossiers that an act on the whole sitting changes: locked at its start, in the order of the platform."""
    return [item.dossier for item in sitting.items.select_related("dossier__operation")]


@SITTING_WORKFLOW.performs(SittingStep.OPEN, locks=dossiers_on_agenda)
def open_sitting(sitting: Sitting, *, actor) -> Effect:
    """Open the sitting: the withdrawal of the dossiers it may award closes (rule 15)."""
    sitting.opened_at = clock.now()
    for item in sitting.items.select_related("dossier__stage", "sitting__commission"):
        dossier = lock(item.dossier)
        if dossier.state in CLOSED_STATES:
            continue
        dossier.notified_at = None
        if is_final(item):
            dossier.final_sitting_opened_at = sitting.opened_at
        dossier.save(update_fields=["notified_at", "final_sitting_opened_at"])
    return Effect(fields=["opened_at"])
