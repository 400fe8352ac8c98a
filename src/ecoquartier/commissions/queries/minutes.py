"""The minutes of a sitting, written from what it recorded (rule 14)."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecoquartier.commissions.enums import Presence, VoteMode
from ecoquartier.commissions.models import AgendaItem, ItemRecommendation, Sitting
from ecoquartier.commissions.queries.rooms import Room, room_of
from ecoquartier.core.text import long_date
from ecoquartier.dossiers.enums import DossierState
from ecoquartier.framework.models import Commitment

WRITTEN = ("recommendations__commitment", "settlements__recommendation__commitment")
"""What `said_of` reads of an item, to prefetch."""


def draft_minutes(sitting: Sitting, hidden: Collection[UUID] = ()) -> str:
    """The minutes as they stand, written from what the sitting recorded (rule 14).

    Args:
        hidden: items whose passage their reader may not know (recused, or not declared); each keeps one line.
    """
    room = room_of(sitting)
    lines = [
        _("Procès-verbal de la séance du %(day)s") % {"day": long_date(sitting.held_on)},
        str(sitting.commission),
        _("Campagne %(year)s") % {"year": sitting.campaign_id},
        "",
        _("Présences"),
        *(f"– {place.seat} : {place.words or Presence.ABSENT.label}" for place in room.places()),
    ]
    items = sitting.items.select_related("dossier__operation__lead_commune", "dossier__stage").prefetch_related(
        *WRITTEN
    )
    for item in items:
        lines += ["", *([_hidden_line(item)] if item.pk in hidden else _minutes_of(item, room))]
    return "\n".join(lines)


def _hidden_line(item: AgendaItem) -> str:
    return _("Point %(n)s : ce passage ne vous est pas ouvert.") % {"n": item.position}


def _minutes_of(item: AgendaItem, room: Room) -> list[str]:
    dossier = item.dossier
    commune = dossier.operation.lead_commune.name
    lines = [
        _("Point %(n)s : %(operation)s (%(commune)s), %(stage)s")
        % {"n": item.position, "operation": dossier.operation, "commune": commune, "stage": dossier.stage}
    ]
    if dossier.state in {DossierState.WITHDRAWN, DossierState.CLOSED}:
        return [*lines, _("Candidature retirée : la commission ne se prononce pas.")]
    state = room.quorum(dossier.pk)
    lines.append(
        ngettext(
            "Quorum : %(present)s siège présent sur %(seats)s, %(required)s requis.",
            "Quorum : %(present)s sièges présents sur %(seats)s, %(required)s requis.",
            state.present,
        )
        % {"present": state.present, "seats": state.seats, "required": state.required}
    )
    lines += [
        _("%(name)s s’est retiré(e) et n’a pas pris part.") % {"name": place.seat}
        for place in room.places(dossier.pk)
        if place.is_recused
    ]
    return [*lines, *said_of(item)]


def said_of(item: AgendaItem) -> list[str]:
    """The lines of the minutes on what was said of one dossier: outcome, vote, reasons, support, recommendations."""
    said = item.get_outcome_display() or _("non rendu")
    return [_("Avis : %(outcome)s.") % {"outcome": said}, *_vote_of(item), *_words_of(item)]


def _vote_of(item: AgendaItem) -> list[str]:
    if item.mode == VoteMode.HANDS:
        return [
            _("Vote à main levée : pour %(for)s, contre %(against)s, abstentions %(abstentions)s.")
            % {"for": item.votes_for, "against": item.votes_against, "abstentions": item.abstentions}
        ]
    return [_("Avis rendu par consensus.")] if item.mode else []


def _words_of(item: AgendaItem) -> list[str]:
    lines = [_("Motifs : %(text)s") % {"text": item.reasons}] if item.reasons else []
    if item.support:
        lines.append(_("Accompagnement proposé : %(text)s") % {"text": item.support})
    lines += [_asked(row) for row in item.recommendations.all()]
    for row in item.settlements.all():
        values = {
            "on": _on(row.recommendation.commitment),
            "settlement": row.get_settlement_display(),
            "text": row.text,
        }
        lines.append(_("Recommandation antérieure%(on)s, %(settlement)s : %(text)s") % values)
        if row.words:
            lines.append(_("Ce que la commission en dit : %(words)s") % {"words": row.words})
    return lines


def _asked(row: ItemRecommendation) -> str:
    values = {"on": _on(row.commitment), "text": row.text}
    if row.due_on is None:
        return _("Recommandation%(on)s : %(text)s") % values
    return _("Réserve%(on)s, à lever avant le %(day)s : %(text)s") % {**values, "day": long_date(row.due_on)}


def _on(commitment: Commitment | None) -> str:
    return f" ({commitment})" if commitment else ""
