"""What the acts on a dossier share: one page each, back to the dossier before and after."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from ecoquartier.access.scopes import dossiers_visible_to
from ecoquartier.campaigns.queries import stage_count
from ecoquartier.core.reading import reading
from ecoquartier.dossiers.enums import Step
from ecoquartier.dossiers.workflow import DOSSIER_WORKFLOW
from ecoquartier.web.dossiers.views import LIST, place
from ecoquartier.web.shared.views import ConfirmPage


class DossierAct(ConfirmPage):
    """An act on one dossier: back to its page, before and after."""

    scope = dossiers_visible_to
    step: Step | None = None

    def get_queryset(self):
        return (
            super()
            .get_queryset()
            .annotate(stage_count=stage_count())
            .prefetch_related("campaign__milestones", "operation__collectivites", "operation__charter_signatures")
        )

    def get_breadcrumb(self):
        return [LIST, (self.object.operation.name, self.detail_url)]

    @property
    def detail_url(self) -> str:
        """The page of the dossier."""
        return reverse("dossiers:detail", args=[self.object.pk])

    def get_success_url(self, result: Any) -> str:
        return self.detail_url

    def get_title(self) -> str:
        return str(self.title or self.step.label)

    def get_eyebrow(self) -> str:
        return f"{self.object.operation.name}, {place(self.object)}"

    def get_obstacles(self) -> Iterable[str]:
        reason = DOSSIER_WORKFLOW.why_not(self.step, self.object, self.actor) if self.step else ""
        return [reason] if reason else []

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        with reading():
            return super().get_context_data(dossier=self.object, **kwargs)
