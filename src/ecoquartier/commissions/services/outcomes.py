"""What a sitting says of one dossier, and of the recommendations that it answers (rules 11 and 13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecoquartier.commissions.domain import carries
from ecoquartier.commissions.enums import Outcome, Settlement, SittingState, VoteMode
from ecoquartier.commissions.models import AgendaItem, ItemRecommendation, ItemSettlement
from ecoquartier.commissions.queries import allowed_outcomes, deposited_recommendations, quorum_of
from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError, TransitionRefused
from ecoquartier.dossiers.enums import CLOSED_STATES
from ecoquartier.journal.enums import Release
from ecoquartier.workflow.engine import Effect, act

Asked = tuple[int | None, str]
"""(id of the commitment or None, text)."""


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


def _check_reservations(outcome: str, reservations: Sequence[tuple[int | None, str, date]]) -> None:
    if reservations and outcome != Outcome.AWARD:
        raise DomainError(_("Une réserve accompagne l’attribution du label."), code="reservation_without_label")
    for _commitment, text, due_on in reservations:
        if not text.strip():
            raise DomainError(_("Écrivez ce que demande la réserve."), code="empty_reservation")
        if due_on <= clock.today():
            raise DomainError(_("Une réserve se lève à une date à venir."), code="due_in_past")


def _settled(item: AgendaItem, settlements: Sequence[tuple[UUID, str, str]]) -> list[ItemSettlement]:
    """The rows to write, each resting on a recommendation that the deposit quotes and nobody has lifted."""
    if not settlements:
        return []
    deposited = {found.recommendation.pk: found.recommendation for found in deposited_recommendations(item)}
    rows = []
    for pk, settlement, words in settlements:
        if pk not in deposited:
            raise DomainError(
                _("Cette recommandation n’est pas au dépôt, ou elle est déjà levée."), code="not_deposited"
            )
        if settlement == Settlement.MAINTAIN and not words.strip():
            raise DomainError(_("Dites pourquoi la recommandation est maintenue."), code="no_words")
        rows.append(
            ItemSettlement(
                item=item, recommendation_id=pk, text=deposited[pk].text, settlement=settlement, words=words.strip()
            )
        )
    return rows


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
    recommendations: Sequence[Asked] = (),
    reservations: Sequence[tuple[int | None, str, date]] = (),
    settlements: Sequence[tuple[UUID, str, str]] = (),
) -> Effect:
    """Record, or record again while the sitting is open, the outcome on one item (rules 11 and 13).

    Args:
        votes: (for, against, abstentions) of a show of hands, on the outcome recorded.
        chair_is_for: the chair's vote, which breaks a tie.
        recommendations: (id of the commitment or None, text).
        reservations: those under which a label is awarded: the same, and the day by which to lift each.
        settlements: (id of a recommendation quoted by the deposit, lifted or maintained, words); the others stay as
            they are.

    Raises:
        TransitionRefused: the sitting is not open, the dossier left, the quorum is missing.
        DomainError: something is missing, or the vote does not carry the outcome.
    """
    asked = [(c, text, None) for c, text in recommendations if text.strip()]
    _check_decision(item, outcome, reasons, support, asked)
    if outcome == Outcome.CARRY_OVER:
        reservations = settlements = ()
    _check_reservations(outcome, reservations)
    settled = _settled(item, settlements)
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
        ItemRecommendation(item=item, commitment_id=commitment, text=text, due_on=due_on)
        for commitment, text, due_on in [*reservations, *asked]
    )
    item.settlements.all().delete()
    ItemSettlement.objects.bulk_create(settled)
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
