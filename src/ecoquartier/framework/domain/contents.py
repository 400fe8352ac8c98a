"""What one version says, as values: the shape of its file, of its copy and of its comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ecoquartier.framework.enums import Change, ElementKind

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
        texts: (French name, text) of all that it says.
        measure: what its values are; values are carried between equal measures only.
    """

    kind: str
    code: str
    title: str
    place: str
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
    place = {number: dimension.code for dimension in version.dimensions for number in dimension.commitments}
    found = [
        Element(
            ElementKind.COMMITMENT,
            str(c.number),
            c.title,
            place.get(c.number, ""),
            (
                ("titre", c.title),
                ("titre court", c.short),
                ("provenance", c.provenance),
                ("enjeux", ", ".join(c.challenges)),
                ("ODD", ", ".join(map(str, c.sdgs))),
            ),
        )
        for c in version.commitments
    ]
    found += [
        Element(
            ElementKind.NOTION,
            n.code,
            n.title,
            str(c.number),
            (("titre", n.title), ("questions", "\n".join(n.questions)), ("provenance", n.provenance)),
        )
        for c in version.commitments
        for n in c.notions
    ]
    found += [
        Element(
            ElementKind.INDICATOR,
            i.code,
            i.title,
            str(i.commitment),
            (
                ("titre", i.title),
                ("unité", i.unit),
                ("nature", i.kind),
                ("sens", i.direction),
                ("méthode", i.method),
                ("formule", i.formula),
                ("enjeux", ", ".join(i.challenges)),
                ("provenance", i.provenance),
            ),
            (i.kind, i.unit),
        )
        for i in version.indicators
    ]
    return {element.key: element for element in found}


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
