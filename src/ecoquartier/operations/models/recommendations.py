"""What commissions asked of an operation, and what was said of it since."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ecoquartier.core import clock
from ecoquartier.operations.enums import AWAITING_ANSWER, RecommendationState
from ecoquartier.operations.models.operations import Operation


class Recommendation(models.Model):
    """A recommendation of a commission, followed until a later one lifts it; a *réserve* has a date for that.

    Its state is what its holder may know: what a commission makes of it is written here at the notification of that
    decision, never before (rule 15).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="recommendations")
    commitment = models.ForeignKey("framework.Commitment", on_delete=models.PROTECT, null=True, blank=True)
    text = models.TextField(_("recommandation"))
    issued_on = models.DateField()
    issuer = models.CharField(max_length=200)
    source_id = models.UUIDField(help_text="the decision it comes from")
    notified_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(_("à lever avant le"), null=True, blank=True)
    state = models.CharField(
        max_length=12, choices=RecommendationState.choices, default=RecommendationState.ISSUED, db_index=True
    )
    is_published = models.BooleanField(_("suivi publié"), default=False)

    class Meta:
        ordering = ["operation", "issued_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=RecommendationState.values), name="operations_recommendation_state"
            ),
            models.CheckConstraint(
                condition=Q(state=RecommendationState.ISSUED) | Q(notified_at__isnull=False),
                name="operations_recommendation_told_first",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    def lock_parents(self) -> list[models.Model]:
        """The operation is locked before its recommendations."""
        return [self.operation]

    def journal_about(self) -> uuid.UUID:
        """Read under the operation."""
        return self.operation_id

    @property
    def is_reservation(self) -> bool:
        """A label was awarded under this condition, to be met by a date."""
        return self.due_on is not None

    @property
    def is_open(self) -> bool:
        """No commission has lifted it."""
        return self.state != RecommendationState.LIFTED

    @property
    def awaits_answer(self) -> bool:
        """The holder has not answered since a commission last spoke."""
        return self.state in AWAITING_ANSWER

    @property
    def is_overdue(self) -> bool:
        """A *réserve* past its date."""
        return self.is_open and self.due_on is not None and self.due_on < clock.today()

    @property
    def answer(self) -> RecommendationReply | None:
        """The last answer of the holder, if any; its replies are read once when prefetched."""
        answers = [reply for reply in self.replies.all() if reply.state == RecommendationState.ANSWERED]
        return answers[-1] if answers else None


class RecommendationReply(models.Model):
    """An answer of the holder, or what a commission made of the recommendation: added, never changed."""

    recommendation = models.ForeignKey(Recommendation, on_delete=models.CASCADE, related_name="replies")
    state = models.CharField(max_length=12, choices=RecommendationState.choices)
    text = models.TextField(_("texte"), blank=True)
    said_at = models.DateTimeField(default=clock.now, editable=False)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    issuer = models.CharField(max_length=200, blank=True)
    decided_on = models.DateField(null=True)
    source_id = models.UUIDField(null=True, help_text="the decision that lifts or maintains")

    class Meta:
        ordering = ["recommendation", "said_at", "pk"]
        verbose_name_plural = "recommendation replies"
        constraints = [
            models.CheckConstraint(
                condition=Q(state=RecommendationState.ANSWERED, source_id=None, decided_on=None)
                | Q(
                    state__in=[RecommendationState.LIFTED, RecommendationState.MAINTAINED],
                    source_id__isnull=False,
                    decided_on__isnull=False,
                ),
                name="operations_recommendationreply_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}\u00a0: {self.text[:60]}"
