"""What the pages of photos and of documents share: a file to add, what is said of it, its removal."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.files.enums import Family
from ecoquartier.files.services import FileRefused, keep
from ecoquartier.operations.models import Document, Photo
from ecoquartier.web.holder.operations import OperationPage, WritingPage, above
from ecoquartier.web.shared.forms import Form
from ecoquartier.web.shared.shared_forms import SharedForm
from ecoquartier.web.shared.unsaved import typed_in, unsaved_page
from ecoquartier.web.shared.views import FormPage

MAY_WRITE = "operations.write"
REFUSAL = gettext_lazy("Seuls les pilotes et contributeurs de l’équipe changent ce que l’opération montre.")


class UnderListing(WritingPage):
    """A page that writes, under the list of the photos, or of the documents, of an operation."""

    permission = MAY_WRITE
    refusal = REFUSAL
    listing: tuple[str, str] = ("", "")
    """The list: its title and its URL name."""

    @property
    def operation(self):
        """The operation of the page."""
        return self.object

    def get_eyebrow(self) -> str:
        return self.operation.name

    def get_breadcrumb(self):
        title, name = self.listing
        return [*above(self.operation), (title, resolve_url(name, pk=self.operation.pk))]

    def get_success_url(self, result: Any) -> str:
        """Back to the list."""
        return resolve_url(self.listing[1], pk=self.operation.pk)


class AddPage(UnderListing, OperationPage, FormPage):
    """A file and what is said of it: the field `file` of the form, and the arguments of the service."""

    service: Callable[..., Any] | None = None
    families: tuple[Family, ...] = ()

    def perform(self, form: Form) -> Any:
        said = dict(form.cleaned_data)
        try:
            file = keep(said.pop("file"), families=self.families, actor=self.actor)
        except FileRefused as refusal:
            raise ValidationError({"file": refusal.message}) from refusal
        return self.service(self.object, actor=self.actor, file=file, **said)


class AttachmentPage(UnderListing):
    """A page about one photo, or one document."""

    object: Photo | Document

    @property
    def operation(self):
        return self.object.operation


class ChangePage(AttachmentPage, FormPage):
    """What is said of a file: the fields that this window changed are given to the service, the others stay."""

    template_name = "holder/change.html"
    form_class: type[SharedForm]
    service: Callable[..., Any] | None = None

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The page; what was typed about something that was removed meanwhile is given back to be copied."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            typed = typed_in(self.form_class(data=request.POST))
            if not typed:
                raise
            # The same for what never was, and for what this person may not see.
            reason = _("Ce que vous modifiiez n’est plus sur la fiche\u00a0: rien n’est enregistré.")
            onward = (_("Voir vos opérations"), resolve_url("holder:operations"))
            return unsaved_page(request, typed, status=HTTPStatus.NOT_FOUND, reason=reason, onward=onward)

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.object, name) for name in self.form_class.base_fields}

    def perform(self, form: SharedForm) -> Any:
        changes = form.changed_values()
        seen = {name: getattr(self.object, name) for name in changes}
        return self.service(self.object, actor=self.actor, seen=seen, **changes)
