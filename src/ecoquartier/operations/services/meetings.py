"""The meeting of the holder with the correspondent: asked for, held, or waived when it was not held in time."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecoquartier.campaigns.queries import meeting_delay
from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError, TransitionRefused
from ecoquartier.core.text import long_date
from ecoquartier.operations import messages
from ecoquartier.operations.models import Operation
from ecoquartier.operations.queries import why_not_kept
from ecoquartier.workflow.engine import Effect, act

# Of the first call for ÉcoQuartiers: an earlier year is a typing error.
FIRST_YEAR = 2008


def is_meeting_awaited(operation: Operation) -> str | None:
    """It was neither held nor waived."""
    if operation.met_on:
        return _("La rencontre a eu lieu le %(day)s.") % {"day": long_date(operation.met_on)}
    if operation.meeting_waived_on:
        return _("Le bureau national a dispensé l’opération de cette rencontre.")
    return None


def is_meeting_to_ask(operation: Operation) -> str | None:
    """It is asked for once."""
    if operation.meeting_asked_on:
        return _("La rencontre est déjà demandée, depuis le %(day)s.") % {"day": long_date(operation.meeting_asked_on)}
    return None


def is_meeting_overdue(operation: Operation) -> str | None:
    """It was asked for, and not held in the days that the stage leaves."""
    if operation.meeting_asked_on is None:
        return _("La rencontre n’a pas été demandée.")
    days = meeting_delay().first()
    if days is None:
        return _("Aucune étape ne demande cette rencontre.")
    if clock.today() <= operation.meeting_asked_on + timedelta(days=days):
        said = ngettext(
            "Le correspondant a %(n)s jour pour tenir la rencontre, demandée le %(day)s.",
            "Le correspondant a %(n)s jours pour tenir la rencontre, demandée le %(day)s.",
            days,
        )
        return said % {"n": days, "day": long_date(operation.meeting_asked_on)}
    return None


@act(
    "operation.meeting_asked",
    permission="operations.ask_meeting",
    guards=(why_not_kept, is_meeting_awaited, is_meeting_to_ask),
    notices=(messages.MEETING_TO_CORRESPONDENT,),
)
def ask_meeting(operation: Operation, *, actor) -> Effect:
    """Ask the correspondent for a meeting (a condition of the first stage)."""
    operation.meeting_asked_on = clock.today()
    return Effect(fields=["meeting_asked_on"])


@act("operation.met", permission="operations.accompany", guards=(why_not_kept,))
def record_meeting(operation: Operation, *, actor, met_on: date) -> Effect:
    """Note the day on which the correspondent met the holder."""
    if met_on > clock.today():
        raise TransitionRefused(_("La rencontre ne peut pas être à venir."), code="meeting_in_future")
    if met_on.year < FIRST_YEAR:
        raise TransitionRefused(
            _("Les premières rencontres datent de %(year)s\u00a0: vérifiez l’année.") % {"year": FIRST_YEAR},
            code="meeting_too_old",
        )
    operation.met_on = met_on
    return Effect(fields=["met_on"])


@act(
    "operation.meeting_waived",
    permission="operations.waive_meeting",
    guards=(why_not_kept, is_meeting_awaited, is_meeting_overdue),
    notices=(messages.MEETING_WAIVED,),
)
def waive_meeting(operation: Operation, *, actor, reason: str) -> Effect:
    """Do without a meeting that was asked for and not held in time."""
    if not reason.strip():
        raise DomainError(_("Un motif est demandé."), code="no_reason")
    operation.meeting_waived_on = clock.today()
    return Effect(fields=["meeting_waived_on"], detail={"reason": reason})
