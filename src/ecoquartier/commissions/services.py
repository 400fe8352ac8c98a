"""Acts of commissions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecoquartier.campaigns.models import Campaign
from ecoquartier.commissions import messages
from ecoquartier.commissions.domain import carries
from ecoquartier.commissions.enums import Level, Outcome, Presence, SittingState, SittingStep, VoteMode
from ecoquartier.commissions.models import (
    AgendaItem,
    Attendance,
    Commission,
    Declaration,
    ItemRecommendation,
    Seat,
    Sitting,
)
from ecoquartier.commissions.predicates import ANNOUNCED_STATES, conflict_of_member
from ecoquartier.commissions.queries import (
    allowed_outcomes,
    carried_over,
    draft_minutes,
    is_final,
    quorum_of,
    ready_for,
    recommendations_of,
)
from ecoquartier.commissions.workflow import SITTING_WORKFLOW
from ecoquartier.core import clock
from ecoquartier.core.canonical import sha256_hex
from ecoquartier.core.errors import DomainError, TransitionRefused
from ecoquartier.dossiers.enums import CLOSED_STATES, Step
from ecoquartier.dossiers.models import Dossier
from ecoquartier.dossiers.services import close_scope, enter
from ecoquartier.dossiers.workflow import DOSSIER_WORKFLOW
from ecoquartier.journal.enums import Release
from ecoquartier.notifications import services as outbox
from ecoquartier.operations.services import issue_recommendations
from ecoquartier.workflow.engine import Effect, act, lock, with_arguments

STEP_OF = {
    Outcome.PROPOSE: Step.PROPOSE,
    Outcome.AWARD: Step.AWARD,
    Outcome.ADJOURN: Step.ADJOURN,
    Outcome.REFER: Step.REFER,
    Outcome.SEND_BACK: Step.SEND_BACK,
}


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


def _check_decision(item: AgendaItem, outcome: str, reasons: str, support: str, recommendations: Sequence) -> None:
    if item.sitting.state != SittingState.OPEN:
        raise TransitionRefused(_("La séance n’est pas ouverte."), code="not_open")
    if item.dossier.state in CLOSED_STATES:
        raise TransitionRefused(_("Cette candidature a été retirée ou close."), code="not_in_commission")
    if outcome not in allowed_outcomes(item):
        raise DomainError(_("Cette commission ne peut pas rendre cet avis."), code="outcome_not_allowed")
    if outcome == Outcome.CARRY_OVER:
        return
    state = quorum_of(item)
    if item.sitting.needs_quorum and not state.is_reached:
        raise TransitionRefused(
            ngettext(
                "Le quorum n’est pas atteint : %(present)s siège présent, %(required)s requis.",
                "Le quorum n’est pas atteint : %(present)s sièges présents, %(required)s requis.",
                state.present,
            )
            % {"present": state.present, "required": state.required},
            code="quorum_missing",
        )
    if not reasons.strip():
        raise DomainError(_("Les motifs sont demandés."), code="no_reasons")
    if outcome == Outcome.ADJOURN and (not recommendations or not support.strip()):
        raise DomainError(
            _("Un ajournement demande au moins une recommandation et l’accompagnement proposé."),
            code="adjourn_without_help",
        )


@act("item.decided", permission="commissions.record", release=Release.NOTIFIED)
def record_outcome(
    item: AgendaItem,
    *,
    actor,
    outcome: str,
    reasons: str = "",
    support: str = "",
    mode: str = VoteMode.CONSENSUS,
    votes: tuple[int, int, int] | None = None,
    chair_is_for: bool = False,
    recommendations: Sequence[tuple[int | None, str]] = (),
) -> Effect:
    """Record, or record again while the sitting is open, the outcome on one item (rules 11 and 13).

    Args:
        votes: (for, against, abstentions) of a show of hands, on the outcome recorded.
        chair_is_for: the chair's vote, which breaks a tie.
        recommendations: (id of the commitment or None, text).

    Raises:
        TransitionRefused: the sitting is not open, the dossier left, the quorum is missing.
        DomainError: something is missing, or the vote does not carry the outcome.
    """
    recommendations = [(c, text) for c, text in recommendations if text.strip()]
    _check_decision(item, outcome, reasons, support, recommendations)
    is_voted = mode == VoteMode.HANDS and outcome != Outcome.CARRY_OVER
    counts = votes if is_voted else None
    if is_voted:
        if counts is None:
            raise DomainError(_("Indiquez le nombre de voix."), code="no_votes")
        present = quorum_of(item).present
        if sum(counts) != present:
            raise DomainError(
                _("Le total des voix (%(votes)s) doit être celui des sièges présents (%(present)s).")
                % {"votes": sum(counts), "present": present},
                code="votes_do_not_add_up",
            )
        if not carries(votes_for=counts[0], votes_against=counts[1], chair_is_for=chair_is_for):
            raise DomainError(_("Ce vote ne donne pas la majorité à l’avis enregistré."), code="no_majority")
    item.outcome, item.reasons, item.support = outcome, reasons, support
    # Nothing was voted on a dossier carried over.
    item.mode = "" if outcome == Outcome.CARRY_OVER else mode
    item.votes_for, item.votes_against, item.abstentions = counts or (None, None, None)
    item.decided_at = clock.now()
    item.recommendations.all().delete()
    ItemRecommendation.objects.bulk_create(
        ItemRecommendation(item=item, commitment_id=commitment, text=text) for commitment, text in recommendations
    )
    return Effect(
        fields=[
            "outcome",
            "reasons",
            "support",
            "mode",
            "votes_for",
            "votes_against",
            "abstentions",
            "decided_at",
        ],
        data={"outcome": str(outcome), "sitting": str(item.sitting_id)},
    )


@SITTING_WORKFLOW.performs(SittingStep.CLOSE)
def close_sitting(sitting: Sitting, *, actor) -> Effect:
    """Close the sitting; the minutes wait for the chair's signature."""
    sitting.closed_at = clock.now()
    return Effect(fields=["closed_at"])


@SITTING_WORKFLOW.performs(SittingStep.SIGN, locks=dossiers_on_agenda)
def sign_minutes(sitting: Sitting, *, actor) -> Effect:
    """Sign and lock the minutes: outcomes are decided now; those of a region are told at once (rules 14 and 15)."""
    sitting.minutes = draft_minutes(sitting)
    sitting.minutes_sha256 = sha256_hex(sitting.minutes.encode())
    sitting.signed_by, sitting.signed_at = actor, clock.now()
    return Effect(
        fields=["minutes", "minutes_sha256", "signed_by", "signed_at"],
        data={"sha256": sitting.minutes_sha256},
        then=lambda: _apply(sitting, actor),
    )


def _apply(sitting: Sitting, actor) -> None:
    for item in sitting.items.select_related("dossier__operation").order_by("position"):
        if item.dossier.state in CLOSED_STATES or item.outcome not in STEP_OF:
            _release(item)
            continue
        DOSSIER_WORKFLOW.follow(
            STEP_OF[Outcome(item.outcome)], item.dossier, cause="minutes.signed", actor=actor, item=item
        )
        issue_recommendations(
            item.dossier.operation,
            item.recommendations.values_list("commitment_id", "text"),
            issuer=sitting.commission.name,
            issued_on=clock.today(),
            source_id=item.pk,
        )
        if sitting.commission.level == Level.REGIONAL and item.outcome != Outcome.AWARD:
            notify(item)
        else:
            outbox.post(messages.OUTCOME_TO_HOLDER, item.dossier, draft=True)


def _release(item: AgendaItem) -> None:
    """A carried-over dossier may be withdrawn again until another final sitting opens."""
    if item.outcome == Outcome.CARRY_OVER:
        dossier = lock(item.dossier)
        dossier.final_sitting_opened_at = None
        dossier.save(update_fields=["final_sitting_opened_at"])


def notify(item: AgendaItem) -> None:
    """Tell holder and collectivité the outcome of a signed item, its synthesis and recommendations, in confidence."""
    dossier = lock(item.dossier)
    if dossier.notified_at:
        return
    dossier.notified_at = clock.now()
    if item.outcome == Outcome.SEND_BACK:
        dossier.final_sitting_opened_at = None
    dossier.save(update_fields=["notified_at", "final_sitting_opened_at"])
    recommendations_of(item).update(notified_at=dossier.notified_at)
    outbox.post(messages.OUTCOME_TO_HOLDER, dossier)


@with_arguments
def minutes_are_signed(dossier: Dossier, *, actor, item: AgendaItem) -> str | None:
    """Rule 16: an outcome rests on signed minutes of this very dossier."""
    if item.dossier_id != dossier.pk or item.sitting.signed_at is None:
        return _("Le procès-verbal n’est pas signé.")
    return None


@DOSSIER_WORKFLOW.performs(Step.PROPOSE, guards=(minutes_are_signed,))
def propose(dossier: Dossier, *, actor, item: AgendaItem) -> Effect:
    """The region proposes the label."""
    return Effect(fields=enter(dossier), data={"item": str(item.pk)})


@DOSSIER_WORKFLOW.performs(Step.REFER, guards=(minutes_are_signed,))
def refer(dossier: Dossier, *, actor, item: AgendaItem) -> Effect:
    """The region could not rule: the nation will."""
    return Effect(fields=enter(dossier), data={"item": str(item.pk)})


@DOSSIER_WORKFLOW.performs(Step.ADJOURN, guards=(minutes_are_signed,))
def adjourn(dossier: Dossier, *, actor, item: AgendaItem) -> Effect:
    """Adjourn, with recommendations and the support proposed."""
    close_scope(dossier)
    return Effect(fields=enter(dossier), data={"item": str(item.pk)})


@DOSSIER_WORKFLOW.performs(Step.SEND_BACK, guards=(minutes_are_signed,))
def send_back(dossier: Dossier, *, actor, item: AgendaItem) -> Effect:
    """The nation sends the dossier back to its region; it may be withdrawn again once the holder is told (rule 15)."""
    return Effect(fields=enter(dossier), data={"item": str(item.pk)})
