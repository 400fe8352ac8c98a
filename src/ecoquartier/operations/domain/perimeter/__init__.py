"""The perimeter of an operation: read from a file that nobody trusts, repaired, measured, drawn.

Everything that opens a file or computes a shape runs in a process of its own (`worker`, called by
`operations.services.perimeter_files`): the web process loads neither the geometry library nor the file. What is in
this module is light and may be imported anywhere; `refusals` holds the sentences, for whoever shows them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

MEGABYTE = 1024 * 1024
MAX_FILE = 20 * MEGABYTE
MAX_UNZIPPED = 100 * MEGABYTE
MAX_VERTICES = 50_000
MAX_PARTS = 50
"""Beyond, a file is taken whole: nobody ticks three hundred boxes."""
MAX_AREA_HA, MIN_AREA_HA = 5_000, 0.01
DOUBTFUL_GAP = Decimal("0.10")
FAR_KM, TOO_FAR_KM = 20, 100
NOTABLE_CHANGE = 0.05
"""Beyond this share of the area labelled, a change of perimeter is told (rule 16)."""


class Refused(Exception):
    """Why a file gives no perimeter: a code of `refusals`, and the facts that its sentence quotes.

    Args:
        asks_projection: whether saying the projection could mend it.
    """

    def __init__(self, code: str, *, asks_projection: bool = False, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.asks_projection = asks_projection
        self.facts = facts


def doubtful_gap(declared: Decimal | None, measured: Decimal | None) -> Decimal | None:
    """By what share the declared area differs from the measured one, when that is more than a tenth."""
    if not declared or not measured:
        return None
    gap = abs(declared - measured) / measured
    return gap if gap > DOUBTFUL_GAP else None
