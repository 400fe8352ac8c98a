"""What counties and regions add to a commitment, beside the common version and never instead of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError
from ecoquartier.framework.domain.local import read_local_indicators
from ecoquartier.framework.enums import SupplementState
from ecoquartier.framework.messages import SUPPLEMENT_PUBLISHED, SUPPLEMENT_RETURNED, SUPPLEMENT_WITHDRAWN
from ecoquartier.framework.models import Commitment, LocalSupplement
from ecoquartier.framework.workflow import (
    SUPPLEMENT_WORKFLOW,
    SupplementStep,
    is_in_preparation,
    is_of_a_version_in_use,
)
from ecoquartier.notifications.domain import Notice
from ecoquartier.notifications.services import post
from ecoquartier.people.models import User
from ecoquartier.territories.models import County, Region
from ecoquartier.workflow.engine import Effect, act, require

FIELDS = ("guidance", "questions", "indicators", "reason")
MAX_QUESTIONS = 50
"""How many a supplement may add to those of the commitment."""


@act("supplement.drafted", permission="framework.supplement", guards=(is_of_a_version_in_use,))
def write_supplement(
    commitment: Commitment,
    *,
    actor,
    county: County | None = None,
    region: Region | None = None,
    origin: LocalSupplement | None = None,
    **values: Any,
) -> Effect:
    """Begin what a county or a region adds to a commitment, with a reason.

    Args:
        origin: what it is written from; it must be of a territory that one writes for.

    Raises:
        PermissionRefused: it is not one's territory.
        ValidationError: there is no territory, or two, or no reason.
        ContentError: an indicator is wrong.
        DomainError: there are too many questions, or the very same text is already in preparation (a form sent twice).
    """
    supplement = LocalSupplement(
        commitment=commitment,
        county=county,
        region=region,
        origin=origin,
        author=actor if isinstance(actor, User) else None,
    )
    require(actor, "framework.write_supplement", supplement)
    data = _territory(supplement)
    if origin is not None:
        require(actor, "framework.write_supplement", origin)
        data["origin"] = str(origin.pk)
    _set(supplement, values)
    if _is_written(supplement):
        raise DomainError(_("Vous avez déjà commencé cette même déclinaison."), code="written_already")
    supplement.save()
    return Effect(result=supplement, data=data, detail={"reason": supplement.reason})


@act("supplement.changed", permission="framework.write_supplement", guards=(is_in_preparation,))
def change_supplement(supplement: LocalSupplement, *, actor, **values: Any) -> Effect:
    """Change what is not published yet, among `FIELDS`.

    Raises:
        ValidationError: there is no reason left.
        ContentError: an indicator is wrong.
        ValueError: a field is not editable.
    """
    changed = [name for name in values if getattr(supplement, name, None) != values[name]]
    _set(supplement, values)
    return Effect(fields=changed, data={"fields": changed})


@SUPPLEMENT_WORKFLOW.performs(SupplementStep.PROPOSE)
def propose_supplement(supplement: LocalSupplement, *, actor) -> Effect:
    """Say that what a county writes is finished: its region is told, and publishes it or gives it back."""
    return Effect(data=_territory(supplement))


@SUPPLEMENT_WORKFLOW.performs(SupplementStep.RETURN)
def return_supplement(supplement: LocalSupplement, *, actor, reason: str) -> Effect:
    """Give back what was proposed, to be written again, with a reason that its author is told."""
    return Effect(
        data=_territory(supplement),
        detail={"reason": reason},
        then=_tell_author(SUPPLEMENT_RETURNED, supplement, actor),
    )


@SUPPLEMENT_WORKFLOW.performs(SupplementStep.PUBLISH)
def publish_supplement(supplement: LocalSupplement, *, actor) -> Effect:
    """Show it beside the commitment, to those of its territory and to the public."""
    supplement.published_at = clock.now()
    return Effect(
        fields=["published_at"],
        data=_territory(supplement),
        then=_tell_author(SUPPLEMENT_PUBLISHED, supplement, actor),
    )


@SUPPLEMENT_WORKFLOW.performs(SupplementStep.WITHDRAW)
def withdraw_supplement(supplement: LocalSupplement, *, actor, reason: str) -> Effect:
    """Take it away from what people read, with a reason; it stays in the history."""
    supplement.withdrawn_at = clock.now()
    return Effect(
        fields=["withdrawn_at"],
        data=_territory(supplement),
        detail={"reason": reason},
        then=_tell_author(SUPPLEMENT_WITHDRAWN, supplement, actor),
    )


def _set(supplement: LocalSupplement, values: dict[str, Any]) -> None:
    if unknown := set(values) - set(FIELDS):
        raise ValueError(f"Not editable: {sorted(unknown)}")
    for name, value in values.items():
        setattr(supplement, name, read_local_indicators(value) if name == "indicators" else value)
    if len(supplement.question_list) > MAX_QUESTIONS:
        raise DomainError(
            _("Pas plus de %(count)s questions pour un engagement.") % {"count": MAX_QUESTIONS}, code="too_many"
        )
    supplement.full_clean()


def _is_written(supplement: LocalSupplement) -> bool:
    """Whether the same words wait already, in preparation."""
    same = LocalSupplement.objects.filter(
        commitment=supplement.commitment,
        county=supplement.county,
        region=supplement.region,
        state=SupplementState.DRAFT,
    )
    return same.filter(**{name: getattr(supplement, name) for name in FIELDS}).exists()


def _tell_author(notice: Notice, supplement: LocalSupplement, actor) -> Callable[[], Any] | None:
    """Nobody is told of what they have just done."""
    return None if actor.pk == supplement.author_id else lambda: post(notice, supplement)


def _territory(supplement: LocalSupplement) -> dict[str, Any]:
    return {
        "commitment": supplement.commitment_id,
        "county": supplement.county_id,
        "region": supplement.region_id,
    }
