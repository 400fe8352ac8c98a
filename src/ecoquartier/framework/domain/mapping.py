"""The correspondence of two versions: proposing it, checking it, and what it does to what was written (rule 20)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.utils.translation import gettext as _

from ecoquartier.framework.domain.contents import Element, Link, Version, elements, ends_of
from ecoquartier.framework.enums import Change, ElementKind

T = TypeVar("T")
Key = tuple[str, str]

ONE_TO_ONE = frozenset({Change.SAME, Change.RENAMED, Change.MOVED})


def nature(old: Element, new: Element) -> Change:
    """What a pair is: the same when title, code and place are."""
    if old.title != new.title:
        return Change.RENAMED
    return Change.SAME if (old.code, old.place) == (new.code, new.place) else Change.MOVED


# --- Proposing ----------------------------------------------------------------------------------------------------


def propose(old: Version, new: Version, links: Iterable[Link] = ()) -> tuple[Link, ...]:
    """Complete a correspondence: what people wrote stays while both ends exist, the rest is paired by code, then by
    title; what is alone is removed or new."""
    before, after = elements(old), elements(new)
    kept = [link for link in links if _stands(link, before, after)]
    kept = [_corrected(link, before, after) for link in kept]
    done_old = {(link.kind, link.old) for link in kept if link.old}
    done_new = {(link.kind, link.new) for link in kept if link.new}
    waiting = [element for key, element in before.items() if key not in done_old]
    free = {key: element for key, element in after.items() if key not in done_new}
    pairs = {}
    for element in waiting:
        if element.key in free:
            pairs[element.key] = free.pop(element.key)
    for element in waiting:
        twin = next((e for e in free.values() if (e.kind, e.title) == (element.kind, element.title)), None)
        if element.key not in pairs and twin is not None:
            pairs[element.key] = free.pop(twin.key)
    for element in waiting:
        twin = pairs.get(element.key)
        if twin is None:
            kept.append(Link(element.kind, Change.REMOVED, element.code, ""))
        else:
            kept.append(Link(element.kind, nature(element, twin), element.code, twin.code))
    kept += [Link(element.kind, Change.NEW, "", element.code) for element in free.values()]
    return in_order(kept, before, after)


def in_order(links: Iterable[Link], before: Mapping[Key, Element], after: Mapping[Key, Element]) -> tuple[Link, ...]:
    """Lines in the order of the old version, what is new at the end of its kind."""
    kinds = {kind: rank for rank, kind in enumerate(ElementKind.values)}
    old_rank = {key: rank for rank, key in enumerate(before)}
    new_rank = {key: rank for rank, key in enumerate(after)}
    last = len(before) + len(after)

    def place(link: Link) -> tuple[int, int, int]:
        return (
            kinds[link.kind],
            old_rank.get((link.kind, link.old), last),
            new_rank.get((link.kind, link.new), last),
        )

    return tuple(sorted(links, key=place))


def _stands(link: Link, before: Mapping[Key, Element], after: Mapping[Key, Element]) -> bool:
    return (not link.old or (link.kind, link.old) in before) and (not link.new or (link.kind, link.new) in after)


def _corrected(link: Link, before: Mapping[Key, Element], after: Mapping[Key, Element]) -> Link:
    """A pair said identical whose title or place has changed since is said so."""
    if link.change != Change.SAME:
        return link
    return Link(link.kind, nature(before[link.kind, link.old], after[link.kind, link.new]), link.old, link.new)


# --- Checking -----------------------------------------------------------------------------------------------------


def faults(old: Version, new: Version, links: Sequence[Link]) -> list[str]:
    """Why a correspondence is not complete or not coherent, in sentences; none when it is both."""
    before, after = elements(old), elements(new)
    of_old: dict[Key, list[Link]] = defaultdict(list)
    of_new: dict[Key, list[Link]] = defaultdict(list)
    found = []
    for link in links:
        if (bool(link.old), bool(link.new)) != ends_of(link.change):
            found.append(
                _("Une ligne «\u00a0%(change)s\u00a0» n’a pas les bouts qu’il faut.") % {"change": _name(link)}
            )
        if link.old:
            of_old[link.kind, link.old].append(link)
        if link.new:
            of_new[link.kind, link.new].append(link)
    found += _absent(before, of_old, _("%(element)s de la version précédente manque à la table."))
    found += _absent(after, of_new, _("%(element)s de la nouvelle version manque à la table."))
    found += [_unknown(key, old) for key in of_old if key not in before]
    found += [_unknown(key, new) for key in of_new if key not in after]
    found += [sentence for key, lines in of_old.items() for sentence in _incoherent(key, lines, Change.SPLIT)]
    found += [sentence for key, lines in of_new.items() for sentence in _incoherent(key, lines, Change.MERGED)]
    found += [sentence for link in links if (sentence := _not_the_same(link, before, after))]
    return found


def _absent(known: Mapping[Key, Element], lines: Mapping[Key, list[Link]], sentence: str) -> list[str]:
    return [sentence % {"element": called(key)} for key in known if key not in lines]


def _unknown(key: Key, version: Version) -> str:
    return _("%(element)s n’existe pas dans la version %(version)s.") % {
        "element": called(key),
        "version": version.code,
    }


def _incoherent(key: Key, lines: Sequence[Link], several: Change) -> list[str]:
    """An end stands alone on its line, unless it is the one that splits or the one into which others merge."""
    changes = {link.change for link in lines}
    if len(lines) == 1:
        if several in changes:
            sentence = (
                _("%(element)s est dit scindé, mais en un seul élément.")
                if several == Change.SPLIT
                else _("%(element)s est dit fusionné, mais d’un seul élément.")
            )
            return [sentence % {"element": called(key)}]
        return []
    if changes == {several}:
        return []
    return [
        _("%(element)s est sur plusieurs lignes qui ne s’accordent pas (%(changes)s).")
        % {"element": called(key), "changes": ", ".join(sorted(str(Change(change).label) for change in changes))}
    ]


def _not_the_same(link: Link, before: Mapping[Key, Element], after: Mapping[Key, Element]) -> str:
    """What a line says of two elements is what they are."""
    if (link.kind, link.old) not in before or (link.kind, link.new) not in after:
        return ""
    old, new = before[link.kind, link.old], after[link.kind, link.new]
    if link.change == Change.RENAMED and old.texts == new.texts:
        return _("%(element)s est dit renommé, mais ses mots n’ont pas changé.") % {"element": called(old.key)}
    if link.change == Change.MOVED and (old.code, old.place) == (new.code, new.place):
        return _("%(element)s est dit déplacé, mais il est resté à sa place.") % {"element": called(old.key)}
    real = nature(old, new)
    if link.change != Change.SAME or real == Change.SAME:
        return ""
    return _("%(element)s est dit identique, mais il est %(change)s.") % {
        "element": called((link.kind, link.old)),
        "change": real.label,
    }


def _name(link: Link) -> str:
    return str(Change(link.change).label)


def called(key: Key) -> str:
    """« L’engagement 3 »."""
    kind, code = key
    words = {
        ElementKind.COMMITMENT: _("L’engagement %(code)s"),
        ElementKind.NOTION: _("La notion %(code)s"),
        ElementKind.INDICATOR: _("L’indicateur %(code)s"),
    }
    return words[ElementKind(kind)] % {"code": code}


# --- Its effect ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Effect:
    """What becomes of what was written, in numbers.

    Args:
        carried: found again as they are.
        merged: put together with others, to be read again.
        split: copied into each part, to be cut.
        beside: kept beside, without a counterpart.
    """

    carried: int = 0
    merged: int = 0
    split: int = 0
    beside: int = 0

    @property
    def total(self) -> int:
        """How many there are."""
        return self.carried + self.merged + self.split + self.beside


def effect_on_answers(links: Iterable[Link], answers: Mapping[int, int]) -> Effect:
    """What becomes of answers, from how many there are by number of the old commitment."""
    return _effect(
        (link for link in links if link.kind == ElementKind.COMMITMENT),
        {str(number): count for number, count in answers.items()},
    )


def effect_on_values(old: Version, new: Version, links: Iterable[Link], values: Mapping[str, int]) -> Effect:
    """What becomes of values, from how many there are by code of the old indicator."""
    carried = measured_alike(old, new, links)
    return Effect(
        carried=sum(count for code, count in values.items() if code in carried),
        beside=sum(count for code, count in values.items() if code not in carried),
    )


def _effect(links: Iterable[Link], counts: Mapping[str, int]) -> Effect:
    fate = {link.old: link.change for link in links if link.old}
    total: Counter[str] = Counter()
    for code, count in counts.items():
        change = fate.get(code, Change.REMOVED)
        name = {Change.MERGED: "merged", Change.SPLIT: "split", Change.REMOVED: "beside"}.get(Change(change), "carried")
        total[name] += count
    return Effect(**total)


# --- Carrying -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CarriedText:
    """An answer as it begins in the new version.

    Args:
        sources: numbers of the old commitments that it comes from.
        to_review: several texts were put together, or one was copied in several places.
    """

    text: str
    sources: tuple[int, ...]
    to_review: bool = False


@dataclass(frozen=True)
class Carried:
    """The answers of the new version, and those of the old one that have no counterpart, kept beside."""

    answers: Mapping[int, CarriedText]
    beside: Mapping[int, str]


def carry_answers(old: Version, links: Iterable[Link], answers: Mapping[int, str]) -> Carried:
    """Carry answers by the correspondence (rule 20). No word is lost: each text is carried or kept beside.

    Args:
        answers: number of the old commitment → text; empty ones are left aside.
    """
    names = {commitment.number: commitment.short for commitment in old.commitments}
    targets: dict[int, list[int]] = defaultdict(list)
    sources: dict[int, list[int]] = defaultdict(list)
    for link in links:
        if link.kind == ElementKind.COMMITMENT and link.old and link.new:
            targets[int(link.old)].append(int(link.new))
            sources[int(link.new)].append(int(link.old))
    carried = {}
    for number, origins in sorted(sources.items()):
        written = [origin for origin in sorted(origins) if answers.get(origin, "").strip()]
        if written:
            several = len(written) > 1
            parts = [f"{names[n]}\u00a0:\n{answers[n]}" if several else answers[n] for n in written]
            is_cut = any(len(targets[n]) > 1 for n in written)
            carried[number] = CarriedText("\n\n".join(parts), tuple(written), several or is_cut)
    beside = {number: text for number, text in answers.items() if text.strip() and number not in targets}
    return Carried(carried, beside)


def carry_values(
    old: Version, new: Version, links: Iterable[Link], values: Mapping[str, T]
) -> tuple[dict[str, T], dict[str, T]]:
    """Values by code of the new indicator, and those kept beside by code of the old one.

    A value is carried when one indicator became one indicator of the same kind and unit; numbers are never added up.
    """
    becomes = measured_alike(old, new, links)
    carried = {becomes[code]: value for code, value in values.items() if code in becomes}
    return carried, {code: value for code, value in values.items() if code not in becomes}


def measured_alike(old: Version, new: Version, links: Iterable[Link]) -> dict[str, str]:
    """Old indicator → the one that measures the same."""
    before, after = elements(old), elements(new)
    return {
        link.old: link.new
        for link in links
        if link.kind == ElementKind.INDICATOR
        and link.change in ONE_TO_ONE
        and _stands(link, before, after)
        and before[link.kind, link.old].measure == after[link.kind, link.new].measure
    }
