"""What the bureau corrects of operations: one entered twice, once it has read what would follow; one without a name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import operations_visible_to
from ecoquartier.core.errors import PermissionRefused
from ecoquartier.operations.models import Operation
from ecoquartier.operations.queries import BY_NAME
from ecoquartier.operations.services import merging
from ecoquartier.operations.services.naming import has_no_name, name_operation
from ecoquartier.web.bureau.merging import MergePage
from ecoquartier.web.bureau.operation_sheets import side_by_side
from ecoquartier.web.bureau.operations_forms import NameForm, OtherOperationFilters, OtherOperationForm
from ecoquartier.web.bureau.words import REFUSAL
from ecoquartier.web.shared.views import FormPage

SHOWN = 20


class MergeOperations(MergePage):
    """Another record of the operation, read before it is merged into this one."""

    scope = operations_visible_to
    permission = "operations.merge"
    refusal = REFUSAL
    title = gettext_lazy("Fusionner un doublon")
    template_name = "bureau/operation_merge.html"
    form_class = OtherOperationForm
    success_message = gettext_lazy("Les deux fiches n’en font plus qu’une.")
    irreversible = (
        gettext_lazy("L’autre fiche quitte les listes, et son adresse mène à celle-ci\u00a0: elle ne revient pas."),
    )

    def get_lead(self) -> str:
        return _("Cette fiche est gardée\u00a0: %(operation)s, %(commune)s.") % {
            "operation": self.object,
            "commune": self.object.lead_commune.name,
        }

    def get_breadcrumb(self):
        return (
            (_("Opérations"), "holder:operations"),
            (self.object.name, resolve_url("holder:operation", pk=self.object.pk)),
        )

    @cached_property
    def search(self) -> OtherOperationFilters:
        """The words by which another record is looked for."""
        return OtherOperationFilters(self.request.GET)

    @cached_property
    def found(self) -> list[Operation]:
        """The records that may be the same operation: found by name or commune, else those of the same commune; one
        too many tells that there are more."""
        rows = operations_visible_to(self.actor).exclude(pk=self.object.pk)
        if self.search.is_valid() and self.search.is_active:
            rows = self.search.filter(rows)
        else:
            rows = rows.filter(lead_commune=self.object.lead_commune_id)
        return list(rows.order_by(BY_NAME, "pk")[: SHOWN + 1])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"operations": self.found[:SHOWN]}

    def get_preview(self, values: dict[str, Any]) -> tuple[Operation, merging.Merger]:
        other = values["other"]
        merger = merging.preview_merger(other, actor=self.actor, into=self.object, with_commune=values["with_commune"])
        return other, merger

    def get_effects(self) -> Iterable[str]:
        if self.preview is None:
            return self.effects
        other, merger = self.preview
        names = {"other": other, "kept": self.object}
        return [
            *merger.sentences(other),
            _(
                "Ce que «\u00a0%(kept)s\u00a0» dit déjà ne change pas\u00a0; ce que l’autre dit autrement reste sur sa "
                "fiche fermée, que le bureau national peut lire."
            )
            % names,
            *self._commune_left(other, merger),
            _("L’adresse de «\u00a0%(other)s\u00a0» mène désormais à «\u00a0%(kept)s\u00a0».") % names,
        ]

    def _commune_left(self, other: Operation, merger: merging.Merger) -> list[str]:
        """That the services of the other commune read the operation no more, unless it is added."""
        known = {self.object.lead_commune_id, *(commune.pk for commune in merger.communes)}
        known |= {commune.pk for commune in self.object.other_communes.all()}
        if other.lead_commune_id in known:
            return []
        said = _(
            "La commune de l’autre fiche (%(commune)s) n’est pas ajoutée à la fiche gardée\u00a0: ses services ne la "
            "liront plus."
        )
        return [said % {"commune": other.lead_commune.name}]

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Show, then merge; sent twice, what the first sending did is told again."""
        try:
            return self.form_accepted(self.object) if self.is_done else super().post(request, *args, **kwargs)
        except PermissionRefused:
            if not self.is_done:
                raise
            return self.form_accepted(self.object)

    @property
    def is_done(self) -> bool:
        """Whether the other record was merged into this one already."""
        merged = self.object.duplicates.values_list("pk", flat=True)
        return self.request.POST.get("other") in {str(pk) for pk in merged}

    def perform(self, form: OtherOperationForm) -> Operation:
        values = form.values()
        return merging.merge_operation(values.pop("other"), actor=self.actor, into=self.object, **values)

    def get_success_url(self, result: Operation) -> str:
        return resolve_url("holder:operation", pk=self.object.pk)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        other = self.preview and self.preview[0]
        return super().get_context_data(
            search=self.search,
            found=bool(self.found),
            shown=SHOWN if len(self.found) > SHOWN else 0,
            other=other,
            compared=side_by_side(self.object, other, self.actor) if other else [],
            **kwargs,
        )


class NameOperation(FormPage):
    """A name for an operation that its old table did not name."""

    scope = operations_visible_to
    permission = "operations.name"
    refusal = REFUSAL
    title = gettext_lazy("Nommer l’opération")
    lead = gettext_lazy("Le bureau nomme une opération quand le tableau dont elle vient ne dit pas son nom.")
    form_class = NameForm
    success_message = gettext_lazy("L’opération a son nom.")

    def get_breadcrumb(self):
        return (
            (_("Opérations"), "holder:operations"),
            (self.object.name, resolve_url("holder:operation", pk=self.object.pk)),
        )

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The form; an operation that has a name leads to its page."""
        if has_no_name(self.object):
            return HttpResponseRedirect(self.get_success_url(self.object))
        return super().get(request, *args, **kwargs)

    def perform(self, form: NameForm) -> Operation:
        return name_operation(self.object, actor=self.actor, **form.cleaned_data)

    def get_success_url(self, result: Operation) -> str:
        return resolve_url("holder:operation", pk=result.pk)
