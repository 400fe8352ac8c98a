"""Reading a version from the structure of its file: each value is checked, and a fault says where it is."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from ecoquartier.core.errors import DomainError
from ecoquartier.framework.domain import contents, vocabulary
from ecoquartier.framework.domain.contents import CODE, FORMULA, LONG, PARAGRAPH, SHORT, TITLE, UNIT
from ecoquartier.framework.domain.formula import FormulaError, parse
from ecoquartier.framework.enums import WORDS, Change, Direction, ElementKind, IndicatorKind, Provenance

Path = tuple[str | int, ...]

MAX_ITEMS = 500
MAX_NUMBER = 999
MAX_CHARACTERS = 20_000
VERSION_CODE = re.compile(r"[a-z0-9_-]{1,20}", re.IGNORECASE)
RESERVED_CODES = ("comparer", "importer")
"""Words that stand in addresses where the code of a version does."""
PLAIN_CODE = re.compile(r"[A-Za-z0-9._-]+")
# Signs that nobody sees, those that turn the sense of reading included: a text must be what it looks like.
CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f\x85\u200b\u2028-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
SHOWN = 40


class ContentError(DomainError):
    """A file that is not a version: where, and why."""

    def __init__(self, path: Path, why: str, place: str = "") -> None:
        self.path, self.why = path, why
        where = " › ".join(str(step + 1) if isinstance(step, int) else step for step in path)
        where = f"{place} ({where})" if place and where else place or where
        if where:
            sentence = _("%(where)s\u00a0: %(why)s.") % {"where": where, "why": why}
        else:
            sentence = f"{why[:1].upper()}{why[1:]}."
        super().__init__(sentence, code="not_a_framework")


def shown(value: Any) -> str:
    """What a file holds, as a sentence may repeat it: short, on one line, without invisible signs."""
    words = " ".join(CONTROL.sub("", str(value)[: SHOWN * 2]).split())
    return words if len(words) <= SHOWN else f"{words[:SHOWN]}…"


@dataclass(frozen=True)
class Node:
    """A value of the file and the way to it."""

    value: Any
    path: Path = ()

    def refuse(self, why: str) -> NoReturn:
        """Say what is wrong here."""
        raise ContentError(self.path, why)

    def fields(self, required: Collection[str], optional: Collection[str] = ()) -> dict[str, Node]:
        """The values of a mapping with exactly these keys."""
        if not isinstance(self.value, dict):
            self.refuse(_("des rubriques sont attendues (%(names)s)") % {"names": ", ".join(required)})
        known = [*required, *optional]
        for key in self.value:
            if key not in known:
                Node(None, (*self.path, shown(key))).refuse(
                    _("rubrique inconnue\u00a0; sont connues %(names)s") % {"names": ", ".join(known)}
                )
        for key in required:
            if key not in self.value:
                self.refuse(_("la rubrique «\u00a0%(name)s\u00a0» manque") % {"name": key})
        return {key: Node(value, (*self.path, key)) for key, value in self.value.items()}

    def items(self, *, at_least: int = 0) -> list[Node]:
        """The values of a list."""
        if not isinstance(self.value, list):
            self.refuse(_("une liste est attendue"))
        if len(self.value) > MAX_ITEMS:
            self.refuse(_("plus de %(limit)s éléments") % {"limit": MAX_ITEMS})
        if len(self.value) < at_least:
            self.refuse(_("la liste est vide"))
        return [Node(value, (*self.path, rank)) for rank, value in enumerate(self.value)]

    def text(self, limit: int, *, empty: bool = False, lines: bool = False) -> str:
        """A text of at most `limit` characters, on one line unless `lines`."""
        if not isinstance(self.value, str):
            self.refuse(_("un texte est attendu, entre guillemets"))
        if not empty and not self.value.strip():
            self.refuse(_("le texte est vide"))
        if self.value != self.value.strip():
            self.refuse(_("le texte commence ou finit par un espace"))
        if len(self.value) > limit:
            self.refuse(
                _("le texte compte %(length)s signes, %(limit)s au plus") % {"length": len(self.value), "limit": limit}
            )
        if CONTROL.search(self.value):
            self.refuse(_("le texte contient un signe invisible"))
        if not lines and ("\n" in self.value or "\t" in self.value):
            self.refuse(_("le texte tient sur une seule ligne, sans tabulation"))
        return self.value

    def code(self, limit: int = CODE) -> str:
        """A short code, without space."""
        text = self.text(limit)
        if not PLAIN_CODE.fullmatch(text):
            self.refuse(_("un code n’a que des lettres sans accent, des chiffres, des points et des tirets"))
        return text

    def number(self, highest: int, lowest: int = 1) -> int:
        """A whole number."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            self.refuse(_("un nombre entier est attendu"))
        if not lowest <= self.value <= highest:
            self.refuse(_("un nombre de %(low)s à %(high)s est attendu") % {"low": lowest, "high": highest})
        return self.value

    def choice(self, values: Collection[Any]) -> Any:
        """One of the values; 1.0 and true are not 1."""
        if not any(type(self.value) is type(value) and self.value == value for value in values):
            self.refuse(
                _("«\u00a0%(value)s\u00a0» n’est pas connu\u00a0; sont connus %(known)s")
                % {"value": shown(self.value), "known": ", ".join(map(str, values))}
            )
        return self.value

    def once(self, key: Any, seen: set) -> None:
        """Refuse what another element is already called."""
        if key in seen:
            self.refuse(_("«\u00a0%(key)s\u00a0» est déjà pris") % {"key": key})
        seen.add(key)


def read(source: Any) -> contents.Version:
    """Check the structure of a file, and make a version of it.

    Raises:
        ContentError: something is missing, unknown, out of bounds or inconsistent; it says where.
    """
    top = Node(source).fields(
        ("code", "title", "answer_max_characters", "dimensions", "commitments", "indicators"),
        ("challenges", "based_on", "mapping"),
    )
    own = read_challenges(top["challenges"]) if "challenges" in top else ()
    challenges = {**vocabulary.challenges(), **{challenge.code: challenge.title for challenge in own}}
    commitments = _commitments(top["commitments"], challenges)
    numbers = {commitment.number for commitment in commitments}
    code = _version_code(top["code"])
    based_on = _version_code(top["based_on"]) if "based_on" in top else ""
    if based_on == code:
        top["based_on"].refuse(_("une version ne se prolonge pas elle-même"))
    return contents.Version(
        code=code,
        title=top["title"].text(LONG),
        answer_max_characters=top["answer_max_characters"].number(MAX_CHARACTERS, 100),
        dimensions=_dimensions(top["dimensions"], numbers),
        commitments=commitments,
        indicators=_indicators(top["indicators"], numbers, challenges),
        challenges=own,
        based_on=based_on,
        mapping=_mapping(top["mapping"], based_on) if "mapping" in top else (),
    )


def _version_code(node: Node) -> str:
    text = node.text(20)
    if fault := version_code_fault(text):
        node.refuse(fault)
    return text


def version_code_fault(code: str) -> str | None:
    """Why a version cannot bear this code, to be put in a sentence; nothing when it can."""
    if code.lower() in RESERVED_CODES:
        return _("«\u00a0%(code)s\u00a0» est un mot réservé aux adresses du site, choisissez un autre code") % {
            "code": code
        }
    if not VERSION_CODE.fullmatch(code):
        return _("un code de version n’a que des lettres sans accent, des chiffres et des tirets, vingt au plus")
    return None


def read_challenges(node: Node) -> tuple[contents.Challenge, ...]:
    """The challenges that a version adds to those of the vocabulary.

    Raises:
        ContentError: which one is wrong, and why.
    """
    seen = set(vocabulary.challenges())
    found = []
    for item in node.items():
        field = item.fields(("code", "title"))
        code = field["code"].code(UNIT)
        field["code"].once(code, seen)
        found.append(contents.Challenge(code, field["title"].text(SHORT)))
    return tuple(found)


def _dimensions(node: Node, numbers: set[int]) -> tuple[contents.Dimension, ...]:
    found: list[contents.Dimension] = []
    codes: set[str] = set()
    placed: set[int] = set()
    for item in node.items(at_least=1):
        field = item.fields(("code", "title", "commitments"), ("motto",))
        code = field["code"].code()
        field["code"].once(code, codes)
        held = []
        for entry in field["commitments"].items(at_least=1):
            number = entry.choice(sorted(numbers))
            entry.once(number, placed)
            held.append(number)
        motto = field["motto"].text(LONG, empty=True) if "motto" in field else ""
        found.append(contents.Dimension(code, field["title"].text(LONG), motto, tuple(sorted(held))))
    if alone := sorted(numbers - placed):
        node.refuse(_("l’engagement %(number)s n’est dans aucune dimension") % {"number": alone[0]})
    return tuple(found)


def _commitments(node: Node, challenges: Collection[str]) -> tuple[contents.Commitment, ...]:
    found = []
    numbers: set[int] = set()
    codes: set[str] = set()
    for item in node.items(at_least=1):
        field = item.fields(("number", "title", "short", "provenance", "challenges", "odd", "notions"))
        number = field["number"].number(MAX_NUMBER)
        field["number"].once(number, numbers)
        found.append(
            contents.Commitment(
                number=number,
                title=field["title"].text(TITLE),
                short=field["short"].text(SHORT),
                provenance=field["provenance"].choice(Provenance.values),
                challenges=_several(field["challenges"], challenges),
                sdgs=_several(field["odd"], vocabulary.goals()),
                notions=tuple(_notion(notion, codes) for notion in field["notions"].items()),
            )
        )
    return tuple(sorted(found, key=lambda commitment: commitment.number))


def _notion(node: Node, codes: set[str]) -> contents.Notion:
    field = node.fields(("code", "title", "provenance", "questions"))
    code = field["code"].code()
    field["code"].once(code, codes)
    return contents.Notion(
        code=code,
        title=field["title"].text(LONG),
        provenance=field["provenance"].choice(Provenance.values),
        questions=tuple(question.text(PARAGRAPH, lines=True) for question in field["questions"].items()),
    )


def _indicators(node: Node, numbers: set[int], challenges: Collection[str]) -> tuple[contents.Indicator, ...]:
    found = []
    codes: set[str] = set()
    required = ("code", "commitment", "title", "unit", "kind", "direction", "challenges", "provenance")
    for item in node.items():
        field = item.fields(required, ("method", "formula"))
        code = field["code"].code()
        field["code"].once(code, codes)
        kind = field["kind"].choice(IndicatorKind.values)
        formula = _formula(field["formula"]) if "formula" in field else ""
        if formula and kind in WORDS:
            field["formula"].refuse(_("une formule donne un nombre, cet indicateur n’en est pas un"))
        found.append(
            contents.Indicator(
                code=code,
                commitment=field["commitment"].choice(sorted(numbers)),
                title=field["title"].text(LONG),
                unit=field["unit"].text(UNIT, empty=True),
                kind=kind,
                direction=field["direction"].choice(Direction.values),
                challenges=_several(field["challenges"], challenges),
                provenance=field["provenance"].choice(Provenance.values),
                method=field["method"].text(PARAGRAPH, empty=True, lines=True) if "method" in field else "",
                formula=formula,
            )
        )
    return tuple(found)


def _formula(node: Node) -> str:
    text = node.text(FORMULA, empty=True)
    if text:
        try:
            parse(text, vocabulary.figures())
        except FormulaError as error:
            node.refuse(error.message.rstrip("."))
    return text


def _several(node: Node, values: Collection[Any]) -> tuple[Any, ...]:
    """Different values of a list, in the order of the file."""
    seen: set[Any] = set()
    found = []
    for item in node.items():
        value = item.choice(values)
        item.once(value, seen)
        found.append(value)
    return tuple(found)


def _mapping(node: Node, based_on: str) -> tuple[contents.Link, ...]:
    if not based_on:
        node.refuse(_("une table de correspondance demande la rubrique «\u00a0based_on\u00a0»"))
    found = []
    seen: set[tuple[str, ...]] = set()
    for item in node.items():
        field = item.fields(("kind", "change"), ("old", "new"))
        change = field["change"].choice(Change.values)
        ends = {name: field[name].code() if name in field else "" for name in ("old", "new")}
        if (bool(ends["old"]), bool(ends["new"])) != contents.ends_of(change):
            item.refuse(_("«\u00a0old\u00a0» et «\u00a0new\u00a0» ne vont pas avec ce changement"))
        kind = field["kind"].choice(ElementKind.values)
        item.once((kind, *ends.values()), seen)
        found.append(contents.Link(kind, change, **ends))
    return tuple(found)
