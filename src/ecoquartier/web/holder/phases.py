"""The phases of an operation: listed in their order, added, dated, moved, removed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy as _

from ecoquartier.access.scopes import phases_visible_to
from ecoquartier.operations.domain.dates import UnreadableDate, kept_date, read_date
from ecoquartier.operations.models import Phase
from ecoquartier.operations.services import add_phase, change_phase, move_phase, remove_phase
from ecoquartier.web.holder.attachment_forms import MoveForm
from ecoquartier.web.holder.attachments import MAY_WRITE, AttachmentPage, ChangePage, UnderListing
from ecoquartier.web.holder.operations import OperationPage
from ecoquartier.web.holder.sheet import Dates, dates_of, tabs_of
from ecoquartier.web.shared.forms import Form
from ecoquartier.web.shared.shared_forms import SharedForm
from ecoquartier.web.shared.views import ActionView, ConfirmPage, DetailPage, FormPage
from ecoquartier.workflow.engine import obstacles

LISTING = (_("Tranches"), "holder:phases")
EXAMPLES = _(
    "«\u00a02028\u00a0», «\u00a0mars 2028\u00a0», «\u00a015/03/2028\u00a0» ou «\u00a0vers 2030\u00a0». "
    "Rien si on ne sait pas."
)


class RoughDateField(forms.CharField):
    """A date as exact as it is known, typed in French; gives the short text that is kept."""

    def __init__(self, **kwargs):
        super().__init__(required=False, max_length=40, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """What is kept is shown as it reads; what was typed stays."""
        known = kept_date(value) if isinstance(value, str) else None
        return known.words if known else value

    def to_python(self, value: Any) -> str:
        """The date that the words say: « mars 2028 » and « 03/2028 » are the same.

        Raises:
            ValidationError: they say none.
        """
        try:
            return str(read_date(super().to_python(value)) or "")
        except UnreadableDate as error:
            raise ValidationError(str(error)) from error


class PhaseForm(Form):
    """A name and three dates."""

    name = forms.CharField(label=_("Nom de la tranche"), max_length=120)
    studies = RoughDateField(label=_("Début des études"), help_text=EXAMPLES)
    works = RoughDateField(label=_("Début des travaux"))
    delivery = RoughDateField(
        label=_("Livraison"),
        help_text=_("Prévue ou réelle. L’étape 4 se compte à partir de celle de la dernière tranche."),
    )


class PhaseEditForm(SharedForm, PhaseForm):
    """The name and the dates of a phase that the sheet has already."""


class PhasesPage(OperationPage, DetailPage):
    """Every phase with its dates, and what may be done with it."""

    title = LISTING[0]
    template_name = "holder/phases.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        may_add = self.actor.has_perm(MAY_WRITE, self.object)
        may_change = may_add and not self.closed
        phases: list[tuple[Phase, Dates]] = [(phase, dates_of(phase)) for phase in self.object.phases.all()]
        return super().get_context_data(
            phases=phases,
            may_add=may_add,
            may_change=may_change,
            full=" ".join(obstacles(add_phase, self.object)) if may_add else "",
            tabs=tabs_of(self.object, "tranches") if may_change else (),
            up={"is_up": "on"},
            **kwargs,
        )


class PhaseAdd(UnderListing, OperationPage, FormPage):
    """One phase more, after the others."""

    listing = LISTING
    title = _("Ajouter une tranche")
    form_class = PhaseForm
    submit_label = _("Ajouter la tranche")
    success_message = _("La tranche est ajoutée.")

    def perform(self, form: PhaseForm) -> Phase:
        return add_phase(self.object, actor=self.actor, **form.cleaned_data)


class PhasePage(AttachmentPage):
    """A page about one phase."""

    scope = staticmethod(phases_visible_to)
    listing = LISTING
    object: Phase


class PhaseEdit(PhasePage, ChangePage):
    """The name and the dates of a phase."""

    title = _("Modifier la tranche")
    form_class = PhaseEditForm
    service = change_phase
    success_message = _("La tranche est modifiée.")


class PhaseMove(ActionView):
    """A phase goes one place up or down; without a script, so that everybody orders them."""

    scope = phases_visible_to
    service = move_phase
    fields = MoveForm
    success_message = _("La tranche est déplacée.")

    def get_next_url(self, result: Phase) -> str:
        return f"{resolve_url('holder:phases', pk=result.operation_id)}#tranche-{result.pk}"


class PhaseRemove(PhasePage, ConfirmPage):
    """A phase is taken away."""

    title = _("Retirer la tranche")
    service = remove_phase
    submit_label = _("Retirer la tranche")
    success_message = _("La tranche est retirée.")
    is_dangerous = True

    def get_lead(self) -> str:
        return self.object.name

    def get_effects(self) -> list[str]:
        return [_("La tranche et ses dates quittent la fiche\u00a0; l’historique les garde.")]

    def get_obstacles(self) -> list[str]:
        return obstacles(remove_phase, self.object)
