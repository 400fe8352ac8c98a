"""Finding words in a version, accents and endings ignored, and showing them where they stand.

Stems come from outside, because the dictionary is that of the database; the rest is plain text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from ecoquartier.core.text import sort_key
from ecoquartier.framework.domain.contents import Version

WORD = re.compile(r"\w+")
SHORTEST_BEGINNING = 5
"""A stem of this length also finds the longer ones: « végétal » finds « végétalisation »."""
TOO_COMMON = frozenset(
    {"les", "leurs", "cet", "cette", "cela", "comme", "comment", "dont", "etre", "meme", "memes", "ni", "plus"}
    | {"quel", "quelle", "quelles", "quels", "quoi", "sans", "si", "tres"}
)
"""Words that nobody looks for and that the dictionary of the database keeps, without accents."""
NEAR, NEAR_ENOUGH = 4, 0.75
"""How many words are proposed for one that is nowhere, and how much they look like it."""
AROUND = 90
"""Signs kept on each side of a word found in a long text."""

TITLE, NOTION, INDICATOR, QUESTION, ASIDE = 8, 4, 3, 2, 1
"""What a word is worth by where it stands."""


@dataclass(frozen=True)
class Passage:
    """A text that can be found, under which commitment, and what says it.

    Args:
        source: the element of the version or the supplement; nothing for the short title of the commitment.
    """

    commitment: int
    source: Any
    text: str
    weight: int


@dataclass(frozen=True)
class Run:
    """A run of signs, found or not."""

    text: str
    is_found: bool


@dataclass(frozen=True)
class Hit:
    """A passage that holds a word asked, cut at the words found and shortened."""

    source: Any
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Found:
    """A commitment that holds every word asked, and where."""

    commitment: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True)
class Search:
    """What was found, the best first; and for each word asked, how many commitments hold it.

    No word: all were too common to be looked for. Near: words of the version that look like those that are nowhere.
    """

    found: tuple[Found, ...]
    words: Mapping[str, int]
    near: tuple[str, ...] = ()


def passages_of(version: Version, challenges: Mapping[str, str]) -> Iterator[Passage]:
    """Every text of a version; `challenges` gives their names by code."""
    for commitment in version.commitments:
        number = commitment.number
        yield Passage(number, None, f"{number}. {commitment.short}", TITLE)
        yield Passage(number, commitment, commitment.title, TITLE)
        if commitment.challenges:
            named = ", ".join(challenges.get(code, code) for code in commitment.challenges)
            yield Passage(number, commitment, named, ASIDE)
        for notion in commitment.notions:
            yield Passage(number, notion, f"{notion.code} {notion.title}", NOTION)
            for question in notion.questions:
                yield Passage(number, notion, question, QUESTION)
    for indicator in version.indicators:
        yield Passage(indicator.commitment, indicator, f"{indicator.code} {indicator.title}", INDICATOR)
        if indicator.method:
            yield Passage(indicator.commitment, indicator, indicator.method, ASIDE)


def words_of(texts: Iterable[str]) -> set[str]:
    """The words of some texts, without accents nor capitals: what stems are asked of."""
    return {sort_key(word) for text in texts for word in WORD.findall(text)}


def find(passages: Sequence[Passage], asked: str, stems: Mapping[str, str]) -> Search:
    """Commitments that hold every word asked.

    Args:
        stems: word (of `words_of`) → its stem; nothing for a word too common to be looked for.
    """
    wanted = {stem: word for word in WORD.findall(asked) if (stem := stems.get(sort_key(word), ""))}
    hits: dict[int, list[Hit]] = defaultdict(list)
    worth: dict[int, dict[str, int]] = defaultdict(dict)
    for passage in passages:
        held = {stem for _, _, stem in _matches(passage.text, wanted, stems)}
        if held:
            hits[passage.commitment].append(Hit(passage.source, cut(passage.text, wanted, stems)))
        best = worth[passage.commitment]
        best.update({stem: max(best.get(stem, 0), passage.weight) for stem in held})
    found = [number for number, best in worth.items() if wanted and len(best) == len(wanted)]
    found.sort(key=lambda number: (-sum(worth[number].values()), number))
    words = {word: sum(stem in best for best in worth.values()) for stem, word in wanted.items()}
    nowhere = [word for word, count in words.items() if not count]
    return Search(
        found=tuple(Found(number, tuple(hits[number])) for number in found),
        words=words,
        near=_near(nowhere, (passage.text for passage in passages), stems) if nowhere else (),
    )


def _near(asked: Iterable[str], texts: Iterable[str], stems: Mapping[str, str]) -> tuple[str, ...]:
    """Words that look like those asked, those too common apart; one for each stem."""
    known: dict[str, str] = {}
    for word in WORD.findall(" ".join(texts)):
        if len(word) >= SHORTEST_BEGINNING and stems.get(key := sort_key(word)):
            known.setdefault(key, word.lower())
    keys = [key for word in asked for key in get_close_matches(sort_key(word), known, NEAR, NEAR_ENOUGH)]
    return tuple({stems[key]: known[key] for key in reversed(keys)}.values())[::-1]


def cut(text: str, wanted: Iterable[str], stems: Mapping[str, str]) -> tuple[Run, ...]:
    """A text cut at the words found, without most of what is far from them."""
    runs, at = [], 0
    for start, end, _stem in _matches(text, wanted, stems):
        runs.append(Run(_shortened(text[at:start], is_first=not runs), False))
        runs.append(Run(text[start:end], True))
        at = end
    runs.append(Run(_shortened(text[at:], is_first=not runs, is_last=True), False))
    return tuple(run for run in runs if run.text)


def _matches(text: str, wanted: Iterable[str], stems: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """Where each word found begins and ends, and the stem asked that found it."""
    for match in WORD.finditer(text):
        stem = stems.get(sort_key(match[0]), "")
        for asked in wanted:
            if stem == asked or (len(asked) >= SHORTEST_BEGINNING and stem.startswith(asked)):
                yield match.start(), match.end(), asked
                break


def _shortened(text: str, *, is_first: bool, is_last: bool = False) -> str:
    """What stands between two words found, its middle left out when it is long, at spaces."""
    before = "" if is_last else text[-AROUND:].partition(" ")[2]
    after = "" if is_first else text[:AROUND].rpartition(" ")[0]
    short = f"{after} … {before}" if after and before else f"{after}…" if after else f"…{before}"
    return short if len(text) > len(after) + len(before) + AROUND else text
