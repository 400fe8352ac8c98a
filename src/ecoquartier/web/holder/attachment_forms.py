"""Forms of the photos and the documents of an operation."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from ecoquartier.files.services import MOST
from ecoquartier.operations.enums import DocumentKind
from ecoquartier.web.shared.files import IMAGE, OFFICE, PDF, FileField
from ecoquartier.web.shared.forms import Form
from ecoquartier.web.shared.shared_forms import SharedForm


class PhotoForm(Form):
    """What is said of a photo."""

    alt = forms.CharField(
        label=_("Description pour qui ne voit pas l’image"),
        max_length=300,
        help_text=_(
            "Ce que la photo montre, en une phrase\u00a0: «\u00a0La cour plantée de l’îlot\u00a03, en été\u00a0»."
        ),
    )
    credit = forms.CharField(
        label=_("Crédit"), max_length=120, help_text=_("L’auteur de la photo, ou qui en détient les droits.")
    )
    taken_on = forms.DateField(label=_("Date de prise de vue"), required=False)

    def clean_credit(self) -> str:
        """Without the « © » that the pages write before it."""
        return self.cleaned_data["credit"].removeprefix("©").strip() or self.cleaned_data["credit"]


class PhotoEditForm(SharedForm, PhotoForm):
    """What is said of a photo that is shown already."""


class PhotoAddForm(PhotoForm):
    """A photo and what is said of it."""

    file = FileField(label=_("Photo"), kinds=(IMAGE,), most=MOST)
    field_order = ("file", "alt", "credit", "taken_on")


class MoveForm(Form):
    """Which way a photo goes."""

    is_up = forms.BooleanField(required=False)


class DocumentForm(Form):
    """What is said of a document."""

    title = forms.CharField(label=_("Titre"), max_length=200)
    kind = forms.ChoiceField(label=_("Nature"), choices=[("", _("Choisissez")), *DocumentKind.choices])
    dated_on = forms.DateField(label=_("Date du document"), required=False)


class DocumentEditForm(SharedForm, DocumentForm):
    """What is said of a document that is listed already."""


class DocumentAddForm(DocumentForm):
    """A document and what is said of it."""

    file = FileField(label=_("Document"), kinds=(PDF, OFFICE, IMAGE), most=MOST)
    field_order = ("file", "title", "kind", "dated_on")
