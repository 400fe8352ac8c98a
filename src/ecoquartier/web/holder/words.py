"""How the holder's pages say figures, hours and stages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from ecoquartier.campaigns.domain import scheme_label
from ecoquartier.core import clock
from ecoquartier.core.text import french_list, long_date, place_words
from ecoquartier.operations.enums import RecommendationState
from ecoquartier.operations.models import Operation, Recommendation, StageHistory
from ecoquartier.web.templatetags.components import BLOCKS, figure

NBSP = "\u00a0"
RECOMMENDATION_TONES = {
    RecommendationState.ISSUED: "wait",
    RecommendationState.ANSWERED: "info",
    RecommendationState.LIFTED: "ok",
    RecommendationState.MAINTAINED: "wait",
}


def with_unit(value: int | Decimal | None, unit: str) -> str:
    """A figure and its unit, « 12,5 ha »; nothing when there is no figure."""
    if value is None:
        return ""
    bare = value if isinstance(value, int) else Decimal(f"{value.normalize():f}")
    return f"{figure(bare)}{NBSP}{unit}" if unit else figure(bare)


def share(part: int | None, whole: int | None) -> str:
    """A part in percent of the whole, « 38 % »; nothing when it has no meaning."""
    if part is None or not whole:
        return ""
    percent = round(100 * part / whole)
    return _("moins d’un pour cent") if part and not percent else f"{percent}{NBSP}%"


def formerly(name: str, former: Sequence[str] | None) -> str:
    """A name with those that it replaces, « Val-de-Moine (anciennement Saint-Martin) »."""
    if not former:
        return name
    return _("%(name)s (anciennement %(former)s)") % {"name": name, "former": french_list(former)}


def commune(operation: Operation) -> str:
    """The lead commune, with what it was when the operation followed it into another."""
    former = operation.former_commune
    return formerly(operation.lead_commune.name, [former.name] if former else None)


def place(operation: Operation) -> str:
    """The commune with its county and region, as on the public pages."""
    county = operation.lead_commune.county
    return place_words(operation.lead_commune.name, county.name, county.region.name)


def hour(moment: datetime) -> str:
    """The hour in Paris, « 14 h 32 »."""
    local = timezone.localtime(moment)
    return f"{local.hour}{NBSP}h{NBSP}{local.minute:02}"


def saved(moment: datetime) -> str:
    """When a text was saved: the hour today, the day before that."""
    day = timezone.localdate(moment)
    if day == clock.today():
        return _("Enregistré à %(hour)s") % {"hour": hour(moment)}
    return _("Enregistré le %(day)s à %(hour)s") % {"day": long_date(day), "hour": hour(moment)}


def stage_label(row: StageHistory) -> str:
    """A stage held and its year: never just « labellisé »."""
    return _("Étape %(rank)s, %(name)s (%(year)s)") % {"rank": row.rank, "name": row.name, "year": row.year}


def stage_line(row: StageHistory) -> dict:
    """What the stage mark and its words need; `told` says that it is not published yet."""
    return {
        "rank": row.rank,
        "total": max(BLOCKS, row.rank),
        "label": stage_label(row),
        "scheme": scheme_label(row.scheme_title),
        "told": row.published_at is None,
    }


def marks_of(recommendation: Recommendation) -> list[tuple[str, str]]:
    """(words, tone) of what it is tied to, of the date of a *réserve*, of where it stands."""
    marks = [(str(recommendation.commitment or _("sur l’ensemble")), "neutral")]
    if recommendation.due_on:
        tone = "bad" if recommendation.is_overdue else "neutral"
        marks.append((_("réserve à lever avant le %(day)s") % {"day": long_date(recommendation.due_on)}, tone))
    return [
        *marks,
        (recommendation.get_state_display(), RECOMMENDATION_TONES[RecommendationState(recommendation.state)]),
    ]
