"""What a deposit holds, ready to be read: the facts of the register, the answers by dimension, the charter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from ecoquartier.core.text import long_date
from ecoquartier.dossiers.domain import EMPTY, Snapshot, differences
from ecoquartier.dossiers.queries import register_labels
from ecoquartier.framework.models import Dimension
from ecoquartier.operations.queries import OPTIONAL, term_labels
from ecoquartier.web.shared.sheet import sheet_value

TEXTS = ("description", "initial_site", "context", "programme")


@dataclass(frozen=True)
class Answer:
    """One commitment as answered, or not."""

    number: int
    title: str
    text: str


@dataclass(frozen=True)
class Content:
    """A deposit as people read it."""

    facts: list[tuple[str, str]]
    texts: list[tuple[str, str]]
    answers: list[tuple[str, list[Answer]]]
    charter: list[tuple[str, str]]
    answered: int
    total: int


@dataclass(frozen=True)
class Change:
    """One element that differs between two contents."""

    label: str
    before: str
    after: str


class Reading:
    """Turns snapshots into words.

    Args:
        dimensions: the version of the référentiel, with its commitments.
        organisations: names of the collectivités that may have signed the charter, by id.
    """

    def __init__(self, dimensions: Iterable[Dimension], organisations: Mapping[str, str]) -> None:
        self.dimensions = list(dimensions)
        self.organisations = organisations
        self.labels = register_labels()
        self.terms = term_labels()
        self.commitments = {str(c.number): c for d in self.dimensions for c in d.commitments.all()}

    def content(self, snapshot: Snapshot) -> Content:
        """The whole of a snapshot."""
        register, answers = snapshot["operation"], snapshot["answers"]
        return Content(
            facts=[
                (self.labels[k], sheet_value(k, register[k], self.terms))
                for k in self.labels
                if k in register and k not in TEXTS and not (k in OPTIONAL and register[k] in EMPTY)
            ],
            texts=[(self.labels[k], register[k]) for k in TEXTS if register.get(k)],
            answers=[
                (
                    dimension.title,
                    [Answer(c.number, c.title, answers.get(str(c.number), "")) for c in dimension.commitments.all()],
                )
                for dimension in self.dimensions
            ],
            charter=[
                (self.organisations.get(pk, _("Collectivité")), self.signed(day))
                for pk, day in snapshot["charter"].items()
            ],
            answered=sum(1 for number in self.commitments if answers.get(number)),
            total=len(self.commitments),
        )

    def changes(self, before: Snapshot, after: Snapshot) -> list[Change]:
        """What differs, in the order of the référentiel."""
        found = differences(before, after)
        return [
            Change(self.label(path), self.words(path, old), self.words(path, new))
            for path, old, new in sorted(found, key=lambda row: self._rank(row[0]))
        ]

    def label(self, path: str) -> str:
        """French name of a field, as in "answers.4"."""
        section, _dot, key = path.partition(".")
        if section == "operation":
            return self.labels.get(key, key)
        if section == "charter":
            return _("Charte, %(name)s") % {"name": self.organisations.get(key, _("collectivité"))}
        commitment = self.commitments.get(key)
        return str(commitment) if commitment else _("Engagement %(n)s") % {"n": key}

    def words(self, path: str, value: Any) -> str:
        """A value of a snapshot, as people read it."""
        section, _dot, key = path.partition(".")
        if section == "charter":
            return self.signed(value)
        return sheet_value(key, value, self.terms) if section == "operation" else value or ""

    @staticmethod
    def signed(day: str | None) -> str:
        """When the charter was signed."""
        return _("signée le %(day)s") % {"day": long_date(date.fromisoformat(day))} if day else _("signée")

    def _rank(self, path: str) -> tuple[int, int, str]:
        section, _dot, key = path.partition(".")
        order = {"operation": 0, "answers": 1, "charter": 2}
        return order.get(section, 3), int(key) if key.isdigit() else 0, key
