"""The recommendations that a deposit quotes with their answers, as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from ecoquartier.dossiers.domain import Snapshot
from ecoquartier.framework.models import Commitment
from ecoquartier.operations.models import Recommendation


@dataclass(frozen=True)
class Quoted:
    """One recommendation of an earlier commission, and what its holder answered in the deposit."""

    commitment: str
    text: str
    issuer: str
    issued_on: date
    due_on: date | None
    answer: str


def quoted(recommendation: Recommendation, answer: str) -> Quoted:
    """A recommendation of the register with the answer that a deposit gives."""
    return Quoted(
        commitment=str(recommendation.commitment or ""),
        text=recommendation.text,
        issuer=recommendation.issuer,
        issued_on=recommendation.issued_on,
        due_on=recommendation.due_on,
        answer=answer,
    )


def quoted_in(snapshot: Snapshot, commitments: Mapping[str, Commitment]) -> list[Quoted]:
    """What a snapshot quotes, in the order of the commitments; nothing in a deposit older than these quotes.

    Args:
        commitments: those of the version of the deposit, by number.
    """
    rows = snapshot.get("recommendations", {}).values()
    return [_quoted(row, commitments) for row in sorted(rows, key=lambda row: (row["commitment"] or 0, row["text"]))]


def _quoted(row: Mapping[str, Any], commitments: Mapping[str, Commitment]) -> Quoted:
    number = row["commitment"]
    named = commitments.get(str(number)) or (_("Engagement %(n)s") % {"n": number} if number else "")
    return Quoted(
        commitment=str(named),
        text=row["text"],
        issuer=row["issuer"],
        issued_on=date.fromisoformat(row["issued_on"]),
        due_on=date.fromisoformat(row["due_on"]) if row["due_on"] else None,
        answer=row["answer"],
    )
