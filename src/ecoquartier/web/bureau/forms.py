"""Forms of the bureau."""

from __future__ import annotations

from pathlib import PurePath

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.journal.enums import Event
from ecoquartier.notifications.enums import MessageState
from ecoquartier.notifications.queries import addressed_to, groups, kinds, people_with_failing_address
from ecoquartier.notifications.services.words import name_of
from ecoquartier.web.shared.forms import FilterForm, Form, TextField

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
            key = str(self.cleaned_data["objet"])
            # A merger is an act on the record that goes, and is read under the one that stays too.
            rows = rows.filter(Q(about_id=key) | Q(event=Event.OPERATION_MERGED, data__into=key))
        return rows


class OutboxFilters(FilterForm):
    """Which messages."""

    etat = forms.ChoiceField(
        label=gettext_lazy("État"),
        choices=[("", gettext_lazy("Tous")), *((s.value, capfirst(s.label)) for s in MessageState)],
    )
    sorte = forms.ChoiceField(
        label=gettext_lazy("Message"),
        choices=lambda: [("", _("Tous")), *((kind.key, name_of(kind)) for kind in kinds())],
    )
    destinataire = forms.CharField(label=gettext_lazy("Nom ou adresse du destinataire"))
    adresse = forms.BooleanField(label=gettext_lazy("Adresse qui refuse les messages"))

    def filter(self, rows):
        """Messages in a state, of a kind, to somebody."""
        values = self.cleaned_data
        if values["etat"]:
            rows = rows.filter(state=values["etat"])
        if values["sorte"]:
            rows = rows.filter(key=values["sorte"])
        if values["adresse"]:
            rows = rows.filter(recipient__in=people_with_failing_address().order_by().values("pk"))
        for word in values["destinataire"].split():
            rows = rows.filter(addressed_to(word))
        return rows


class ReasonForm(Form):
    """Why somebody acts by hand."""

    reason = forms.CharField(label=gettext_lazy("Motif"), max_length=300, help_text=gettext_lazy("Il va au journal."))


class WordsForm(Form):
    """The words of a kind of message."""

    subject = forms.CharField(label=gettext_lazy("Objet"), max_length=200)
    body = forms.CharField(label=gettext_lazy("Texte"), max_length=5000, widget=forms.Textarea(attrs={"rows": 14}))
    since = forms.IntegerField(required=False, widget=forms.HiddenInput)


class RemindersForm(Form):
    """How long before a date people are reminded of it."""

    days = forms.CharField(
        label=gettext_lazy("Jours avant l’échéance"),
        required=False,
        help_text=gettext_lazy("Des nombres séparés par des virgules\u00a0: 7, 1. Vide\u00a0: aucun rappel."),
    )

    def clean_days(self) -> list[int]:
        """Whole numbers; whether they are reasonable is for the service to say."""
        words = self.cleaned_data["days"].replace(",", " ").split()
        if not all(word.isdecimal() and len(word) < 4 for word in words):
            raise ValidationError(_("Écrivez des nombres de jours, séparés par des virgules."))
        return [int(word) for word in words]


class LetterForm(Form):
    """A letter to a group."""

    group = forms.ChoiceField(label=gettext_lazy("À qui"))
    subject = forms.CharField(label=gettext_lazy("Objet"), max_length=150)
    text = TextField(
        label=gettext_lazy("Texte"),
        limit=4000,
        rows=12,
        help_text=gettext_lazy("«\u00a0Bonjour\u00a0», votre nom et un lien vers son espace sont ajoutés."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Read once: a callable would be at each use of the field.
        self.fields["group"].choices = [
            ("", _("Choisissez un groupe")),
            *(
                (label, [(code, f"{name} ({size})") for code, name, size in named])
                for label, named in groups()
                if named
            ),
        ]
