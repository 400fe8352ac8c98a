"""Messages about labels, sent only once published."""

from __future__ import annotations

from ecoquartier.dossiers.messages import holder_side, words
from ecoquartier.notifications.domain import notice

PUBLISHED_TO_HOLDER = notice(
    "awards",
    "award_published_to_holder",
    recipients=lambda award: holder_side(award.dossier),
    context=lambda award: {**words(award.dossier), "code": award.code, "path": f"/verifier/{award.code}/"},
)
