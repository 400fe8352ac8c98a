"""Forms of the account. Those of the second factor add our words to allauth's checks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.contrib.auth import password_validation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.notifications.enums import CADENCES, Cadence
from ecoquartier.people.models import User
from ecoquartier.web.shared.forms import Form


class PasswordField(forms.CharField):
    """A password: not trimmed, because it may begin or end with a space."""

    def __init__(self, *, autocomplete: str, **kwargs):
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(strip=False, max_length=1000, widget=widget, **kwargs)


class SignInForm(Form):
    """Address and password; where to go next is kept on the way."""

    email = forms.EmailField(
        label=gettext_lazy("Adresse électronique"),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = PasswordField(label=gettext_lazy("Mot de passe"), autocomplete="current-password")
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class ResetAskForm(Form):
    """Whose password was forgotten."""

    email = forms.EmailField(
        label=gettext_lazy("Adresse électronique"), widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )


class NewPasswordForm(Form):
    """A new password, twice; judged by the rules of the settings, for this person."""

    password = PasswordField(
        label=gettext_lazy("Nouveau mot de passe"),
        help_text=gettext_lazy("Douze caractères au moins. Quelques mots mis bout à bout se retiennent bien."),
        autocomplete="new-password",
    )
    again = PasswordField(label=gettext_lazy("Le même, encore une fois"), autocomplete="new-password")

    def __init__(self, *args, user: User, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        """Refuse a weak one, with every reason."""
        password_validation.validate_password(self.cleaned_data["password"], self.user)
        return self.cleaned_data["password"]

    def clean(self) -> dict[str, Any]:
        """Refuse two different ones."""
        values = super().clean()
        if "password" in values and "again" in values and values["password"] != values["again"]:
            self.add_error("again", _("Les deux mots de passe sont différents."))
        return values


class AddressForm(Form):
    """Where the person wants to be written to, and to sign in with."""

    address = forms.EmailField(
        label=gettext_lazy("Nouvelle adresse électronique"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class PasswordProofForm(Form):
    """The present password again; checked by the page, which counts the failures."""

    password = PasswordField(label=gettext_lazy("Mot de passe"), autocomplete="current-password")
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, user: User, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)


CODE_HELP = gettext_lazy("Les six chiffres de votre application, ou un de vos codes de secours.")


def code_field(label: str = gettext_lazy("Code"), help_text: str = CODE_HELP) -> forms.CharField:
    """A code typed from a telephone; letters are let through, so that their error is said in words."""
    attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}
    return forms.CharField(label=label, help_text=help_text, max_length=20, widget=forms.TextInput(attrs))


class CodeForm(AuthenticateForm, Form):
    """The code of the application, or a recovery code."""

    code = code_field()
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class CodeProofForm(ReauthenticateForm, Form):
    """The same, by somebody signed in."""

    code = code_field()
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class TotpForm(ActivateTOTPForm, Form):
    """The first code of a new application: proof that it holds the secret."""

    code = code_field(gettext_lazy("Code affiché par l’application"), help_text="")


def credential_field() -> forms.JSONField:
    """What the browser answers for a passkey; the script of the page writes it."""
    missing = gettext_lazy("Votre navigateur n’a pas donné de clé d’accès.")
    return forms.JSONField(
        label=gettext_lazy("Clé d’accès"),
        widget=forms.HiddenInput(attrs={"data-eq-credential": ""}),
        error_messages={"required": missing, "invalid": missing},
    )


@contextmanager
def understood() -> Iterator[None]:
    """Refuse, and nothing worse, an answer that no browser would give: the library trusts its shape."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise get_adapter().validation_error("incorrect_code") from error


class PasskeyAnswerForm(Form):
    """What the browser answers for a passkey; each form below adds what allauth checks of it."""

    credential = credential_field()
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_credential(self) -> Authenticator:
        """Which passkey it is, once its answer is checked."""
        with understood():
            return super().clean_credential()


class PasskeyForm(PasskeyAnswerForm, AuthenticateWebAuthnForm):
    """A passkey as the second factor of somebody who has given their password."""


class PasskeyProofForm(PasskeyAnswerForm, ReauthenticateWebAuthnForm):
    """A passkey of somebody signed in."""


class PasskeySignInForm(PasskeyAnswerForm, LoginWebAuthnForm):
    """A passkey alone: it names its owner."""


class PasskeyAddForm(AddWebAuthnForm, Form):
    """A new passkey and what it is called."""

    # Not a choice: see `clean`.
    passwordless = None
    name = forms.CharField(
        label=gettext_lazy("Nom de cette clé"),
        help_text=gettext_lazy(
            "Pour la reconnaître\u00a0: «\u00a0ordinateur du bureau\u00a0», «\u00a0téléphone\u00a0»."
        ),
        max_length=60,
        required=False,
    )
    credential = credential_field()

    def clean(self) -> dict[str, Any]:
        """Each passkey signs in alone: its owner must have been checked by a PIN, a finger or a face."""
        self.cleaned_data["passwordless"] = True
        with understood():
            return super().clean()


class PasskeyNameForm(EditWebAuthnForm, Form):
    """Another name for a passkey."""

    name = forms.CharField(label=gettext_lazy("Nom de cette clé"), max_length=60)


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
