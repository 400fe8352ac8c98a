"""Public operations, as an import of the ministry’s sheet leaves them."""

from __future__ import annotations

from typing import Any

from ecoquartier.core import clock
from ecoquartier.directory.services import rebuild
from ecoquartier.operations.models import Operation
from ecoquartier.operations.services import add_operation, record_stage
from ecoquartier.territories.models import Commune

LAVAL = "53130"


def labelled(
    name: str = "Les Tanneries", *, rank: int = 3, year: int = 2015, commune: str = LAVAL, **fields: Any
) -> Operation:
    """An operation with a published stage of the old scheme; the directory says so."""
    # What is no argument of the service: codes of the lists, and the like.
    others = {
        key: fields.pop(key)
        for key in ("vocations", "strong_points", "state", "state_since", "state_reason")
        if key in fields
    }
    operation = add_operation(name=name, lead_commune=Commune.objects.get(pk=commune), **fields)
    if "state" in others:
        others = {"state_since": clock.today(), "state_reason": "Sans financement."} | others
    if others:
        Operation.objects.filter(pk=operation.pk).update(**others)
    record_stage(
        operation,
        rank=rank,
        name={2: "engagé", 3: "label"}[rank],
        scheme_title="Premier label (2013)",
        year=year,
        source="reprise 2016",
        published_at=clock.now(),
    )
    rebuild([operation.pk])
    return operation
