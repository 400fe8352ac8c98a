"""Messages about labels, sent only once published."""

from __future__ import annotations

from ecoquartier.awards.enums import AwardState
from ecoquartier.dossiers.messages import SAMPLE, holder_side, words
from ecoquartier.notifications.domain import notice
from ecoquartier.notifications.enums import Family

PUBLISHED_TO_HOLDER = notice(
    "awards",
    "award_published_to_holder",
    family=Family.DECISION,
    recipients=lambda award: holder_side(award.dossier),
    context=lambda award: {**words(award.dossier), "code": award.code, "path": f"/verifier/{award.code}/"},
    sample={**SAMPLE, "code": "EQ-7K3M-92XD", "path": "/verifier/EQ-7K3M-92XD/"},
    # Rule 15: a message about a label that is not public, or no longer, does not leave.
    visible_to=lambda person, award: (
        award.state == AwardState.PUBLISHED and person.has_perm("dossiers.view", award.dossier)
    ),
)
