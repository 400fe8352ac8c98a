"""The actors of an operation are organisations: what is a person’s own has no place there. Pure functions."""

from __future__ import annotations

import re

# « 06 12 34 56 78 », « +33 6 12 34 56 78 », whatever parts the digits; a SIREN or a SIRET is none.
_TELEPHONE = re.compile(r"(?<!\d)(?:0|(?:\+|00)\d{2,3}[\s.-]?(?:\(0\))?)[\s.-]?[1-9](?:[\s.-]?\d){8}(?!\d)")
_ADDRESS = re.compile(r"\S@\S+\.\w")


def tells_how_to_reach(text: str) -> bool:
    """Whether a text holds a telephone number or an e-mail address."""
    return bool(_ADDRESS.search(text) or _TELEPHONE.search(text))
