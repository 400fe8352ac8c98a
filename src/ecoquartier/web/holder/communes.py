"""The communes of an operation: the lead one, and the others, added and removed one by one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.operations.models import Operation
from ecoquartier.operations.services import add_other_commune, remove_other_commune
from ecoquartier.web.holder.attachments import REFUSAL, UnderListing
from ecoquartier.web.holder.operations import OperationPage, WritingPage
from ecoquartier.web.holder.sheet import tabs_of
from ecoquartier.web.shared.communes import CommuneField
from ecoquartier.web.shared.forms import Form
from ecoquartier.web.shared.views import ConfirmPage, FormPage

LISTING = (gettext_lazy("Communes"), "holder:communes")


class CommuneForm(Form):
    """One commune more."""

    commune = CommuneField(label=gettext_lazy("Ajouter une commune"))


class CommunesPage(WritingPage, OperationPage, FormPage):
    """Every commune of the operation, and the form that adds one."""

    permission = "operations.write"
    refusal = REFUSAL
    title = LISTING[0]
    lead = gettext_lazy(
        "Les services de l’État de la commune principale suivent l’opération\u00a0; ceux des autres communes la lisent."
    )
    template_name = "holder/communes.html"
    form_class = CommuneForm
    submit_label = gettext_lazy("Ajouter")
    success_message = gettext_lazy("La commune est ajoutée.")

    def perform(self, form: CommuneForm) -> Operation:
        self.added = form.cleaned_data["commune"]
        return add_other_commune(self.object, actor=self.actor, commune=self.added)

    def form_accepted(self, result: Operation) -> HttpResponse:
        """A commune of another county may be a slip: what it entails is told, and it can be removed."""
        if self.added.county_id != result.lead_commune.county_id:
            messages.warning(
                self.request,
                _(
                    "%(commune)s est dans un autre département que la commune principale\u00a0: les services de l’État "
                    "de ce département lisent désormais l’opération. Retirez-la si c’est une erreur."
                )
                % {"commune": self.added},
            )
        return super().form_accepted(result)

    def get_success_url(self, result: Operation) -> str:
        return resolve_url("holder:communes", pk=result.pk)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            communes=self.object.other_communes.select_related("county"),
            tabs=tabs_of(self.object, "communes"),
            **kwargs,
        )


class CommuneRemove(UnderListing, OperationPage, ConfirmPage):
    """The operation is not in this commune."""

    listing = LISTING
    submit_label = gettext_lazy("Retirer la commune")
    success_message = gettext_lazy("La commune est retirée.")
    effects = (gettext_lazy("Les services de l’État de cette commune ne lisent plus l’opération à ce titre."),)

    def get_object(self) -> Operation:
        operation = super().get_object()
        self.commune = operation.other_communes.filter(pk=self.kwargs["insee"]).first()
        if self.commune is None:
            raise Http404
        return operation

    def get_title(self) -> str:
        return _("Retirer %(commune)s") % {"commune": self.commune}

    def perform(self, form: Form) -> Operation:
        return remove_other_commune(self.object, actor=self.actor, commune=self.commune)
