"""What a deposit holds, ready to be read: the facts of the register, the answers by dimension, the charter."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from ecoquartier.core.text import long_date
from ecoquartier.dossiers.domain import EMPTY, Files, Snapshot, differences, file_changes
from ecoquartier.dossiers.queries.snapshots import file_labels, register_labels
from ecoquartier.framework.models import Dimension
from ecoquartier.operations.models import Operation, Perimeter
from ecoquartier.operations.queries import OPTIONAL, perimeter_as_quoted, term_labels
from ecoquartier.web.dossiers.files import Attached, attached, in_one_line
from ecoquartier.web.shared.quoted import Quoted, quoted_in
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
    """A deposit as people read it.

    Args:
        perimeter: the one that it quotes, drawn by the page.
    """

    facts: list[tuple[str, str]]
    texts: list[tuple[str, str]]
    answers: list[tuple[str, list[Answer]]]
    charter: list[tuple[str, str]]
    perimeter: Perimeter | None
    photos: list[Attached]
    documents: list[Attached]
    recommendations: list[Quoted]
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
        operation: whose collectivités may have signed the charter, and whose perimeters are quoted.
    """

    def __init__(self, dimensions: Iterable[Dimension], operation: Operation) -> None:
        self.dimensions = list(dimensions)
        self.operation = operation
        self.organisations = {str(c.pk): c.name for c in operation.collectivites.all()}
        self.labels = register_labels()
        self.terms = term_labels()
        self.commitments = {str(c.number): c for d in self.dimensions for c in d.commitments.all()}

    def content(self, snapshot: Snapshot, removed: Collection[str] = ()) -> Content:
        """The whole of a snapshot; `removed` are the files that the operation does not show any more."""
        register, answers, files = snapshot["operation"], snapshot["answers"], snapshot.get("files", {})
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
            recommendations=quoted_in(snapshot, self.commitments),
            perimeter=perimeter_as_quoted(self.operation, register.get("perimeter")),
            photos=[attached(row, removed) for row in files.get("photos", ())],
            documents=[attached(row, removed) for row in files.get("documents", ())],
            answered=sum(1 for number in self.commitments if answers.get(number)),
            total=len(self.commitments),
        )

    def changes(self, before: Snapshot, after: Snapshot) -> list[Change]:
        """What differs, in the order of the référentiel."""
        found: list[Change] = []
        for path, old, new in sorted(differences(before, after), key=lambda row: self._rank(row[0])):
            if path.startswith("files."):
                found += self.changed_files(path, old or (), new or ())
            else:
                found.append(Change(self.label(path, new or old), self.words(path, old), self.words(path, new)))
        return found

    def changed_files(self, path: str, old: Files, new: Files) -> list[Change]:
        """What came, went or changed among the photos, or the documents; their order, when nothing else did."""
        label, pairs = self.label(path), file_changes(old, new)
        if not pairs:
            return [Change(label, _("dans un autre ordre"), _("dans l’ordre de maintenant"))]
        return [
            Change(f"{label}\u00a0: {attached(now or was or {}).title}", in_one_line(was), in_one_line(now))
            for was, now in pairs
        ]

    def label(self, path: str, value: Any = None) -> str:
        """French name of a field, as in "answers.4"; a recommendation is named by its own words, in its value."""
        section, _dot, key = path.partition(".")
        if section == "recommendations":
            return _("Recommandation\u00a0: %(text)s") % {"text": value["text"]}
        if section == "operation":
            return self.labels.get(key, key)
        if section == "files":
            return file_labels()[key]
        if section == "charter":
            return _("Charte, %(name)s") % {"name": self.organisations.get(key, _("collectivité"))}
        commitment = self.commitments.get(key)
        return str(commitment) if commitment else _("Engagement %(n)s") % {"n": key}

    def words(self, path: str, value: Any) -> str:
        """A value of a snapshot, as people read it."""
        section, _dot, key = path.partition(".")
        if section == "charter":
            return self.signed(value)
        if section == "recommendations":
            return value["answer"] if value else ""
        return sheet_value(key, value, self.terms) if section == "operation" else value or ""

    @staticmethod
    def signed(day: str | None) -> str:
        """When the charter was signed."""
        return _("signée le %(day)s") % {"day": long_date(date.fromisoformat(day))} if day else _("signée")

    def _rank(self, path: str) -> tuple[int, int, str]:
        section, _dot, key = path.partition(".")
        order = {"operation": 0, "files": 1, "answers": 2, "recommendations": 3, "charter": 4}
        return order.get(section, len(order)), int(key) if key.isdigit() else 0, key
