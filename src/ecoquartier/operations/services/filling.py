"""What a duplicate says and the sheet that stays does not: taken at a merger, as a draft is at the end of a claim."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecoquartier.core.text import french_list, sort_key
from ecoquartier.framework.domain.vocabulary import figures
from ecoquartier.operations.domain.drafts import EMPTY
from ecoquartier.operations.models import PHASE_DATES, SHEET_FIELDS, Operation, Phase
from ecoquartier.operations.queries import label_of
from ecoquartier.operations.services.drafts import refused_by
from ecoquartier.operations.services.phases import MAX_PHASES
from ecoquartier.operations.services.sheet import SOURCE_OF_FIGURES, columns_of, keep_changes, write_sheet


@dataclass(frozen=True)
class Filling:
    """What enters the sheet that stays; what it says already does not change, but for the source of its figures.

    Args:
        values: field → what is written.
        taken: the fields that change by it.
        emptied: the source and the date that leave, when figures of two sources meet.
        left: field → why it cannot be taken.
        phases: those that the sheet does not have, by their names, copied.
        dated: phases that it has, with the dates that they lacked.
    """

    values: dict[str, Any]
    taken: list[str]
    emptied: list[str]
    left: dict[str, list[str]]
    phases: list[Phase]
    dated: list[Phase]

    def counts(self) -> dict[str, int]:
        """How much of each kind, for the journal."""
        return {"fields": len(self.taken), "phases": len(self.phases) + len(self.dated)}

    def sentences(self) -> list[str]:
        """What enters, as the bureau reads it before it acts."""
        said = []
        if self.taken:
            names = french_list([label_of(name) for name in self.taken])
            said.append(
                _("La fiche gardée prend de l’autre ce qu’elle ne dit pas\u00a0: %(names)s.") % {"names": names}
            )
        if self.emptied:
            names = french_list([label_of(name) for name in self.emptied])
            said.append(
                _("Ce qui ne vaut plus pour tous les chiffres s’efface de la fiche gardée\u00a0: %(names)s.")
                % {"names": names}
            )
        for name, why in self.left.items():
            words = {"name": label_of(name), "why": " ".join(why)}
            said.append(_("La fiche gardée ne peut pas prendre «\u00a0%(name)s\u00a0»\u00a0: %(why)s") % words)
        if self.phases:
            found: dict[str, Any] = {"n": len(self.phases), "names": french_list([phase.name for phase in self.phases])}
            said.append(
                ngettext(
                    "%(n)s tranche que la fiche gardée n’a pas lui est ajoutée\u00a0: %(names)s.",
                    "%(n)s tranches que la fiche gardée n’a pas lui sont ajoutées\u00a0: %(names)s.",
                    len(self.phases),
                )
                % found
            )
        if self.dated:
            names = french_list([phase.name for phase in self.dated])
            said.append(
                _("Les tranches de la fiche gardée prennent les dates qui leur manquent\u00a0: %(names)s.")
                % {"names": names}
            )
        return said


def filling_of(duplicate: Operation, into: Operation) -> Filling:
    """What the duplicate would bring to the sheet that stays; nothing is written."""
    values = _lacking(duplicate, into)
    left = refused_by(into, values)
    values = {name: value for name, value in values.items() if name not in left}
    try:
        write_sheet(copy.deepcopy(into), values)
    except ValidationError as error:
        # A figure taken makes one that is there impossible: the figures of both do not go together.
        apart = figures().keys() & values.keys()
        left |= dict.fromkeys(sorted(apart), error.messages)
        values = {name: value for name, value in values.items() if name not in apart}
    if figures().keys() & values.keys():
        values |= _source(duplicate, into)
    sheet = copy.deepcopy(into)
    before = write_sheet(sheet, values)
    emptied = [name for name in before if sheet.value_of(name) in EMPTY]
    phases, dated = _phases(duplicate, into)
    taken = [name for name in before if name not in emptied]
    return Filling(values, taken, emptied, left, phases, dated)


def _lacking(duplicate: Operation, into: Operation) -> dict[str, Any]:
    """Field → what the duplicate says where the other says nothing; of actors, and of what « autre » is, each kind.

    The source and the date of the figures are apart: they go with the figures.
    """
    values: dict[str, Any] = {}
    for name in SHEET_FIELDS:
        kept, said = into.value_of(name), duplicate.value_of(name)
        if name in SOURCE_OF_FIGURES:
            continue
        if isinstance(said, dict):
            if said.keys() - kept.keys():
                values[name] = {**said, **kept}
        elif kept in EMPTY and said not in EMPTY:
            values[name] = said
    return values


def _source(duplicate: Operation, into: Operation) -> dict[str, Any]:
    """The source and the date of the figures together: those that hold for all of them."""
    if not into.figures:
        return {name: duplicate.value_of(name) for name in SOURCE_OF_FIGURES}
    return {
        name: into.value_of(name) if into.value_of(name) == duplicate.value_of(name) else nothing
        for name, nothing in SOURCE_OF_FIGURES.items()
    }


def _phases(duplicate: Operation, into: Operation) -> tuple[list[Phase], list[Phase]]:
    """The phases that the sheet lacks, copied; those that it has, with the dates that they lacked. Nothing is saved."""
    held = {sort_key(phase.name): phase for phase in into.phases.all()}
    theirs = list(duplicate.phases.all())
    new, dated = [], []
    for phase in theirs:
        dates = {name: getattr(phase, name) for name in PHASE_DATES}
        known = held.get(sort_key(phase.name))
        if known is None:
            # The only phase, without a date, says nothing: every operation has one.
            if len(theirs) > 1 or any(dates.values()):
                new.append(Phase(operation=into, name=phase.name, **dates))
        elif filled := _dated(known, dates):
            dated.append(filled)
    return new[: max(0, MAX_PHASES - len(held))], dated


def _dated(phase: Phase, dates: dict[str, str]) -> Phase | None:
    """The phase with the dates that it lacks, unless there is none, or they contradict its own."""
    lacked = {name: said for name, said in dates.items() if said and not getattr(phase, name)}
    for name, said in lacked.items():
        setattr(phase, name, said)
    try:
        phase.clean()
    except ValidationError:
        return None
    return phase if lacked else None


def fill(into: Operation, filling: Filling, *, author) -> None:
    """Write what enters, with its history in the name of the author."""
    phases = into.as_json("phases")
    before = write_sheet(into, filling.values)
    into.save(update_fields=columns_of(before))
    for phase in filling.dated:
        phase.save(update_fields=list(PHASE_DATES))
    for rank, phase in enumerate(filling.phases, start=len(phases) + 1):
        phase.rank = rank
        phase.save()
    if into.as_json("phases") != phases:
        before["phases"] = phases
    keep_changes(into, before, author=author)
