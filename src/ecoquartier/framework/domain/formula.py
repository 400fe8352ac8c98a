"""Formulas of indicators: four operations and parentheses over numbers and declared figures of the programme.

A formula is read once into a flat list of steps; computing it is a loop over that list. There is no attribute, no call,
no power and no comparison in the grammar, so there is nothing to forbid afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow

from django.utils.translation import gettext as _

from ecoquartier.core.errors import DomainError

MAX_LENGTH = 200
MAX_DEPTH = 20
TOKEN = re.compile(r"\s*(?:(?P<number>[0-9]+(?:[.,][0-9]+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign>[-+*/()]))")
# What people type, and what in_words shows, is read as what computers call it: one sign for one sign.
TYPED = str.maketrans("×÷−", "*/-")
OPPOSITE = "±"
"""The step that changes the sign of what precedes it."""

ARITHMETIC = Context(prec=28, traps=[DivisionByZero, InvalidOperation, Overflow])
OPERATIONS = {"+": ARITHMETIC.add, "-": ARITHMETIC.subtract, "*": ARITHMETIC.multiply, "/": ARITHMETIC.divide}


class FormulaError(DomainError):
    """A formula that cannot be read; `position` is that of the first wrong sign, from 1."""

    def __init__(self, why: str, position: int) -> None:
        self.position = position
        super().__init__(_("Signe %(position)s\u00a0: %(why)s.") % {"position": position, "why": why}, code="formula")


@dataclass(frozen=True)
class Outcome:
    """What a formula gives: a number, or the reason why there is none."""

    number: Decimal | None
    reason: str = ""

    @property
    def is_computable(self) -> bool:
        """There is a number."""
        return self.number is not None


@dataclass(frozen=True)
class Formula:
    """A formula that has been read: its steps, each after what it applies to."""

    steps: tuple[Decimal | str, ...]
    figures: frozenset[str]

    def compute(self, values: Mapping[str, Decimal | int | None], names: Mapping[str, str] | None = None) -> Outcome:
        """The number, with Python's decimal arithmetic; or why it cannot be computed.

        Args:
            values: code of a figure → its value; absent, None and what is not finite are missing.
            names: code of a figure → how the reason calls it.
        """
        known = {code: Decimal(value) for code in self.figures if (value := values.get(code)) is not None}
        missing = sorted(code for code in self.figures if code not in known or not known[code].is_finite())
        if missing:
            words = ", ".join((names or {}).get(code, code) for code in missing)
            return Outcome(None, _("Non calculable\u00a0: il manque %(figures)s.") % {"figures": words})
        stack: list[Decimal] = []
        try:
            for step in self.steps:
                if isinstance(step, Decimal):
                    stack.append(step)
                elif step in OPERATIONS:
                    right, left = stack.pop(), stack.pop()
                    stack.append(OPERATIONS[step](left, right))
                else:
                    stack.append(ARITHMETIC.minus(stack.pop()) if step == OPPOSITE else known[step])
        except (DivisionByZero, InvalidOperation):
            return Outcome(None, _("Non calculable\u00a0: la formule divise par zéro."))
        except Overflow:
            return Outcome(None, _("Non calculable\u00a0: le résultat est trop grand."))
        return Outcome(stack.pop())


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    position: int


def parse(text: str, figures: Collection[str]) -> Formula:
    """Read a formula.

    Args:
        figures: codes of the figures that it may name.

    Raises:
        FormulaError: it is empty, too long, too deep, or says something else; the sentence points at the place.
    """
    return _Parser(text, figures).read()


def in_words(text: str, names: Mapping[str, str]) -> str:
    """A formula as people read it: « 100 × logements sociaux ÷ logements », from code of a figure → its name."""
    spaced = re.sub(r"(?<=[\w)])\s*([-+*/])\s*", r" \1 ", text.translate(TYPED)).translate(str.maketrans("*/.", "×÷,"))
    return re.sub(r"[A-Za-z_]\w*", lambda found: names.get(found[0], found[0]), spaced.strip())


class _Parser:
    """Sum = product (+ or - product)…; product = factor (* or / factor)…; factor = number, figure, -factor, (sum)."""

    def __init__(self, text: str, figures: Collection[str]) -> None:
        self.figures = figures
        self.end = len(text) + 1
        self.tokens = self._cut(text)
        self.at = 0
        self.depth = 0
        self.steps: list[Decimal | str] = []

    def read(self) -> Formula:
        self._sum()
        if token := self._next():
            raise FormulaError(
                _("un opérateur est attendu avant «\u00a0%(sign)s\u00a0»") % {"sign": token.text}, token.position
            )
        named = frozenset(step for step in self.steps if isinstance(step, str) and step in self.figures)
        return Formula(tuple(self.steps), named)

    def _cut(self, text: str) -> list[_Token]:
        if len(text) > MAX_LENGTH:
            raise FormulaError(_("elle dépasse %(limit)s signes") % {"limit": MAX_LENGTH}, MAX_LENGTH + 1)
        tokens, at, end, typed = [], 0, len(text.rstrip()), text.translate(TYPED)
        while at < end:
            match = TOKEN.match(typed, at)
            if match is None:
                at += len(text[at:]) - len(text[at:].lstrip())
                raise FormulaError(
                    _(
                        "«\u00a0%(sign)s\u00a0» n’est pas permis, seulement + - × ÷ ( ), les nombres "
                        "et les chiffres du programme"
                    )
                    % {"sign": text[at]},
                    at + 1,
                )
            kind = str(match.lastgroup)
            tokens.append(_Token(kind, match[kind], match.start(kind) + 1))
            at = match.end()
        return tokens

    def _next(self) -> _Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def _take(self, signs: str) -> _Token | None:
        token = self._next()
        if token is None or token.kind != "sign" or token.text not in signs:
            return None
        self.at += 1
        return token

    def _sum(self) -> None:
        self._product()
        while sign := self._take("+-"):
            self._product()
            self.steps.append(sign.text)

    def _product(self) -> None:
        self._factor()
        while sign := self._take("*/"):
            self._factor()
            self.steps.append(sign.text)

    def _factor(self) -> None:
        token = self._next()
        if token is None or (token.kind == "sign" and token.text not in "-("):
            raise FormulaError(
                _("un nombre, un chiffre du programme ou une parenthèse est attendu"),
                token.position if token else self.end,
            )
        self.at += 1
        if token.kind == "number":
            self.steps.append(Decimal(token.text.replace(",", ".")))
        elif token.kind == "name":
            self._figure(token)
        else:
            self._inside(token)

    def _figure(self, token: _Token) -> None:
        if token.text not in self.figures:
            raise FormulaError(
                _("«\u00a0%(name)s\u00a0» n’est pas un chiffre du programme (%(known)s)")
                % {"name": token.text, "known": ", ".join(sorted(self.figures))},
                token.position,
            )
        self.steps.append(token.text)

    def _inside(self, token: _Token) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FormulaError(_("plus de %(limit)s niveaux emboîtés") % {"limit": MAX_DEPTH}, token.position)
        if token.text == "-":
            self._factor()
            self.steps.append(OPPOSITE)
        else:
            self._sum()
            if self._take(")") is None:
                wrong = self._next()
                raise FormulaError(_("une parenthèse fermante est attendue"), wrong.position if wrong else self.end)
        self.depth -= 1
