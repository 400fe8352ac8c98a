"""The sheets and columns of a version as a workbook, with their French headings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ecoquartier.framework.enums import Change, Direction, ElementKind, IndicatorKind, Provenance


@dataclass(frozen=True)
class Column:
    """A column: its heading, its name in the structure of a version, how its cells are read.

    Args:
        labels: the choices whose French label is written.
        is_number: a whole number.
        several: several values in one cell.
        optional: an empty cell says nothing.
    """

    heading: str
    name: str
    labels: Any = None
    is_number: bool = False
    several: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, that of its list in the structure of a version, its columns."""

    title: str
    name: str
    columns: tuple[Column, ...]


CHALLENGES = Column("Enjeux", "challenges", several=True)
PROVENANCE = Column("Provenance", "provenance", labels=Provenance)

VERSION = Sheet(
    "Version",
    "version",
    (
        Column("Code", "code"),
        Column("Titre", "title"),
        Column("Signes par réponse", "answer_max_characters", is_number=True),
        Column("Version précédente", "based_on", optional=True),
    ),
)
OWN_CHALLENGES = Sheet("Enjeux", "challenges", (Column("Code", "code"), Column("Titre", "title")))
DIMENSIONS = Sheet(
    "Dimensions",
    "dimensions",
    (Column("Code", "code"), Column("Titre", "title"), Column("Devise", "motto", optional=True)),
)
COMMITMENTS = Sheet(
    "Engagements",
    "commitments",
    (
        Column("Numéro", "number", is_number=True),
        Column("Dimension", "dimension"),
        Column("Titre", "title"),
        Column("Titre court", "short"),
        PROVENANCE,
        CHALLENGES,
        Column("ODD", "odd", is_number=True, several=True),
    ),
)
NOTIONS = Sheet(
    "Notions",
    "notions",
    (Column("Engagement", "commitment", is_number=True), Column("Code", "code"), Column("Titre", "title"), PROVENANCE),
)
QUESTIONS = Sheet("Questions", "questions", (Column("Notion", "notion"), Column("Question", "question")))
INDICATORS = Sheet(
    "Indicateurs",
    "indicators",
    (
        Column("Code", "code"),
        Column("Engagement", "commitment", is_number=True),
        Column("Titre", "title"),
        Column("Unité", "unit"),
        Column("Nature", "kind", labels=IndicatorKind),
        Column("Sens", "direction", labels=Direction),
        CHALLENGES,
        PROVENANCE,
        Column("Méthode", "method", optional=True),
        Column("Formule", "formula", optional=True),
    ),
)
MAPPING = Sheet(
    "Correspondances",
    "mapping",
    (
        Column("Élément", "kind", labels=ElementKind),
        Column("Changement", "change", labels=Change),
        Column("Ancien code", "old", optional=True),
        Column("Nouveau code", "new", optional=True),
    ),
)
SHEETS = (VERSION, OWN_CHALLENGES, DIMENSIONS, COMMITMENTS, NOTIONS, QUESTIONS, INDICATORS, MAPPING)
