"""Whether an operation goes on: stopped for a time or for good, taken up again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.core.errors import PermissionRefused
from ecoquartier.dossiers.services import abandon_operation
from ecoquartier.operations import services
from ecoquartier.operations.enums import OperationState
from ecoquartier.operations.models import Operation
from ecoquartier.operations.queries import mergings_of
from ecoquartier.operations.workflow import OPERATION_WORKFLOW, OperationStep
from ecoquartier.web.holder.life_forms import ReasonForm
from ecoquartier.web.holder.operations import OperationPage, above
from ecoquartier.web.shared.views import ConfirmPage, DetailPage


@dataclass(frozen=True)
class Step:
    """One step of the life of an operation, as its page says it."""

    name: OperationStep
    service: Callable[..., Operation]
    effects: tuple[str, ...]
    done: str
    is_dangerous: bool = False


_GOES_ON = (
    gettext_lazy("La fiche et le carnet se modifient, une candidature peut s’ouvrir."),
    gettext_lazy("L’équipe, le correspondant et les collectivités sont prévenus."),
)
STEPS = {
    "suspendre": Step(
        OperationStep.PAUSE,
        services.pause_operation,
        (
            gettext_lazy("Aucune candidature ne s’ouvre tant que l’opération n’a pas repris."),
            gettext_lazy("Une candidature en cours continue\u00a0; la fiche et le carnet se modifient toujours."),
            gettext_lazy("Toutes les listes et la fiche publique disent depuis quand elle est suspendue."),
            gettext_lazy("L’équipe, le correspondant et les collectivités sont prévenus."),
        ),
        gettext_lazy("L’opération est suspendue."),
    ),
    "relancer": Step(OperationStep.RESUME, services.resume_operation, _GOES_ON, gettext_lazy("L’opération a repris.")),
    "abandonner": Step(
        OperationStep.ABANDON,
        abandon_operation,
        (
            gettext_lazy("La fiche et le carnet se lisent et ne se modifient plus, aucune candidature ne s’ouvre."),
            gettext_lazy("Les étapes et les labels qu’elle détient restent, et restent publics."),
            gettext_lazy("Seul le bureau national peut la rétablir."),
            gettext_lazy("L’équipe, le correspondant et les collectivités sont prévenus."),
        ),
        gettext_lazy("L’opération est abandonnée."),
        is_dangerous=True,
    ),
    "retablir": Step(
        OperationStep.REVIVE, services.revive_operation, _GOES_ON, gettext_lazy("L’opération est rétablie.")
    ),
}
"""Slug of the page → the step."""


class LifePage(OperationPage, DetailPage):
    """Where the operation is in its life, and the steps that this person may take."""

    title = gettext_lazy("Vie de l’opération")
    template_name = "holder/life.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        slugs = {step.name: slug for slug, step in STEPS.items()}
        steps = [
            (offer, resolve_url("holder:life-step", pk=self.object.pk, step=slugs[OperationStep(offer.name)]))
            for offer in OPERATION_WORKFLOW.offers(self.object, self.actor)
            if offer.name in slugs
        ]
        return super().get_context_data(
            steps=steps,
            is_over=self.object.state == OperationState.ABANDONED,
            may_merge=not self.closed and self.actor.has_perm("operations.merge", self.object),
            mergings=mergings_of(self.object.duplicates.all()),
            may_read_merged=self.actor.has_perm("operations.read_merged", self.object),
            **kwargs,
        )


class LifeStep(OperationPage, ConfirmPage):
    """One step, with what it does and its reason."""

    form_class = ReasonForm

    @property
    def step(self) -> Step:
        """The step that the address names."""
        if self.kwargs["step"] not in STEPS:
            raise Http404
        return STEPS[self.kwargs["step"]]

    def check_permission(self) -> None:
        """Reading the operation, then the permission of the step, as the table says."""
        super().check_permission()
        if not self.actor.has_perm(OPERATION_WORKFLOW.transitions[self.step.name].permission, self.object):
            raise PermissionRefused(_("Le pilote de l’équipe ou le bureau national le décident."))

    @property
    def is_dangerous(self) -> bool:
        """Whether the button warns."""
        return self.step.is_dangerous

    def get_title(self) -> str:
        return str(self.step.name.label)

    @property
    def submit_label(self) -> str:
        """The verb of the table."""
        return str(self.step.name.label)

    def get_breadcrumb(self):
        return [*above(self.object), (_("Vie de l’opération"), resolve_url("holder:life", pk=self.object.pk))]

    def get_effects(self) -> Iterable[str]:
        return self.step.effects

    def get_obstacles(self) -> list[str]:
        reason = OPERATION_WORKFLOW.why_not(self.step.name, self.object, self.actor)
        return [reason] if reason else []

    def perform(self, form: ReasonForm) -> Operation:
        return self.step.service(self.object, actor=self.actor, **form.cleaned_data)

    def get_success_message(self, result: Operation) -> str:
        return str(self.step.done)

    def get_success_url(self, result: Operation) -> str:
        return resolve_url("holder:operation", pk=result.pk)
