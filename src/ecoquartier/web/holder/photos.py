"""The photos of an operation: shown in their order, added, described, moved, removed."""

from __future__ import annotations

from typing import Any

from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy

from ecoquartier.access.attachments import photos_visible_to
from ecoquartier.files.enums import Family
from ecoquartier.operations.services.attachments import (
    MAX_PHOTOS,
    add_photo,
    change_photo,
    move_photo,
    remove_photo,
)
from ecoquartier.web.holder.attachment_forms import MoveForm, PhotoAddForm, PhotoEditForm
from ecoquartier.web.holder.attachments import MAY_WRITE, AddPage, AttachmentPage, ChangePage
from ecoquartier.web.holder.operations import OperationPage
from ecoquartier.web.shared.views import ActionView, ConfirmPage, DetailPage
from ecoquartier.workflow.engine import obstacles

LISTING = (gettext_lazy("Photos"), "holder:photos")


class PhotosPage(OperationPage, DetailPage):
    """Every photo, and what may be done with it."""

    title = LISTING[0]
    template_name = "holder/photos.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        photos = list(self.object.photos.select_related("file"))
        may_add = self.actor.has_perm(MAY_WRITE, self.object)
        return super().get_context_data(
            photos=photos,
            most=MAX_PHOTOS,
            may_add=may_add,
            may_change=may_add and not self.closed,
            full=" ".join(obstacles(add_photo, self.object)) if may_add else "",
            up={"is_up": "on"},
            **kwargs,
        )


class PhotoAdd(AddPage):
    """A photo to send, with its words."""

    listing = LISTING
    title = gettext_lazy("Ajouter une photo")
    lead = gettext_lazy(
        "Une photo dont vous avez les droits, où personne n’est reconnaissable sans son accord. "
        "Le lieu et l’heure que l’appareil y a inscrits sont effacés."
    )
    form_class = PhotoAddForm
    service = add_photo
    families = (Family.IMAGE,)
    submit_label = gettext_lazy("Ajouter la photo")
    success_message = gettext_lazy("La photo est ajoutée.")


class PhotoEdit(ChangePage):
    """The words of a photo."""

    scope = photos_visible_to
    listing = LISTING
    title = gettext_lazy("Modifier ce qui est dit de la photo")
    template_name = "holder/photo_edit.html"
    form_class = PhotoEditForm
    service = change_photo
    success_message = gettext_lazy("La photo est modifiée.")


class PhotoMove(ActionView):
    """A photo goes one place up or down; without a script, so that everybody orders them."""

    scope = photos_visible_to
    service = move_photo
    fields = MoveForm
    success_message = gettext_lazy("La photo est déplacée.")

    def get_next_url(self, result: Any) -> str:
        return f"{resolve_url('holder:photos', pk=result.operation_id)}#photo-{result.pk}"


class PhotoRemove(AttachmentPage, ConfirmPage):
    """A photo is shown no more."""

    scope = photos_visible_to
    listing = LISTING
    title = gettext_lazy("Retirer la photo")
    template_name = "holder/photo_remove.html"
    service = remove_photo
    submit_label = gettext_lazy("Retirer la photo")
    success_message = gettext_lazy("La photo est retirée.")
    is_dangerous = True
    effects = (gettext_lazy("La photo n’est plus montrée\u00a0; celles qui la suivent avancent d’une place."),)
    irreversible = (
        gettext_lazy("Son fichier est effacé le lendemain, sauf s’il est dans un dépôt\u00a0: il y reste."),
    )
