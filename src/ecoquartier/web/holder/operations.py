"""The register seen by those who work on an operation: lists, sheet, changes."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import claims_visible_to, operations_visible_to
from ecoquartier.core.errors import PermissionRefused
from ecoquartier.operations import services
from ecoquartier.operations.enums import CharterState, ClaimState
from ecoquartier.operations.models import Operation
from ecoquartier.operations.predicates import know_team_role, role_in_team
from ecoquartier.operations.queries import (
    charter_signatures,
    recommendations_told,
    stages_known_to,
    survivor_of,
    terms_offered,
    why_not_kept,
    with_identity,
)
from ecoquartier.web.holder import sheet, words
from ecoquartier.web.holder.perimeter_words import since_label
from ecoquartier.web.holder.sheet_forms import PARTS, SheetForm
from ecoquartier.web.shared.errors import error_page
from ecoquartier.web.shared.sheet import fact_lines
from ecoquartier.web.shared.unsaved import typed_in, unsaved_page
from ecoquartier.web.shared.views import DetailPage, FormPage

OPERATIONS = (gettext_lazy("Opérations"), "holder:operations")
SHOWN = 5
"""How many recommendations the sheet shows; the others are on their page."""


def above(operation: Operation) -> list[tuple[str, str]]:
    """The breadcrumb of the pages under an operation."""
    return [OPERATIONS, (operation.name, resolve_url("holder:operation", pk=operation.pk))]


class OperationPage:
    """What the pages under one operation share: where it is found, where it is in the breadcrumb.

    A page that all may read and some may act on declares `write_permission`: without it, POST is refused at the door.
    """

    scope = staticmethod(operations_visible_to)
    permission = "operations.view"
    write_permission = ""
    write_refusal = gettext_lazy("Votre rôle ne permet pas de le faire.")

    def check_permission(self) -> None:
        """Reading for all methods, acting for POST."""
        super().check_permission()
        if self.request.method == "POST" and not self.may_write:
            raise PermissionRefused(self.write_refusal)

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The page; that of a merged operation leads those who may see it to the one that took it.

        What was sent to a merged operation is refused, and given back to be copied.
        """
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            kept = survivor_of(kwargs["pk"])
            self.object = kept and self.get_queryset().filter(pk=kept).first()
            if self.object is None:
                raise
            if request.method == "POST":
                return self.merged_meanwhile()
            return HttpResponseRedirect(resolve_url("holder:operation", pk=kept))

    def merged_meanwhile(self) -> HttpResponse:
        """Nothing is saved on the record that stays, which its author did not have under the eyes: they decide."""
        reason = _(
            "La fiche que vous aviez ouverte a été fusionnée dans celle de l’opération «\u00a0%(kept)s\u00a0»\u00a0: "
            "rien n’est enregistré."
        )
        typed = typed_in(self.get_form()) if isinstance(self, FormPage) else []
        onward = (_("Ouvrir la fiche qui reste"), resolve_url("holder:operation", pk=self.object.pk))
        reason = reason % {"kept": self.object.name}
        return unsaved_page(self.request, typed, status=HTTPStatus.CONFLICT, reason=reason, onward=onward)

    @cached_property
    def closed(self) -> str:
        """Why nothing is written any more on the operation; empty while it is kept up."""
        return why_not_kept(self.object) or ""

    @property
    def may_write(self) -> bool:
        """Whether the person may act here, and not only read."""
        return not self.write_permission or self.actor.has_perm(self.write_permission, self.object)

    def get_queryset(self):
        """The operation with what its permissions and completeness read."""
        rows = super().get_queryset().annotate(role=role_in_team(self.actor))
        return rows.prefetch_related("collectivites")

    def get_object(self) -> Operation:
        operation = super().get_object()
        know_team_role(self.actor, operation, operation.role)
        return operation

    def get_eyebrow(self) -> str:
        return self.object.name

    def get_breadcrumb(self):
        return above(self.object)


class WritingPage:
    """A form that writes on an operation, or on what it shows: it opens while the operation is kept up.

    Goes before the page in the bases. What was being typed when the operation closed is refused by the service, and
    comes back with the sentence.
    """

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The form; else why there is none, and the way back to what is read."""
        if reason := why_not_kept(self.object):
            return error_page(request, HTTPStatus.CONFLICT, reason=reason, back=self.get_cancel_url())
        return super().get(request, *args, **kwargs)


class OperationSheet(OperationPage, DetailPage):
    """One operation, for each of those who work on it."""

    template_name = "holder/operation.html"
    breadcrumb = (OPERATIONS,)

    def get_queryset(self):
        charter = Prefetch("charter_signatures", queryset=charter_signatures())
        return with_identity(super().get_queryset()).prefetch_related(charter)

    def get_title(self) -> str:
        return self.object.name

    def get_eyebrow(self) -> str:
        return words.place(self.object)

    def get_breadcrumb(self):
        return self.breadcrumb

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        operation, user = self.object, self.actor
        stages = list(stages_known_to(operation, user).order_by("-year", "-rank"))
        confirms = user.has_perm("operations.confirm_holder", operation)
        claims = claims_visible_to(user).filter(operation=operation, state=ClaimState.PROVISIONAL) if confirms else ()
        signed = any(s.state == CharterState.CONFIRMED for s in operation.charter_signatures.all())
        may_read = user.has_perm("recommendations.view", operation)
        told = recommendations_told(operation, user)[:SHOWN] if may_read else ()
        return super().get_context_data(
            acts=sheet.acts_on(operation, user),
            figures=sheet.figures_of(operation),
            identity=sheet.identity_of(operation),
            texts=sheet.texts_of(operation),
            stages=[words.stage_line(row) for row in stages],
            charter=sheet.charter_lines(operation),
            perimeter=sheet.perimeter_of(operation),
            perimeter_change=since_label(stages),
            team=sheet.team_of(operation),
            dossiers=sheet.dossier_lines(operation, user),
            recommendations=[(row, words.marks_of(row)) for row in told],
            claims=claims,
            life=sheet.life_link(operation, user),
            is_public=signed or any(row.published_at for row in stages),
            **kwargs,
        )


class OperationRecord(OperationPage, DetailPage):
    """The whole sheet, part by part."""

    title = gettext_lazy("Fiche de l’opération")
    template_name = "holder/operation_record.html"

    def get_queryset(self):
        return super().get_queryset().prefetch_related("phases", "other_communes")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        may_write = self.actor.has_perm("operations.write", self.object)
        return super().get_context_data(
            sections=sheet.sections_of(self.object),
            facts=fact_lines(self.object),
            may_write=not self.closed and may_write,
            why_closed=self.closed if may_write else "",
            **kwargs,
        )


class OperationHistory(OperationPage, DetailPage):
    """Who changed what on the sheet, the latest first."""

    title = gettext_lazy("Historique de la fiche")
    template_name = "holder/operation_history.html"

    def get_breadcrumb(self):
        return [*above(self.object), (_("Fiche"), resolve_url("holder:operation-record", pk=self.object.pk))]

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        changes, is_cut = sheet.history_of(self.object)
        return super().get_context_data(changes=changes, is_cut=is_cut, shown=sheet.SHOWN, **kwargs)


class OperationEdit(WritingPage, OperationPage, FormPage):
    """Changing one part of the sheet."""

    permission = "operations.write"
    refusal = gettext_lazy("Seuls les pilotes et contributeurs de l’équipe modifient la fiche de l’opération.")
    title = gettext_lazy("Modifier la fiche")
    template_name = "holder/operation_edit.html"
    success_message = gettext_lazy("La fiche est enregistrée.")

    @property
    def part(self) -> str:
        """The part of the sheet that the address names."""
        return self.kwargs["part"]

    def get_object(self) -> Operation:
        if self.part not in PARTS:
            raise Http404
        return super().get_object()

    @property
    def form_class(self) -> type[SheetForm]:
        """The form of that part."""
        return PARTS[self.part][1]

    def get_lead(self) -> str:
        return self.form_class.lead

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"terms": terms_offered(self.object)}

    def get_initial(self) -> dict[str, Any]:
        return self.form_class.initial_of(self.object)

    def perform(self, form: SheetForm) -> Operation:
        changes = form.changes(self.object)
        seen = {name: self.object.as_json(name) for name in changes}
        changed = services.update_operation(self.object, actor=self.actor, seen=seen, **changes)
        if self.object.figures_source and not changed.figures_source and "figures_source" not in changes:
            messages.warning(
                self.request,
                _(
                    "La date et la source des chiffres sont effacées\u00a0: elles parlaient des chiffres d’avant. "
                    "Dites d’où viennent les nouveaux."
                ),
            )
        return changed

    def get_success_url(self, result: Operation) -> str:
        return resolve_url("holder:operation-record", pk=result.pk)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(tabs=sheet.tabs_of(self.object, self.part), **kwargs)
