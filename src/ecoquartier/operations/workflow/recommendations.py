"""The life of a recommendation: answered by the holder, lifted or maintained by a later commission."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.operations.enums import RecommendationState as S
from ecoquartier.operations.queries import why_not_kept
from ecoquartier.workflow.engine import Transition, Workflow


class RecommendationStep(TextChoices):
    """Steps of a recommendation."""

    ANSWER = "answer", gettext_lazy("Répondre")
    LIFT = "lift", gettext_lazy("Lever")
    MAINTAIN = "maintain", gettext_lazy("Maintenir")


def is_told(recommendation) -> str | None:
    """Rule 15: nobody answers, and nothing becomes of it, before its decision is notified."""
    return None if recommendation.notified_at else _("Cette recommandation n’est pas encore notifiée.")


_OPEN = (S.ISSUED, S.ANSWERED, S.MAINTAINED)

RECOMMENDATION_WORKFLOW = Workflow(
    "recommendation",
    states=S,
    initial=S.ISSUED,
    transitions=[
        Transition(
            RecommendationStep.ANSWER,
            _OPEN,
            S.ANSWERED,
            "recommendations.answer",
            "recommendation.answered",
            guards=(is_told, why_not_kept),
        ),
        # Consequences of the notification of a decision: nobody takes them by themselves.
        Transition(RecommendationStep.LIFT, _OPEN, S.LIFTED, "", "recommendation.lifted", guards=(is_told,)),
        Transition(
            RecommendationStep.MAINTAIN, _OPEN, S.MAINTAINED, "", "recommendation.maintained", guards=(is_told,)
        ),
    ],
)
