"""Small versions, to change at will."""

from dataclasses import replace

from ecoquartier.framework.domain.contents import Commitment, Dimension, Indicator, Notion, Version


def notion(code, title=None, questions=("Pourquoi ?",)):
    return Notion(code, title or f"Notion {code}", "indicative", questions)


def commitment(number, title=None, notions=()):
    return Commitment(
        number, title or f"Engagement {number}", f"Court {number}", "official", ("sobriete",), (11,), tuple(notions)
    )


def indicator(code, number=1, title=None, **values):
    base = Indicator(
        code, number, title or f"Mesure {code}", "%", "percent", "higher", ("inclusion",), "indicative", "", ""
    )
    return replace(base, **values)


def version(*commitments, indicators=(), code="ancienne", **values):
    """A version of one dimension."""
    numbers = tuple(c.number for c in commitments)
    return Version(
        code, "Essai", 2000, (Dimension("D1", "Tout", "", numbers),), commitments, tuple(indicators), **values
    )
