"""Two versions side by side, with the words that differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from ecoquartier.framework.domain.contents import Element, Link, Version, elements
from ecoquartier.framework.domain.mapping import propose
from ecoquartier.framework.enums import Change

WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """A run of words: of both texts, of the old one only, or of the new one only."""

    text: str
    is_old: bool
    is_new: bool


@dataclass(frozen=True)
class TextRow:
    """One text of an element, before and after."""

    name: str
    old: str
    new: str
    pieces: tuple[Piece, ...]

    @property
    def has_changed(self) -> bool:
        """A word differs."""
        return self.old != self.new


@dataclass(frozen=True)
class Row:
    """An element of the old version, what it becomes in the new one, and its texts."""

    kind: str
    change: str
    old: Element | None
    new: Element | None
    texts: tuple[TextRow, ...]

    @property
    def has_changed(self) -> bool:
        """It is not the same, or a word of it differs."""
        return self.change != Change.SAME or any(text.has_changed for text in self.texts)


def compare(old: Version, new: Version, links: Iterable[Link] = ()) -> list[Row]:
    """Rows in the order of the old version, by the correspondence completed where it says nothing."""
    before, after = elements(old), elements(new)
    return [
        _row(link, before.get((link.kind, link.old)), after.get((link.kind, link.new)))
        for link in propose(old, new, links)
    ]


def _row(link: Link, old: Element | None, new: Element | None) -> Row:
    old_texts = dict(old.texts) if old else {}
    new_texts = dict(new.texts) if new else {}
    texts = tuple(
        TextRow(
            name,
            old_texts.get(name, ""),
            new_texts.get(name, ""),
            words(old_texts.get(name, ""), new_texts.get(name, "")),
        )
        for name in (new_texts or old_texts)
    )
    return Row(link.kind, link.change, old, new, texts)


def words(old: str, new: str) -> tuple[Piece, ...]:
    """The two texts as one, cut where their words differ: joining the old pieces gives the old text, and so the new."""
    return tuple(piece for piece in _pieces(WORD.findall(old), WORD.findall(new)) if piece.text)


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for _tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        before, after = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        if before == after:
            yield Piece(before, True, True)
        else:
            yield Piece(before, True, False)
            yield Piece(after, False, True)
