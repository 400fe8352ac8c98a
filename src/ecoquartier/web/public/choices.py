"""What an operation chose in the lists of its sheet, in words."""

from __future__ import annotations

from dataclasses import dataclass

from ecoquartier.directory.models import DirectoryRow
from ecoquartier.operations.queries import other_terms, term_labels


@dataclass(frozen=True)
class Choices:
    """The words of the lists.

    Args:
        labels: list → code → its words, in order.
        others: list → code of its « autre », where it has one.
    """

    labels: dict[str, dict[str, str]]
    others: dict[str, str]

    def of(self, row: DirectoryRow, kind: str) -> list[str]:
        """What the row chose in a list, in its order; « autre » with what it is: « autre (port à sec) »."""
        codes, said = getattr(row, kind), row.sheet.get("other_words", {}).get(kind)
        return [
            f"{label} ({said})" if said and code == self.others.get(kind) else label
            for code, label in self.labels[kind].items()
            if code in codes
        ]


def choices() -> Choices:
    """The words of the lists as they are now. Two queries."""
    return Choices(term_labels(), other_terms())
