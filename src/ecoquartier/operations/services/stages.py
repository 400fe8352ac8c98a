"""Writing what is held."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from ecoquartier.operations.models import Operation, Perimeter, Phase, StageHistory
from ecoquartier.operations.services.perimeter_changes import measure_changes


def record_stage(
    operation: Operation,
    *,
    rank: int,
    name: str,
    scheme_title: str,
    year: int,
    source: str,
    decided_on: date | None = None,
    published_at: datetime | None = None,
    phases: Iterable[Phase] = (),
    perimeter: Perimeter | None = None,
) -> StageHistory:
    """Write what is held: registration, import and awards all come here. The caller writes the journal entry.

    `perimeter` is what was labelled, whatever was recorded since. `published_at` also stands for the notification when
    an older fact was made public long ago.
    """
    row = StageHistory.objects.create(
        operation=operation,
        rank=rank,
        name=name,
        scheme_title=scheme_title,
        year=year,
        source=source,
        decided_on=decided_on,
        notified_at=published_at,
        published_at=published_at,
        perimeter=perimeter,
    )
    row.phases.set(phases)
    measure_changes(operation, [row])
    return row
