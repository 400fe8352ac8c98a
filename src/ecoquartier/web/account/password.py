"""Choosing a password: forgotten, or changed by its owner."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.accounts.queries import person_of_reset_key
from ecoquartier.accounts.services import credentials
from ecoquartier.accounts.tasks import send_reset_link
from ecoquartier.people.models import User
from ecoquartier.web.account.forms import NewPasswordForm, ResetAskForm
from ecoquartier.web.account.protection import ABOVE, Protected, SecretLink
from ecoquartier.web.account.sessions import end_sessions, list_session
from ecoquartier.web.shared.limits import Limit, client_network
from ecoquartier.web.shared.views import FormPage

SIGN_IN = ((gettext_lazy("Se connecter"), "account:sign-in"),)
ASKED_FOR = Limit("reset", most=3, seconds=60 * 60)
ASKED_FROM = Limit("reset-from", most=30, seconds=60 * 60)


class ResetAsk(FormPage):
    """`/compte/mot-de-passe/oublie/`: the same answer, work and time whether somebody has the address or not."""

    public = True
    form_class = ResetAskForm
    title = gettext_lazy("Mot de passe oublié")
    lead = gettext_lazy("Nous vous écrivons un lien pour en choisir un autre.")
    breadcrumb = SIGN_IN
    submit_label = gettext_lazy("Recevoir le lien")
    success_url = "account:sign-in"
    success_message = gettext_lazy(
        "Si un compte a cette adresse, un message vient d’y partir. Le lien fonctionne pendant quatre heures."
    )

    def perform(self, form: ResetAskForm) -> None:
        """Leave it to the worker: here, nobody looks whether the address is known."""
        email, place = form.cleaned_data["email"].lower(), client_network(self.request)
        waits = [ASKED_FOR.wait(email), ASKED_FROM.wait(place)]
        # Too much is not said either: whoever asks too often reads the same sentence, and no more mail leaves.
        if not any(waits):
            send_reset_link.defer(email=email)


class Reset(SecretLink, FormPage):
    """`/compte/mot-de-passe/lien/<key>/`: opened by mail programs too, so that only the form acts."""

    public = True
    form_class = NewPasswordForm
    title = gettext_lazy("Choisir un mot de passe")
    breadcrumb = SIGN_IN
    template_name = "account/reset.html"
    submit_label = gettext_lazy("Enregistrer ce mot de passe")
    success_url = "account:sign-in"
    success_message = gettext_lazy("Votre mot de passe est enregistré\u00a0: connectez-vous.")

    def get_object(self) -> User | None:
        """Whose key it is; nobody when it has served."""
        return person_of_reset_key(self.kwargs["key"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.object or User()}

    def perform(self, form: NewPasswordForm) -> User:
        person = credentials.reset_password(self.kwargs["key"], password=form.cleaned_data["password"])
        end_sessions(person)
        return person


class PasswordChange(Protected, FormPage):
    """`/compte/mot-de-passe/`: closes every other session."""

    form_class = NewPasswordForm
    title = gettext_lazy("Changer mon mot de passe")
    breadcrumb = ABOVE
    submit_label = gettext_lazy("Enregistrer ce mot de passe")
    success_url = "account:security"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.actor}

    def perform(self, form: NewPasswordForm) -> User:
        person = credentials.change_password(self.actor, actor=self.actor, password=form.cleaned_data["password"])
        keep_only_this_session(self.request, person)
        return person

    def get_success_message(self, result: User) -> str:
        return _("Votre mot de passe est enregistré. Vos autres sessions sont fermées.")


def keep_only_this_session(request: HttpRequest, person: User) -> None:
    """Sign out everywhere else; this session goes on, under a new key, and stays in the list."""
    end_sessions(person)
    update_session_auth_hash(request, person)
    list_session(request)
