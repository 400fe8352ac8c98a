"""What the pages of commissions say in the same words."""

from __future__ import annotations

from django.shortcuts import resolve_url
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.commissions.enums import Outcome, Settlement, SittingState, SittingStep
from ecoquartier.commissions.models import AgendaItem, Sitting
from ecoquartier.core.text import long_date

SITTINGS = (gettext_lazy("Commissions"), "commission:sittings")

TONES = {
    SittingState.PLANNED: "neutral",
    SittingState.CONVENED: "info",
    SittingState.OPEN: "wait",
    SittingState.CLOSED: "wait",
    SittingState.MINUTED: "ok",
    SittingState.CANCELLED: "bad",
}
OUTCOME_TONES = {
    Outcome.PROPOSE: "ok",
    Outcome.AWARD: "ok",
    Outcome.ADJOURN: "wait",
    Outcome.REFER: "info",
    Outcome.SEND_BACK: "info",
    Outcome.CARRY_OVER: "neutral",
}
HINTS = {
    Outcome.PROPOSE: gettext_lazy("La commission nationale décidera."),
    Outcome.AWARD: gettext_lazy("Le label est attribué à la signature du procès-verbal."),
    Outcome.ADJOURN: gettext_lazy("Avec au moins une recommandation et un accompagnement."),
    Outcome.REFER: gettext_lazy("La commission nationale se prononcera seule."),
    Outcome.SEND_BACK: gettext_lazy("La région examine à nouveau la candidature."),
    Outcome.CARRY_OVER: gettext_lazy("Aucun avis aujourd’hui."),
}
"""What each outcome leads to, under its name."""

SETTLE = {Settlement.LIFT: gettext_lazy("La lever"), Settlement.MAINTAIN: gettext_lazy("La maintenir")}
"""What a commission may make of an earlier recommendation, as on the form."""

STEP_PAGES = {
    SittingStep.CONVENE: "commission:convene",
    SittingStep.OPEN: "commission:open",
    SittingStep.CLOSE: "commission:close",
    SittingStep.SIGN: "commission:minutes",
    SittingStep.CANCEL: "commission:cancel",
}


def sitting_title(sitting: Sitting) -> str:
    """« Séance du 16 septembre 2027 »."""
    return _("Séance du %(day)s") % {"day": long_date(sitting.held_on)}


def state_badge(sitting: Sitting) -> tuple[str, str]:
    """(words, tone) of a sitting's state."""
    return sitting.get_state_display(), TONES[SittingState(sitting.state)]


def outcome_badge(item: AgendaItem) -> tuple[str, str] | None:
    """(words, tone) of an outcome; None while there is none."""
    if not item.outcome:
        return None
    return capfirst(item.get_outcome_display()), OUTCOME_TONES[Outcome(item.outcome)]


def place_of(item: AgendaItem) -> str:
    """« Les Tanneries, Laval »."""
    operation = item.dossier.operation
    return f"{operation.name}, {operation.lead_commune.name}"


def sitting_crumbs(sitting: Sitting) -> list[tuple[str, str]]:
    """Pages above those of one sitting."""
    return [SITTINGS, (sitting_title(sitting), resolve_url("commission:sitting", pk=sitting.pk))]
