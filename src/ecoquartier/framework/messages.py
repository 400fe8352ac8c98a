"""Messages about what territories add to the référentiel."""

from __future__ import annotations

from ecoquartier.framework.models import LocalSupplement
from ecoquartier.framework.queries import publishers_of
from ecoquartier.notifications.domain import Notice, may, notice
from ecoquartier.notifications.enums import Family

SAMPLE = {
    "territory": "Mayenne (53)",
    "commitment": "16. Adaptation et risques",
    "path": "/espace/services/declinaisons/7f9c24e5-2f0b-4d3c-9a51-0c7d6f1e8b22/",
}
"""An example of each value of a message about a supplement."""


def _words(supplement: LocalSupplement) -> dict[str, str]:
    return {
        "territory": str(supplement.territory),
        "commitment": str(supplement.commitment),
        "path": f"/espace/services/declinaisons/{supplement.pk}/",
    }


def _to_author(key: str, family: Family) -> Notice:
    return notice(
        "framework",
        key,
        family=family,
        recipients=lambda supplement: [supplement.author] if supplement.author else [],
        context=_words,
        sample=SAMPLE,
        visible_to=may("framework.view_supplement"),
    )


SUPPLEMENT_PROPOSED = notice(
    "framework",
    "supplement_proposed_to_region",
    family=Family.ACT,
    recipients=publishers_of,
    context=_words,
    sample=SAMPLE,
    visible_to=may("framework.publish_supplement"),
)
SUPPLEMENT_RETURNED = _to_author("supplement_returned_to_author", Family.ACT)
SUPPLEMENT_PUBLISHED = _to_author("supplement_published_to_author", Family.DECISION)
SUPPLEMENT_WITHDRAWN = _to_author("supplement_withdrawn_to_author", Family.DECISION)
