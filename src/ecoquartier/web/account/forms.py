"""Forms of the account."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from ecoquartier.notifications.enums import CADENCES, Cadence
from ecoquartier.web.shared.forms import Form


class SignInForm(Form):
    """Address and password; where to go next is kept on the way."""

    email = forms.EmailField(
        label=gettext_lazy("Adresse électronique"),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    # Not trimmed: a password may begin or end with a space.
    password = forms.CharField(
        label=gettext_lazy("Mot de passe"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class NotificationsForm(Form):
    """How each family of messages is received, where there is a choice; one is always made, so none is asked for."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for family, cadences in CADENCES.items():
            if len(cadences) > 1:
                self.fields[family.value] = forms.ChoiceField(
                    label=family.label,
                    choices=[(cadence.value, capfirst(cadence.label)) for cadence in Cadence if cadence in cadences],
                    widget=forms.RadioSelect,
                    required=False,
                )
