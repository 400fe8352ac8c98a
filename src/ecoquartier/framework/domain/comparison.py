"""Two versions side by side, with the words that differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ecoquartier.framework.domain.contents import Element, Link, Version, elements
from ecoquartier.framework.domain.mapping import Key, propose
from ecoquartier.framework.enums import Change, ElementKind

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
    """What some elements of the old version become in the new one: one and one, unless they merge, split, go or come.

    Args:
        texts: those of a pair; none when there is nothing to compare word by word.
    """

    kind: str
    change: str
    olds: tuple[Element, ...]
    news: tuple[Element, ...]
    texts: tuple[TextRow, ...] = ()

    @property
    def has_changed(self) -> bool:
        """It is not the same, or a word of it differs."""
        return self.change != Change.SAME or any(text.has_changed for text in self.texts)

    @property
    def label(self) -> str:
        """What it becomes, in a word."""
        return change_label(self.change, self.has_changed)

    @property
    def name(self) -> str:
        """« Engagement 13 + 18 → 18 »; one code alone when it stays."""
        ends = [" + ".join(element.code for element in side) for side in (self.olds, self.news) if side]
        return f"{capfirst(ElementKind(self.kind).label)} {' → '.join(dict.fromkeys(ends))}"

    @property
    def shown(self) -> list[TextRow]:
        """The texts of a pair that differ; its title, when only its code or its name for people does."""
        return [text for text in self.texts if text.has_changed] or list(self.texts[:1])


def change_label(change: str, has_changed: bool) -> str:
    """What becomes of an element, in a word: what is said identical may have other words."""
    if change != Change.SAME:
        return str(Change(change).label)
    return _("reformulé") if has_changed else _("sans changement")


def compare(old: Version, new: Version, links: Iterable[Link] = ()) -> list[Row]:
    """Rows in the order of the old version, by the correspondence completed where it says nothing."""
    before, after = elements(old), elements(new)
    together: dict[tuple[str, ...], list[Link]] = {}
    for link in propose(old, new, links):
        together.setdefault(_row_of(link), []).append(link)
    return [_row(lines, before, after) for lines in together.values()]


def _row_of(link: Link) -> tuple[str, ...]:
    """Lines with the same key are one row: all that merges into an element, all that it splits into."""
    old = "" if link.change == Change.MERGED else link.old
    new = "" if link.change == Change.SPLIT else link.new
    return link.kind, link.change, old, new


def _row(lines: list[Link], before: Mapping[Key, Element], after: Mapping[Key, Element]) -> Row:
    kind, change = lines[0].kind, lines[0].change
    olds = tuple(before[kind, code] for code in dict.fromkeys(link.old for link in lines) if code)
    news = tuple(after[kind, code] for code in dict.fromkeys(link.new for link in lines) if code)
    is_pair = len(olds) == len(news) == 1
    return Row(kind, change, olds, news, _texts(olds[0], news[0]) if is_pair else ())


def _texts(old: Element, new: Element) -> tuple[TextRow, ...]:
    """The texts of a pair, and what holds it when that is not the same."""
    pairs = [(name, before, after) for (name, before), (_name, after) in zip(old.texts, new.texts, strict=True)]
    if old.place != new.place:
        pairs.append((new.place_text[0], old.place_text[1], new.place_text[1]))
    return tuple(TextRow(name, before, after, words(before, after)) for name, before, after in pairs)


def words(old: str, new: str) -> tuple[Piece, ...]:
    """The two texts as one, cut where their words differ: joining the old pieces gives the old text, and so the new."""
    if old == new:
        return (Piece(old, True, True),) if old else ()
    return tuple(piece for piece in _pieces(WORD.findall(old), WORD.findall(new)) if piece.text)


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    # What is everywhere (spaces, and the commonest words of a long text) is matched only beside the rest: looking for
    # it costs the square of the length, and cuts sentences into crumbs.
    matcher = SequenceMatcher(str.isspace, old, new)
    for _tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        before, after = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        if before == after:
            yield Piece(before, True, True)
        else:
            yield Piece(before, True, False)
            yield Piece(after, False, True)
