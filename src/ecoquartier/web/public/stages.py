"""Words about stages and dates that several public pages share."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecoquartier.campaigns.domain import open_on, period_sentence, stage_label
from ecoquartier.campaigns.models import Campaign
from ecoquartier.core import clock
from ecoquartier.directory.models import DirectoryRow
from ecoquartier.operations.enums import OperationState


def held_label(row: DirectoryRow) -> str:
    """What an operation of the directory holds, with its year: never just « labellisé »."""
    if row.stage:
        held = _("%(stage)s (%(year)s)") % {"stage": stage_label(row.stage, row.stage_name), "year": row.year}
        return for_phases(held, row.stage_phases)
    if row.charter_year:
        return _("charte signée (%(year)s)") % {"year": row.charter_year}
    return _("charte signée")


class Kind(NamedTuple):
    """What an operation of the directory is, in words, and the title of its frame, with its name."""

    words: str
    frame: str


def kind_of(row: DirectoryRow) -> Kind:
    """An ÉcoQuartier once it holds a stage; without one, engaged no more once abandoned."""
    if row.stage:
        return Kind(_("ÉcoQuartier"), _("Label ÉcoQuartier\u00a0: %(name)s") % {"name": row.name})
    if row.state == OperationState.ABANDONED:
        frame = _("Opération abandonnée\u00a0: %(name)s") % {"name": row.name}
        return Kind(_("Ancienne opération de la démarche ÉcoQuartier"), frame)
    frame = _("Opération engagée\u00a0: %(name)s") % {"name": row.name}
    return Kind(_("Opération engagée dans la démarche ÉcoQuartier"), frame)


def for_phases(words: str, phases: Sequence[str]) -> str:
    """The words of a stage, then the phases to which it was given; alone for the whole operation."""
    if not phases:
        return words
    return _("%(stage)s\u00a0: %(phases)s") % {"stage": words, "phases": listed(phases)}


def listed(names: Iterable[str]) -> str:
    """Names, in which there may be commas, one after another."""
    return "\u00a0; ".join(names)


def days_left(day: date) -> str:
    """« dans 38 jours »."""
    days = (day - clock.today()).days
    if days == 0:
        return _("aujourd’hui")
    if days == 1:
        return _("demain")
    return ngettext("dans %(n)s\u00a0jour", "dans %(n)s\u00a0jours", days) % {"n": days}


def going_on(campaign: Campaign) -> list[dict[str, str]]:
    """What is open today in a campaign, and how long it still lasts; nothing once it is closed."""
    if campaign.closed_at:
        return []
    return [
        {"sentence": period_sentence(period), "left": days_left(period.ends)}
        for period in open_on(campaign.days, clock.today())
    ]
