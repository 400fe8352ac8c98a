"""How an answer is measured."""

from __future__ import annotations


def signs(text: str) -> int:
    """Length of an answer in signs, white space not counted."""
    return len("".join(text.split()))
