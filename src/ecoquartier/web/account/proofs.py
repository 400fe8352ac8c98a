"""Proving who one is: the second factor, at sign-in or once a role asks for it, and one's identity before an act."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.stages import LoginStage, LoginStageController
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.accounts.queries import identities_of
from ecoquartier.core.errors import DomainError
from ecoquartier.people.models import User
from ecoquartier.web.account import attempts
from ecoquartier.web.account.forms import CodeForm, CodeProofForm, PasskeyForm, PasskeyProofForm, PasswordProofForm
from ecoquartier.web.account.openid_flow import provider_label
from ecoquartier.web.account.protection import Protected
from ecoquartier.web.account.second_factor import (
    SecondFactorStage,
    has_proved_second_factor,
    has_second_factor,
    person_of,
)
from ecoquartier.web.account.views import next_url
from ecoquartier.web.shared.forms import Form
from ecoquartier.web.shared.limits import TooOften
from ecoquartier.web.shared.views import FormPage


class ProofPage(FormPage):
    """A form to type in, and a passkey beside it when the person has one."""

    passkey_form_class: type[Form]
    template_name = "account/proof.html"
    submit_label = gettext_lazy("Continuer")

    @cached_property
    def person(self) -> User:
        """Who has something to prove."""
        return person_of(self.request)

    def get_initial(self) -> dict[str, str]:
        return {"next": self.request.GET.get("next", "")}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.person}

    def get_form(self) -> Form:
        """The form that was sent: the passkey when it carries one."""
        if "credential" in self.request.POST:
            return self.passkey_form_class(data=self.request.POST, user=self.person)
        return super().get_form()

    def perform(self, form: Form) -> None:
        """Check nothing more: the form did; write the proof in the session."""
        form.save()

    def get_success_url(self, result: Any) -> str:
        return next_url(self.request)

    def form_refused(self, form: Form) -> HttpResponse:
        """The form again; a refused passkey is told above it, since nothing was typed."""
        if "credential" not in form.fields:
            return super().form_refused(form)
        messages.error(self.request, " ".join(sentence for errors in form.errors.values() for sentence in errors))
        return HttpResponseRedirect(self.request.get_full_path())

    @cached_property
    def has_passkey(self) -> bool:
        """Whether the person has a passkey to prove with."""
        return self.person.authenticator_set.filter(type=Authenticator.Type.WEBAUTHN).exists()

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            passkey_options=begin_authentication(self.person) if self.has_passkey else None,
            next=self.request.POST.get("next") or self.request.GET.get("next", ""),
            **kwargs,
        )


class SecondFactor(ProofPage):
    """`/compte/double-verification/`: after the password, or when a role has come that asks for it.

    Somebody signed in who has not set it up reads why it is asked, and how to do it at once.
    """

    public = True
    before_second_factor = True
    form_class = CodeForm
    passkey_form_class = PasskeyForm
    title = gettext_lazy("Double vérification")

    @cached_property
    def stage(self) -> LoginStage | None:
        """The step of a sign-in that waits for this page, if one does."""
        if self.request.user.is_authenticated:
            return None
        return LoginStageController.enter(self.request, SecondFactorStage.key)

    @cached_property
    def person(self) -> User:
        """Who is signing in, or is signed in."""
        return self.stage.login.user if self.stage else person_of(self.request)

    @cached_property
    def is_set_up(self) -> bool:
        """Whether the person has something to prove with."""
        return has_second_factor(self.person)

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Send elsewhere those who have nothing to prove here."""
        if request.method not in ("GET", "HEAD", "POST"):
            return super().dispatch(request, *args, **kwargs)
        if self.stage is None:
            if not request.user.is_authenticated:
                return HttpResponseRedirect(resolve_url("account:sign-in"))
            if has_proved_second_factor(request):
                return HttpResponseRedirect(next_url(request))
        elif not self.is_set_up:
            # Removed since the password was given: the sign-in begins again, without it.
            return self.stage.abort()
        return super().dispatch(request, *args, **kwargs)

    def get_template_names(self) -> list[str]:
        return ["account/proof.html" if self.is_set_up else "account/second_factor_setup.html"]

    def get_lead(self) -> str:
        if self.is_set_up and self.has_passkey:
            return _("Votre mot de passe ne suffit pas\u00a0: donnez aussi un code, ou votre clé d’accès.")
        if self.is_set_up:
            return _("Votre mot de passe ne suffit pas\u00a0: donnez aussi un code.")
        return _("Vos fonctions ouvrent des dossiers que d’autres vous confient\u00a0: un mot de passe ne suffit pas.")

    def form_accepted(self, result: None) -> HttpResponse:
        """Finish the sign-in, or go on."""
        return self.stage.exit() if self.stage else super().form_accepted(result)


class Identity(Protected, ProofPage):
    """`/compte/identite/`: before a change of what opens the account, when the last proof is old."""

    passkey_form_class = PasskeyProofForm
    title = gettext_lazy("Confirmer que c’est bien vous")
    lead = gettext_lazy("Avant de changer ce qui ouvre votre compte.")
    breadcrumb = ((gettext_lazy("Mon espace"), "space:home"),)
    template_name = "account/identity.html"
    needs_recent_proof = False

    @property
    def form_class(self) -> type[Form]:
        """The password; a code for those who sign in with a passkey only."""
        return PasswordProofForm if self.person.has_usable_password() else CodeProofForm

    def perform(self, form: Form) -> None:
        """Check the password, as often as at sign-in; the other forms have checked what they carry."""
        if not isinstance(form, PasswordProofForm):
            form.save()
            return
        email = self.person.email
        if seconds := attempts.seconds_to_wait(self.request, email):
            raise TooOften(_("Trop d’essais\u00a0: réessayez dans quinze minutes."), seconds)
        if not self.person.check_password(form.cleaned_data["password"]):
            raise DomainError(_("Ce mot de passe n’est pas le bon."), code="wrong_password")
        attempts.forget_failures(self.request, email)
        reauthenticate_by_password(self.request)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        is_linked = settings.OIDC_ISSUER and identities_of(self.person).filter(provider=settings.OIDC_ISSUER).exists()
        return super().get_context_data(
            is_persona=settings.DEMO and self.person.is_demo,
            provider=provider_label() if is_linked else "",
            **kwargs,
        )
