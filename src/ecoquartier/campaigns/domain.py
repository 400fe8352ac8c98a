"""What a stage asks, over plain facts. Pure functions: screens, guards and documents read them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from django.utils.translation import gettext as _

from ecoquartier.campaigns.enums import Section


class StageRules(Protocol):
    """The columns of a stage that decide what is missing."""

    rank: int
    sections: Collection[str]
    requires_meeting: bool
    requires_rank: int | None
    years_after_delivery: int


@dataclass(frozen=True)
class StageFacts:
    """What an operation and its notebook hold, as the person asking may know it.

    Args:
        held: ranks in force for the scope.
        answered: numbers of the commitments answered.
        commitments: numbers and short titles of the version, in order.
        missing_identity, missing_programme, missing_context: French names of empty fields.
        delivered_on: delivery of the last phase.
        on: the day on which conditions of time are counted (the filing deadline).
    """

    held: frozenset[int] = frozenset()
    has_meeting: bool = False
    has_charter: bool = False
    answered: frozenset[int] = frozenset()
    commitments: tuple[tuple[int, str], ...] = ()
    missing_identity: tuple[str, ...] = ()
    missing_programme: tuple[str, ...] = ()
    missing_context: tuple[str, ...] = ()
    delivered_on: date | None = None
    on: date = field(default=date.max)


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: its section, a full sentence, and the commitment when it is one."""

    section: str
    sentence: str
    commitment: int | None = None


def add_years(day: date, years: int) -> date:
    """The same day `years` later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def missing(stage: StageRules, facts: StageFacts) -> list[Missing]:
    """What an operation still lacks to file for a stage, in the order of the stage's sections (rules 1 and 5)."""
    found: list[Missing] = []
    if any(rank >= stage.rank for rank in facts.held):
        found.append(Missing("held", _("L’opération détient déjà cette étape, ou une étape supérieure.")))
    if stage.requires_rank and stage.requires_rank not in facts.held:
        found.append(Missing("held", _("L’opération doit d’abord détenir l’étape %(n)s.") % {"n": stage.requires_rank}))
    if stage.requires_meeting and not facts.has_meeting:
        found.append(Missing("meeting", _("La rencontre avec le correspondant n’a pas encore eu lieu.")))
    if stage.years_after_delivery:
        found += _delivery(stage, facts)
    lists = {
        Section.IDENTITY: facts.missing_identity,
        Section.PROGRAMME: facts.missing_programme,
        Section.CONTEXT: facts.missing_context,
    }
    for section in stage.sections:
        if section == Section.CHARTER and not facts.has_charter:
            found.append(Missing(section, _("La charte n’est pas encore signée par la collectivité.")))
        elif section == Section.ANSWERS:
            found += [
                Missing(section, _("L’engagement %(n)s (%(t)s) attend une réponse.") % {"n": n, "t": title}, n)
                for n, title in facts.commitments
                if n not in facts.answered
            ]
        elif section == Section.DELIVERY and facts.delivered_on is None and not stage.years_after_delivery:
            found.append(Missing(section, _("La date de livraison n’est pas renseignée.")))
        else:
            found += [
                Missing(section, _("«\u00a0%(name)s\u00a0» n’est pas renseigné.") % {"name": name})
                for name in lists.get(section, ())
            ]
    return found


def _delivery(stage: StageRules, facts: StageFacts) -> list[Missing]:
    if facts.delivered_on is None:
        return [Missing(Section.DELIVERY, _("La date de livraison de la dernière tranche n’est pas renseignée."))]
    ready = add_years(facts.delivered_on, stage.years_after_delivery)
    if facts.on >= ready:
        return []
    return [
        Missing(
            Section.DELIVERY,
            _("Il faut %(n)s ans après la livraison complète\u00a0: cette étape sera possible le %(day)s.")
            % {"n": stage.years_after_delivery, "day": ready.strftime("%d/%m/%Y")},
        )
    ]
