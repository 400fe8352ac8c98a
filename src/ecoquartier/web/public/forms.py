"""Forms of the public pages."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.campaigns.domain import stage_label
from ecoquartier.directory import queries as directory
from ecoquartier.web.shared.forms import FilterForm, Form

CHARTER_ONLY = "charte"
# A certificate weighs about 60 kB, a credential 3 kB.
MOST_BYTES = 2 * 1024 * 1024


class CommuneSearch(FilterForm):
    """Search of a commune."""

    q = forms.CharField(label=gettext_lazy("Nom, code postal ou code INSEE"), max_length=100)


class DirectoryFilters(FilterForm):
    """Search of the directory."""

    q = forms.CharField(label=gettext_lazy("Nom ou commune"), max_length=100)
    region = forms.ChoiceField(label=gettext_lazy("Région"))
    etape = forms.ChoiceField(label=gettext_lazy("Étape détenue"))
    annee = forms.TypedChoiceField(label=gettext_lazy("Millésime"), coerce=int, empty_value=None)

    def __init__(self, data: Any = None, *, choices: directory.Choices, **kwargs):
        super().__init__(data, **kwargs)
        self.fields["region"].choices = [("", _("Toutes")), *choices.regions]
        self.fields["etape"].choices = [
            ("", _("Toutes")),
            (CHARTER_ONLY, _("Charte signée, sans étape")),
            *((str(rank), stage_label(rank, name)) for rank, name in choices.stages),
        ]
        self.fields["annee"].choices = [("", _("Tous")), *((str(year), str(year)) for year in choices.years)]

    def filter(self, rows):
        """Rows of the search; it starts from the public rows itself."""
        asked = self.cleaned_data
        stage = asked["etape"]
        return directory.search(
            text=asked["q"],
            region=asked["region"],
            stage=int(stage) if stage and stage != CHARTER_ONLY else None,
            charter_only=stage == CHARTER_ONLY,
            year=asked["annee"],
        )


class CodeForm(FilterForm):
    """The code printed on a certificate."""

    code = forms.CharField(
        label=gettext_lazy("Code de vérification"),
        max_length=200,
        help_text=gettext_lazy(
            "Seize signes, imprimés sous le QR code du certificat. Exemple\u00a0: 7F3K-22QX-91AB-4C8E."
        ),
    )


class ProofForm(Form):
    """A certificate or a credential to check."""

    file = forms.FileField(
        label=gettext_lazy("Certificat (PDF) ou attestation (JWT)"),
        help_text=gettext_lazy("2\u00a0Mo au plus. Le fichier est vérifié puis oublié\u00a0: rien n’en est gardé."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jwt,.txt"}),
    )

    def clean_file(self) -> UploadedFile:
        """Refuse what cannot be a proof of ours, before reading it."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(_("Ce fichier dépasse 2\u00a0Mo\u00a0: ce n’est pas un certificat de la plateforme."))
        return file
