"""A version as a document to read and print: a design guide, archivable and accessible."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecoquartier.core.pdf import compile_pdf
from ecoquartier.core.text import french
from ecoquartier.framework.domain import vocabulary
from ecoquartier.framework.domain.contents import Commitment, Dimension, Indicator, Version
from ecoquartier.framework.domain.formula import in_words
from ecoquartier.framework.enums import Direction, IndicatorKind, Provenance

TEMPLATE = Path(__file__).parent / "typst" / "version.typ"


def make_document(version: Version, *, status: str, at: datetime) -> bytes:
    """Return the PDF of a version; the same arguments give the same bytes.

    Args:
        status: « publiée le 22 novembre 2026 », after the code of the version.
        at: the date written in the document’s metadata.
    """
    return compile_pdf(TEMPLATE, document_data(version, status), at=at)


def document_data(version: Version, status: str) -> dict[str, Any]:
    """All that the template draws, each text set as French printers do."""
    challenges = {**vocabulary.challenges(), **{item.code: item.title for item in version.challenges}}
    commitments = {commitment.number: commitment for commitment in version.commitments}
    data = {
        "title": version.title,
        "code": version.code,
        "status": status,
        "counts": _counts(version),
        "is_indicative": Provenance.INDICATIVE in _provenances(version),
        "dimensions": [
            _dimension(dimension, [commitments[n] for n in dimension.commitments], version.indicators, challenges)
            for dimension in version.dimensions
        ],
        "challenges": [
            {"title": title, "commitments": [c.number for c in version.commitments if code in c.challenges]}
            for code, title in challenges.items()
        ],
        "goals": [
            {
                "number": number,
                "title": title,
                "commitments": [c.number for c in version.commitments if number in c.sdgs],
            }
            for number, title in vocabulary.goals().items()
        ],
        "indicators": [
            {
                "code": indicator.code,
                "title": indicator.title,
                "unit": indicator.unit,
                "commitment": indicator.commitment,
            }
            for indicator in version.indicators
        ],
    }
    return _set_in_french(data)


def _counts(version: Version) -> list[str]:
    dimensions, commitments, indicators = map(len, (version.dimensions, version.commitments, version.indicators))
    counted = [
        ngettext("%(n)s dimension", "%(n)s dimensions", dimensions) % {"n": dimensions},
        ngettext("%(n)s engagement", "%(n)s engagements", commitments) % {"n": commitments},
    ]
    if indicators:
        counted.append(ngettext("%(n)s indicateur", "%(n)s indicateurs", indicators) % {"n": indicators})
    return counted


def _provenances(version: Version) -> set[str]:
    parts = [*version.commitments, *version.indicators, *(n for c in version.commitments for n in c.notions)]
    return {part.provenance for part in parts}


def _dimension(
    dimension: Dimension,
    commitments: Collection[Commitment],
    indicators: Collection[Indicator],
    challenges: Mapping[str, str],
) -> dict[str, Any]:
    return {
        "title": dimension.title,
        "motto": dimension.motto,
        "commitments": [
            _commitment(c, [i for i in indicators if i.commitment == c.number], challenges) for c in commitments
        ],
    }


def _commitment(
    commitment: Commitment, indicators: Collection[Indicator], challenges: Mapping[str, str]
) -> dict[str, Any]:
    goals = vocabulary.goals()
    return {
        "number": commitment.number,
        "title": commitment.title,
        "short": commitment.short,
        "is_indicative": commitment.provenance == Provenance.INDICATIVE,
        "challenges": [challenges[code] for code in commitment.challenges],
        "goals": [f"{number}. {goals[number]}" for number in commitment.sdgs],
        "notions": [
            {
                "code": notion.code,
                "title": notion.title,
                "is_indicative": notion.provenance == Provenance.INDICATIVE,
                "questions": notion.questions,
            }
            for notion in commitment.notions
        ],
        "indicators": [_indicator(indicator, challenges) for indicator in indicators],
    }


def _indicator(indicator: Indicator, challenges: Mapping[str, str]) -> dict[str, Any]:
    figures = {code: figure.title for code, figure in vocabulary.figures().items()}
    facts = [
        (_("Unité"), indicator.unit),
        (_("Nature"), str(IndicatorKind(indicator.kind).label)),
        (_("Sens"), str(Direction(indicator.direction).label)),
        (_("Enjeux"), ", ".join(challenges[code] for code in indicator.challenges)),
        (_("Calcul"), in_words(indicator.formula, figures)),
    ]
    return {
        "code": indicator.code,
        "title": indicator.title,
        "is_indicative": indicator.provenance == Provenance.INDICATIVE,
        "facts": [{"name": name, "text": text} for name, text in facts if text],
        "method": indicator.method,
    }


def _set_in_french(value: Any) -> Any:
    if isinstance(value, str):
        return french(value)
    if isinstance(value, dict):
        return {key: _set_in_french(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_set_in_french(item) for item in value]
    return value
