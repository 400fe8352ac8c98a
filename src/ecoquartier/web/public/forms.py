"""Forms of the public pages."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.web.shared.forms import FilterForm, Form

# A certificate weighs about 60 kB, a credential 3 kB.
MOST_BYTES = 2 * 1024 * 1024


class CommuneSearch(FilterForm):
    """Search of a commune."""

    q = forms.CharField(label=gettext_lazy("Nom, code postal ou code INSEE"), max_length=100)


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
