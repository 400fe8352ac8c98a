"""An indicator in plain words, be it of the common version or of a territory."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.text import capfirst

from ecoquartier.framework.domain import vocabulary
from ecoquartier.framework.domain.formula import in_words
from ecoquartier.framework.enums import Direction, IndicatorKind


@dataclass(frozen=True)
class Measure:
    """What is counted, which way is better, how it is found, and how it is computed if it is."""

    title: str
    value: str
    direction: str
    method: str
    formula: str


def measure(*, title: str, kind: str, unit: str, direction: str, method: str = "", formula: str = "") -> Measure:
    """The words of an indicator; a formula names the figures of the programme as the register does."""
    return Measure(
        title=title,
        value=IndicatorKind(kind).with_unit(unit),
        direction=capfirst(Direction(direction).label),
        method=method,
        formula=in_words(formula, {code: figure.title for code, figure in vocabulary.figures().items()}),
    )
