"""The figures of a programme: how they are kept, what is impossible, what is doubtful. Pure functions.

They are plain JSON, code → value; their definitions are those of `framework/data/vocabulaire.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import MAX_PREC, ROUND_HALF_UP, Context, Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ecoquartier.core.text import french_number, long_date
from ecoquartier.framework.domain.vocabulary import Figure, figures

FIRST_DAY = date(1990, 1, 1)
"""No operation of the register has figures older than that."""
MOST_DENSE = 400
"""Dwellings per hectare beyond which one of the two figures is questioned: towers, or a wrong unit."""
SQUARE_METRES = 10_000
"""In a hectare."""


# What is typed may have more digits than the usual 28: it is kept as it is, then said to be too much.
_AS_LONG_AS_TYPED = Context(prec=MAX_PREC)


def read_figure(held: Mapping[str, Any], code: str) -> int | Decimal | None:
    """The value of a figure, or None when nobody gave it."""
    value = held.get(code)
    return Decimal(value) if isinstance(value, str) else value


def with_figure(held: Mapping[str, Any], code: str, value: Any) -> dict[str, Any]:
    """The same figures with this value; None takes it away."""
    others = {key: kept for key, kept in held.items() if key != code}
    if value is None:
        return others
    decimals = figures()[code].decimals
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _AS_LONG_AS_TYPED)
    return {**others, code: str(rounded) if decimals else int(rounded)}


def figure_faults(held: Mapping[str, Any]) -> dict[str, str]:
    """Code → why the value cannot be, in a sentence to read beside the name of the figure."""
    return {figure.code: fault for figure, value in known_figures(held) if (fault := _fault(figure, value, held))}


def _fault(figure: Figure, value: int | Decimal, held: Mapping[str, Any]) -> str:
    if value < 0:
        return _("Ce nombre ne peut pas être négatif.")
    if value < Decimal(str(figure.least)):
        return _("%(least)s au moins.") % {"least": in_unit(figure.least, figure)}
    if value > Decimal(str(figure.most)):
        return _("Plus de %(most)s, vérifiez l’unité.") % {"most": in_unit(figure.most, figure)}
    whole = read_figure(held, figure.part_of)
    if whole is not None and value > whole >= 0:
        return _("Il y a plus de %(part)s que de %(whole)s.") % {
            "part": figure.title,
            "whole": figures()[figure.part_of].title,
        }
    return ""


def doubts(held: Mapping[str, Any]) -> list[str]:
    """What is possible but rare, in sentences: often a wrong unit."""
    return [*_rare(held), *_together(held)]


def _rare(held: Mapping[str, Any]) -> list[str]:
    return [
        _("%(title)s\u00a0: %(value)s, c’est rare (d’ordinaire de %(from)s à %(to)s). Vérifiez l’unité.")
        % {
            "title": capfirst(figure.title),
            "value": in_unit(value, figure),
            "from": french_number(figure.usual[0]),
            "to": in_unit(figure.usual[1], figure),
        }
        for figure, value in known_figures(held)
        if not Decimal(str(figure.usual[0])) <= value <= Decimal(str(figure.usual[1]))
    ]


def _together(held: Mapping[str, Any]) -> list[str]:
    """Figures that are usual alone, and hardly go together."""
    area, dwellings, open_space = (read_figure(held, code) for code in ("area_ha", "dwellings", "public_open_m2"))
    found = []
    if area and dwellings and dwellings / area > MOST_DENSE:
        said = _("%(n)s logements par hectare, c’est rare (d’ordinaire moins de %(most)s). Vérifiez les deux chiffres.")
        found.append(said % {"n": french_number(round(dwellings / area)), "most": MOST_DENSE})
    if area and open_space and open_space > area * SQUARE_METRES:
        found.append(
            _("La surface publique non bâtie dépasse la superficie de l’opération. Vérifiez les deux chiffres.")
        )
    return found


def as_of_fault(day: date | None, today: date) -> str:
    """Why figures cannot have been right on this day, in a sentence; empty when they can."""
    if day and day > today:
        return _("Cette date est à venir.")
    if day and day < FIRST_DAY:
        return _("Cette date est trop ancienne\u00a0: au plus tôt le %(day)s.") % {"day": long_date(FIRST_DAY)}
    return ""


def known_figures(held: Mapping[str, Any]) -> list[tuple[Figure, int | Decimal]]:
    """The figures that somebody gave, in the order of the sheet."""
    found = ((figure, read_figure(held, code)) for code, figure in figures().items())
    return [(figure, value) for figure, value in found if value is not None]


def in_unit(value: float | Decimal, figure: Figure) -> str:
    """A value and its unit, « 12,5 ha »."""
    return f"{french_number(value)}\u00a0{figure.unit}"
