"""Quorum and votes (rule 11), over plain numbers. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Quorum:
    """State of the quorum for one item."""

    present: int
    required: int
    seats: int
    recused: int

    @property
    def is_reached(self) -> bool:
        """At least the required number of voting seats are present."""
        return self.present >= self.required


def quorum(*, seats: int, present: int, recused: int, recused_present: int, fraction: tuple[int, int]) -> Quorum:
    """The quorum of an item: a recused seat leaves both sides.

    Args:
        seats: voting seats that are filled.
        present: voting seats present, remote, or represented by a proxy.
        recused: voting seats recused for this item; `recused_present` of them are present.
        fraction: numerator and denominator of the required part, rounded up (half by default).
    """
    base = seats - recused
    numerator, denominator = fraction
    required = -(-base * numerator // denominator)
    return Quorum(present=present - recused_present, required=max(required, 1), seats=base, recused=recused)


def carries(*, votes_for: int, votes_against: int, chair_is_for: bool) -> bool:
    """Majority of the votes cast, abstentions aside; the chair breaks a tie."""
    if votes_for == votes_against:
        return chair_is_for
    return votes_for > votes_against
