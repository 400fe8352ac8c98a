"""Forms of the bureau."""

from __future__ import annotations

from pathlib import PurePath

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.journal.enums import Event
from ecoquartier.notifications.enums import MessageState
from ecoquartier.web.shared.forms import FilterForm, Form

LARGEST = 5 * 1024 * 1024


class CeremonyForm(Form):
    """The day of the ceremony."""

    held_on = forms.DateField(label=gettext_lazy("Date de la cérémonie"))


class UploadForm(Form):
    """The tracking sheet, as the ministry kept it."""

    file = forms.FileField(
        label=gettext_lazy("Tableau de suivi"),
        help_text=gettext_lazy("Fichier CSV, 5 Mo au plus. Les en-têtes et l’encodage sont reconnus d’eux-mêmes."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_file(self):
        """A CSV of a reasonable size; what it holds is for the reader of the sheet to say."""
        file = self.cleaned_data["file"]
        if PurePath(file.name).suffix.lower() not in {".csv", ".txt", ".tsv"}:
            raise ValidationError(
                _("Ce fichier n’est pas un CSV. Enregistrez le tableau au format CSV, puis déposez-le.")
            )
        if file.size > LARGEST:
            raise ValidationError(_("Ce fichier dépasse 5 Mo."))
        return file


class JournalFilters(FilterForm):
    """Which entries of the journal."""

    acte = forms.ChoiceField(
        label=gettext_lazy("Acte"),
        choices=[("", gettext_lazy("Tous")), *((e.value, capfirst(e.label)) for e in Event)],
    )
    objet = forms.UUIDField(label=gettext_lazy("Identifiant d’une opération ou d’un dossier"))

    def filter(self, rows):
        """Entries of one kind, about one object."""
        if self.cleaned_data["acte"]:
            rows = rows.filter(event=self.cleaned_data["acte"])
        if self.cleaned_data["objet"]:
            rows = rows.filter(about_id=str(self.cleaned_data["objet"]))
        return rows


class OutboxFilters(FilterForm):
    """Which messages."""

    etat = forms.ChoiceField(
        label=gettext_lazy("État"),
        choices=[("", gettext_lazy("Tous")), *((s.value, capfirst(s.label)) for s in MessageState)],
    )
    destinataire = forms.CharField(label=gettext_lazy("Nom ou adresse du destinataire"))

    def filter(self, rows):
        """Messages in a state, to somebody."""
        if self.cleaned_data["etat"]:
            rows = rows.filter(state=self.cleaned_data["etat"])
        for word in self.cleaned_data["destinataire"].split():
            rows = rows.filter(recipient__full_name__icontains=word) | rows.filter(recipient__email__icontains=word)
        return rows
