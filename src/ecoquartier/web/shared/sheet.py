"""The facts of the register as people read them: in a deposit, in the history of the sheet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ecoquartier.core.text import french_list, long_date
from ecoquartier.framework.domain.vocabulary import figures
from ecoquartier.operations.domain.dates import kept_date
from ecoquartier.operations.domain.figures import in_unit
from ecoquartier.operations.domain.legacy.words import in_plain_words
from ecoquartier.operations.enums import FactKind, TermKind
from ecoquartier.operations.models import PHASE_DATES, Operation, Phase
from ecoquartier.web.templatetags.components import figure

Terms = Mapping[str, Mapping[str, str]]


# Facts of a year; the others were so when the sheet was written.
DATED = {FactKind.CALL, FactKind.ADJOURNED, FactKind.CANDIDATE, FactKind.LABEL}
# Facts that the sheet of 2016 writes in its own abbreviations.
ABBREVIATED = {FactKind.SITUATION, FactKind.TYPE}


def date_labels() -> dict[str, str]:
    """French names of the dates of a phase."""
    return {name: str(Phase._meta.get_field(name).verbose_name) for name in PHASE_DATES}


def phase_words(said: Mapping[str, str]) -> str:
    """The dates of a phase, as kept, in one sentence; empty when none is known."""
    known = {name: kept_date(said[name]) for name in PHASE_DATES}
    return ", ".join(
        _("%(what)s\u00a0: %(when)s") % {"what": label, "when": day.words}
        for name, label in date_labels().items()
        if (day := known[name])
    )


def _phases(value: Any, terms: Terms) -> str:
    lines = ((phase["name"], phase_words(phase)) for phase in value)
    return "\u00a0; ".join(f"{name} ({dates})" if dates else name for name, dates in lines)


def _communes(value: Any, terms: Terms) -> str:
    return ", ".join(f"{commune['name']} ({commune['insee']})" for commune in value)


def _actors(value: Any, terms: Terms) -> str:
    known = {**terms["actors"], **{code: code for code in value if code not in terms["actors"]}}
    return "\u00a0; ".join(f"{label}\u00a0: {', '.join(value[code])}" for code, label in known.items() if code in value)


def _other_words(value: Any, terms: Terms) -> str:
    return "\u00a0; ".join(f"{kind.label}\u00a0: {value[kind]}" for kind in TermKind if kind in value)


_TOGETHER = {"phases": _phases, "other_communes": _communes, "actors": _actors, "other_words": _other_words}
"""Facts that hold several others → how they read."""


def sheet_value(name: str, value: Any, terms: Terms) -> str:
    """A fact of the register, kept as JSON; empty when it was not given.

    Args:
        terms: code → label of the terms of each list.
    """
    if value in (None, "", [], {}):
        return ""
    if name in _TOGETHER:
        return _TOGETHER[name](value, terms)
    if name in TermKind.values:
        return ", ".join(terms[name].get(code, code) for code in value)
    if name in {"delivered_on", "figures_as_of"}:
        return long_date(date.fromisoformat(value))
    if name in figures() and not figures()[name].title.startswith(figures()[name].unit):
        return in_unit(Decimal(value), figures()[name])
    if name == "perimeter":
        area = value["area_ha"].rstrip("0").rstrip(".").replace(".", ",")
        return _("%(n)s ha (empreinte %(mark)s…)") % {"n": area, "mark": value["sha256"][:12]}
    return figure(value) if isinstance(value, int) else str(value)


def fact_lines(operation: Operation) -> list[tuple[str, str]]:
    """What older sheets tell of the operation beside its stages, each kind of fact once, in the order of the list."""
    said: dict[str, list[str]] = {}
    for fact in operation.legacy_facts.all():
        detail = f"{figure(int(fact.detail))}\u00a0€" if fact.kind == FactKind.GRANT else fact.detail
        if fact.kind in DATED:
            words = f"{fact.year} ({detail})" if detail else str(fact.year)
        else:
            words = in_plain_words(detail) if fact.kind in ABBREVIATED else detail or _("oui")
        said.setdefault(fact.kind, []).append(words)
    return [(capfirst(kind.label), french_list([*dict.fromkeys(said[kind])])) for kind in FactKind if kind in said]
