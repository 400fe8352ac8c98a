"""The documents of an operation: listed, added, described, removed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.attachments import documents_visible_to
from ecoquartier.files.enums import Family
from ecoquartier.operations.services.attachments import (
    MAX_DOCUMENTS,
    add_document,
    change_document,
    remove_document,
)
from ecoquartier.web.holder.attachment_forms import DocumentAddForm, DocumentEditForm
from ecoquartier.web.holder.attachments import MAY_WRITE, AddPage, AttachmentPage, ChangePage
from ecoquartier.web.holder.operations import OperationPage
from ecoquartier.web.shared.views import ConfirmPage, DetailPage
from ecoquartier.workflow.engine import obstacles

LISTING = (gettext_lazy("Documents"), "holder:documents")


class DocumentsPage(OperationPage, DetailPage):
    """Every document, and what may be done with it."""

    title = LISTING[0]
    template_name = "holder/documents.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        may_add = self.actor.has_perm(MAY_WRITE, self.object)
        return super().get_context_data(
            documents=list(self.object.documents.select_related("file")),
            most=MAX_DOCUMENTS,
            may_add=may_add,
            may_change=may_add and not self.closed,
            full=" ".join(obstacles(add_document, self.object)) if may_add else "",
            **kwargs,
        )


class DocumentAdd(AddPage):
    """A document to send, with its words."""

    listing = LISTING
    title = gettext_lazy("Ajouter un document")
    lead = gettext_lazy(
        "Plan, étude, délibération… L’équipe, la collectivité et les services de l’État le liront\u00a0; les experts "
        "et la commission aussi, s’il est déposé avec une candidature."
    )
    form_class = DocumentAddForm
    service = add_document
    families = (Family.PDF, Family.OFFICE, Family.IMAGE)
    submit_label = gettext_lazy("Ajouter le document")
    success_message = gettext_lazy("Le document est ajouté.")


class DocumentEdit(ChangePage):
    """The words of a document."""

    scope = documents_visible_to
    listing = LISTING
    title = gettext_lazy("Modifier ce qui est dit du document")
    form_class = DocumentEditForm
    service = change_document
    success_message = gettext_lazy("Le document est modifié.")


class DocumentRemove(AttachmentPage, ConfirmPage):
    """A document is listed no more."""

    scope = documents_visible_to
    listing = LISTING
    service = remove_document
    submit_label = gettext_lazy("Retirer le document")
    success_message = gettext_lazy("Le document est retiré.")
    is_dangerous = True
    effects = (gettext_lazy("Le document n’est plus listé, et son adresse ne répond plus."),)
    irreversible = (
        gettext_lazy("Son fichier est effacé le lendemain, sauf s’il est dans un dépôt\u00a0: il y reste."),
    )

    def get_title(self) -> str:
        return _("Retirer «\u00a0%(title)s\u00a0»") % {"title": self.object.title}
