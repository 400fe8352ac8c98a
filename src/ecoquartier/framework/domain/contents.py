"""What one version says, as values: the shape of its file, of its copy and of its comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ecoquartier.framework.domain import vocabulary
from ecoquartier.framework.domain.formula import in_words
from ecoquartier.framework.enums import Change, Direction, ElementKind, IndicatorKind, Provenance

CODE, SHORT, UNIT, LONG, TITLE, FORMULA, PARAGRAPH = 10, 80, 40, 200, 300, 200, 2000
"""Longest texts: a code, a short title, a unit, a title, the title of a commitment, a formula, a paragraph."""


@dataclass(frozen=True)
class Challenge:
    """A challenge that the version adds to those of the vocabulary."""

    code: str
    title: str


@dataclass(frozen=True)
class Dimension:
    """A family of commitments."""

    code: str
    title: str
    motto: str
    commitments: tuple[int, ...]


@dataclass(frozen=True)
class Notion:
    """A part of a commitment and its open questions."""

    code: str
    title: str
    provenance: str
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Commitment:
    """One of the commitments."""

    number: int
    title: str
    short: str
    provenance: str
    challenges: tuple[str, ...]
    sdgs: tuple[int, ...]
    notions: tuple[Notion, ...]


@dataclass(frozen=True)
class Indicator:
    """A measure tied to a commitment."""

    code: str
    commitment: int
    title: str
    unit: str
    kind: str
    direction: str
    challenges: tuple[str, ...]
    provenance: str
    method: str
    formula: str


@dataclass(frozen=True)
class Link:
    """One line of the correspondence: an element of the version before, and what it becomes in this one."""

    kind: str
    change: str
    old: str
    new: str


@dataclass(frozen=True)
class Version:
    """A whole version."""

    code: str
    title: str
    answer_max_characters: int
    dimensions: tuple[Dimension, ...]
    commitments: tuple[Commitment, ...]
    indicators: tuple[Indicator, ...]
    challenges: tuple[Challenge, ...] = ()
    based_on: str = ""
    mapping: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Element:
    """An element of a version, as correspondence and comparison see it.

    Args:
        place: what holds it: the dimension of a commitment, the commitment of a notion or of an indicator.
        place_text: (French name, text) of what holds it.
        texts: (French name, text) of all that it says, as people read it.
        measure: what its values are; values are carried between equal measures only.
    """

    kind: str
    code: str
    title: str
    place: str
    place_text: tuple[str, str]
    texts: tuple[tuple[str, str], ...]
    measure: tuple[str, str] = ("", "")

    @property
    def key(self) -> tuple[str, str]:
        """Its kind and its code."""
        return self.kind, self.code

    def __str__(self) -> str:
        return f"{ElementKind(self.kind).label} {self.code}"


def elements(version: Version) -> dict[tuple[str, str], Element]:
    """Every element of a version by (kind, code), in order."""
    names = {**vocabulary.challenges(), **{challenge.code: challenge.title for challenge in version.challenges}}
    dimensions = {number: dimension for dimension in version.dimensions for number in dimension.commitments}
    commitments = {commitment.number: commitment for commitment in version.commitments}

    def named(codes: tuple[str, ...]) -> str:
        return ", ".join(names.get(code, code) for code in codes)

    found = [_commitment(c, dimensions.get(c.number), named(c.challenges)) for c in version.commitments]
    found += [_notion(n, c) for c in version.commitments for n in c.notions]
    found += [_indicator(i, commitments.get(i.commitment), named(i.challenges)) for i in version.indicators]
    return {element.key: element for element in found}


def _commitment(row: Commitment, dimension: Dimension | None, challenges: str) -> Element:
    return Element(
        ElementKind.COMMITMENT,
        str(row.number),
        row.title,
        dimension.code if dimension else "",
        ("dimension", dimension.title if dimension else ""),
        (
            ("titre", row.title),
            ("titre court", row.short),
            ("provenance", str(Provenance(row.provenance).label)),
            ("enjeux", challenges),
            ("ODD", ", ".join(map(str, row.sdgs))),
        ),
    )


def _notion(row: Notion, commitment: Commitment) -> Element:
    return Element(
        ElementKind.NOTION,
        row.code,
        row.title,
        str(commitment.number),
        _held_by(commitment),
        (
            ("titre", row.title),
            ("questions", "\n".join(row.questions)),
            ("provenance", str(Provenance(row.provenance).label)),
        ),
    )


def _indicator(row: Indicator, commitment: Commitment | None, challenges: str) -> Element:
    figures = {code: figure.title for code, figure in vocabulary.figures().items()}
    return Element(
        ElementKind.INDICATOR,
        row.code,
        row.title,
        str(row.commitment),
        _held_by(commitment),
        (
            ("titre", row.title),
            ("unité", row.unit),
            ("nature", str(IndicatorKind(row.kind).label)),
            ("sens", str(Direction(row.direction).label)),
            ("méthode", row.method),
            ("formule", in_words(row.formula, figures)),
            ("enjeux", challenges),
            ("provenance", str(Provenance(row.provenance).label)),
        ),
        (row.kind, row.unit),
    )


def _held_by(commitment: Commitment | None) -> tuple[str, str]:
    return "engagement", f"{commitment.number}. {commitment.short}" if commitment else ""


def as_source(version: Version) -> dict[str, Any]:
    """The version in the structure of its file; what is empty and optional is left out."""
    source: dict[str, Any] = {
        "code": version.code,
        "title": version.title,
        "answer_max_characters": version.answer_max_characters,
    }
    if version.based_on:
        source["based_on"] = version.based_on
    if version.challenges:
        source["challenges"] = [{"code": c.code, "title": c.title} for c in version.challenges]
    source["dimensions"] = [
        _filled({"code": d.code, "title": d.title, "motto": d.motto, "commitments": list(d.commitments)})
        for d in version.dimensions
    ]
    source["commitments"] = [
        {
            "number": c.number,
            "title": c.title,
            "short": c.short,
            "provenance": c.provenance,
            "challenges": list(c.challenges),
            "odd": list(c.sdgs),
            "notions": [
                {"code": n.code, "title": n.title, "provenance": n.provenance, "questions": list(n.questions)}
                for n in c.notions
            ],
        }
        for c in version.commitments
    ]
    source["indicators"] = [
        _filled(
            {
                "code": i.code,
                "commitment": i.commitment,
                "title": i.title,
                "unit": i.unit,
                "kind": i.kind,
                "direction": i.direction,
                "challenges": list(i.challenges),
                "provenance": i.provenance,
                "method": i.method,
                "formula": i.formula,
            }
        )
        for i in version.indicators
    ]
    if version.mapping:
        source["mapping"] = [
            _filled({"kind": link.kind, "change": link.change, "old": link.old, "new": link.new})
            for link in version.mapping
        ]
    return source


def _filled(item: dict[str, Any]) -> dict[str, Any]:
    """Without its empty texts."""
    return {key: value for key, value in item.items() if value != ""}


def ends_of(change: str) -> tuple[bool, bool]:
    """Whether a line of this change has an end in the version before, and one in this one."""
    return change != Change.NEW, change != Change.REMOVED
