"""Recommendations around an item: those it issues, and those of earlier commissions that its dossier answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from ecoquartier.commissions.enums import Outcome, Settlement
from ecoquartier.commissions.models import AgendaItem, ItemSettlement
from ecoquartier.dossiers.models import Deposit, Dossier
from ecoquartier.dossiers.queries import published_outcome
from ecoquartier.framework.models import Commitment
from ecoquartier.operations.enums import RecommendationState
from ecoquartier.operations.models import Recommendation, RecommendationReply
from ecoquartier.operations.queries import followed_recommendations


def commitments_of(item: AgendaItem) -> QuerySet[Commitment]:
    """The commitments to which a recommendation on this item may be tied."""
    return item.sitting.campaign.framework.commitments.order_by("number")


def recommendations_of(item: AgendaItem) -> QuerySet[Recommendation]:
    """Recommendations issued from an item once its minutes are signed."""
    return Recommendation.objects.filter(source_id=item.pk)


def recommendations_from(items: Iterable[AgendaItem]) -> QuerySet[Recommendation]:
    """Recommendations issued from these items, whose outcomes their reader may know."""
    return Recommendation.objects.filter(source_id__in=[item.pk for item in items]).select_related("commitment")


@dataclass(frozen=True)
class Deposited:
    """An earlier recommendation with the answer that the deposit quotes, never that of the live register (rule 3).

    Args:
        settlement: what the sitting makes of it, empty while it says nothing; and its `words`.
    """

    recommendation: Recommendation
    answer: str
    settlement: str
    words: str

    @property
    def settled_as(self) -> str:
        """What the sitting makes of it, in words."""
        return str(Settlement(self.settlement).label) if self.settlement else ""


def with_quotes(items: QuerySet[AgendaItem]) -> QuerySet[AgendaItem]:
    """Items with `quoted`: what the last deposit of their dossier quotes, which spares a query afterwards."""
    last = Deposit.objects.filter(dossier=OuterRef("dossier")).order_by("-number")
    return items.annotate(quoted=Subquery(last.values("snapshot__recommendations")[:1]))


def deposited_recommendations(item: Any) -> list[Deposited]:
    """The recommendations that the deposit answers: those that no commission has lifted, and those settled here.

    Args:
        item: an agenda item, which came `with_quotes` or not.
    """
    if not hasattr(item, "quoted"):
        item = with_quotes(AgendaItem.objects.filter(pk=item.pk)).get()
    quoted: dict[str, dict[str, str]] | None = item.quoted
    if not quoted:
        return []
    here = ItemSettlement.objects.filter(item=item, recommendation=OuterRef("pk"))
    rows = (
        Recommendation.objects.filter(pk__in=[UUID(pk) for pk in quoted])
        .annotate(settlement=_text(here, "settlement"), words=_text(here, "words"))
        .exclude(state=RecommendationState.LIFTED, settlement="")
        .select_related("commitment")
        .order_by("commitment__number", "issued_on", "pk")
    )
    return [Deposited(row, quoted[str(row.pk)]["answer"], row.settlement, row.words) for row in rows]


def _text(rows: QuerySet, column: str) -> Coalesce:
    return Coalesce(Subquery(rows.values(column)[:1]), Value(""), output_field=TextField())


def comes_from_adjournment(recommendation: Recommendation) -> bool:
    """Whether it helps a dossier that was adjourned: such a dossier is never public (rule 18)."""
    return AgendaItem.objects.filter(pk=recommendation.source_id, outcome=Outcome.ADJOURN).exists()


def recommendations_public(operations: Iterable[UUID]) -> QuerySet[Recommendation]:
    """Recommendations whose follow-up everybody may read: the lead shows it, and the label they led to is published.

    Those of an adjournment, or of a label not published yet, would tell what is not public (rules 15 and 18). So would
    what a later commission made of them while its own label is not published: such a reply is left out.
    """
    published = Dossier.objects.filter(published_outcome(), operation__in=operations)
    items = AgendaItem.objects.filter(dossier__in=published.values("pk")).values("pk")
    told = RecommendationReply.objects.filter(Q(source_id=None) | Q(source_id__in=items))
    rows = followed_recommendations().filter(operation__in=operations, source_id__in=items)
    return rows.prefetch_related(None).prefetch_related(Prefetch("replies", told))
