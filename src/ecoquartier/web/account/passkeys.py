"""Passkeys: signing in with one, adding, naming and removing them. The only pages that need a script."""

from __future__ import annotations

from typing import Any

from allauth.account.models import Login
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_authentication, begin_registration
from allauth.mfa.webauthn.internal.flows import add_authenticator, perform_passwordless_login, remove_authenticator
from django.contrib import messages
from django.contrib.auth import logout
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import View

from ecoquartier.people.models import User
from ecoquartier.web.account.codes import of_type
from ecoquartier.web.account.forms import PasskeyAddForm, PasskeyNameForm, PasskeySignInForm
from ecoquartier.web.account.protection import ABOVE, Protected
from ecoquartier.web.account.second_factor import SECOND_FACTOR, note_proof
from ecoquartier.web.account.sessions import leave_second_factor
from ecoquartier.web.account.views import next_url
from ecoquartier.web.shared.forms import Form
from ecoquartier.web.shared.limits import Limit, client_network
from ecoquartier.web.shared.views import ConfirmPage, FormPage
from ecoquartier.web.shared.views.access import AccessMixin

TRIES = Limit("passkey", most=30, seconds=15 * 60)


def passkeys_of(person: User) -> QuerySet:
    """One's own passkeys."""
    return of_type(Authenticator.Type.WEBAUTHN, person)


class PasskeySignIn(AccessMixin, View):
    """`/compte/connexion/cle/`: the challenge (GET, JSON), then its answer (POST): owner and second factor at once."""

    public = True
    stateless = False

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """A challenge for any passkey of this site; it says nothing of who has one."""
        response = JsonResponse(dict(begin_authentication()))
        response["Cache-Control"] = "no-store"
        return response

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Sign in whoever the key proves, or say one sentence."""
        place = client_network(request)
        form = PasskeySignInForm(data=request.POST)
        if TRIES.is_reached(place) or not form.is_valid():
            TRIES.count(place)
            messages.error(request, _("Cette clé d’accès n’ouvre aucun compte ici."))
            return HttpResponseRedirect(resolve_url("account:sign-in"))
        means = form.cleaned_data["credential"]
        if request.user.is_authenticated:
            logout(request)
        return perform_passwordless_login(request, means, Login(user=means.user, redirect_url=next_url(request)))


class PasskeyAdd(Protected, FormPage):
    """`/compte/cles/ajouter/`."""

    form_class = PasskeyAddForm
    title = gettext_lazy("Ajouter une clé d’accès")
    lead = gettext_lazy("Votre ordinateur, votre téléphone ou une clé USB prouve que c’est vous, sans mot de passe.")
    breadcrumb = ABOVE
    template_name = "account/passkey_add.html"
    submit_label = gettext_lazy("Créer la clé")
    success_message = gettext_lazy("La clé d’accès est ajoutée.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.actor}

    def perform(self, form: PasskeyAddForm) -> bool:
        means, codes = add_authenticator(self.request, form.cleaned_data["name"], form.cleaned_data["credential"])
        note_proof(self.request, SECOND_FACTOR, type=means.type, id=means.pk)
        return codes is not None

    def get_success_url(self, result: bool) -> str:
        return resolve_url("account:recovery-codes" if result else "account:security")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "options": dict(begin_registration(self.actor, passwordless=True))}


class Passkey(Protected, FormPage):
    """`/compte/cles/<n>/`: another name."""

    scope = passkeys_of
    form_class = PasskeyNameForm
    breadcrumb = ABOVE
    template_name = "account/passkey.html"
    success_url = "account:security"
    success_message = gettext_lazy("Le nom est enregistré.")

    def get_title(self) -> str:
        return self.object.wrap().name

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": self.object}

    def perform(self, form: PasskeyNameForm) -> Authenticator:
        return form.save()


class PasskeyRemove(Protected, ConfirmPage):
    """`/compte/cles/<n>/retirer/`."""

    scope = passkeys_of
    submit_label = gettext_lazy("Retirer la clé")
    success_url = "account:security"
    success_message = gettext_lazy("La clé d’accès est retirée.")
    breadcrumb = ABOVE
    is_dangerous = True

    def get_title(self) -> str:
        return _("Retirer «\u00a0%(name)s\u00a0»") % {"name": self.object.wrap().name}

    def get_effects(self) -> list[str]:
        return [_("Cette clé n’ouvrira plus votre compte.")]

    def perform(self, form: Form) -> None:
        remove_authenticator(self.request, self.object)
        leave_second_factor(self.request)
