"""Forms of the support mode."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.accounts.queries import why_not_seen
from ecoquartier.people.models import User
from ecoquartier.people.queries import person_of_address
from ecoquartier.web.shared.forms import Form, RadioCards

DURATIONS = {30: gettext_lazy("30 minutes"), 60: gettext_lazy("1 heure"), 120: gettext_lazy("2 heures")}


class AskForm(Form):
    """Whom to see, why and for how long."""

    email = forms.EmailField(
        label=gettext_lazy("Adresse électronique de la personne"),
        help_text=gettext_lazy("Celle de son compte. Elle sera prévenue, avec votre nom et le motif."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Motif"),
        max_length=300,
        help_text=gettext_lazy(
            "Ce qui ne va pas, en une phrase. Le bureau et la personne le lisent, il va au journal."
        ),
    )
    minutes = forms.TypedChoiceField(
        label=gettext_lazy("Durée, à partir de l’ouverture"),
        choices=list(DURATIONS.items()),
        coerce=int,
        initial=30,
        widget=RadioCards,
    )

    def __init__(self, *args, actor: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.actor = actor

    def clean_email(self) -> User:
        """The person of this address; the same sentence for nobody, a closed account and the bureau."""
        person = person_of_address(self.cleaned_data["email"])
        if person is None or why_not_seen(person, self.actor):
            raise ValidationError(_("Cette adresse ne peut pas être assistée\u00a0: vérifiez-la avec la personne."))
        return person
