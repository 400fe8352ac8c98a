"""Signing in, by password or as a persona of the demonstration, and out."""

from itertools import groupby
from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.backend import MatrixBackend
from ecoquartier.people.models import User
from ecoquartier.people.queries import Persona, demo_people, personas
from ecoquartier.web.account import attempts
from ecoquartier.web.account.forms import SignInForm
from ecoquartier.web.account.openid_flow import provider_label
from ecoquartier.web.account.second_factor import DEMONSTRATION, note_proof
from ecoquartier.web.account.sessions import list_session
from ecoquartier.web.shared.responses import safe_path
from ecoquartier.web.shared.views import ActionView, FormPage


def next_url(request: HttpRequest) -> str:
    """Where the person was going, if it is on this site; else their home."""
    asked = request.POST.get("next") or request.GET.get("next")
    return safe_path(request, asked) or resolve_url("space:home")


class SignIn(FormPage):
    """`/compte/connexion/`: the same sentence whether the address exists or not."""

    public = True
    form_class = SignInForm
    template_name = "account/sign_in.html"
    title = gettext_lazy("Se connecter")
    submit_label = gettext_lazy("Se connecter")

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The form; somebody already signed in goes on, except in a demonstration, where people change roles."""
        if request.user.is_authenticated and not settings.DEMO:
            return HttpResponseRedirect(next_url(request))
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, str]:
        return {"next": self.request.GET.get("next", "")}

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Sign in, or say the one sentence; after too many failures, the right password waits too."""
        form = self.get_form()
        if not form.is_valid():
            return self.form_refused(form)
        email = form.cleaned_data["email"].lower()
        if wait := attempts.seconds_to_wait(request, email):
            form.add_error(None, _("Trop d’essais\u00a0: réessayez dans quinze minutes."))
            response = self.form_refused(form, status=429)
            response["Retry-After"] = str(wait)
            return response
        # A suspended person goes on: the end of the pipeline tells them, once they have proved everything.
        user = MatrixBackend().person_of(email, form.cleaned_data["password"])
        if user is None:
            form.add_error(None, _("L’adresse ou le mot de passe n’est pas le bon."))
            return self.form_refused(form)
        attempts.forget_failures(request, email)
        if request.user.is_authenticated:
            # In a demonstration one may still be somebody else: nothing of their session goes on.
            logout(request)
        entry = Login(user=user, email=user.email, redirect_url=next_url(request))
        response = perform_password_login(request, {"email": user.email}, entry)
        attempts.mark_browser(response, email)
        return response

    def form_refused(self, form: SignInForm, status: int = 422) -> HttpResponse:
        """The form again, errors first; a password is never sent back."""
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            groups=persona_groups(personas()) if settings.DEMO else [],
            provider=provider_label(),
            next=self.request.POST.get("next") or self.request.GET.get("next", ""),
            **kwargs,
        )


def persona_groups(people: list[Persona]) -> list[tuple[str, list[Persona]]]:
    """Personas that share a role ("Expert, premier", "Expert, second") stand together, in the order of the path."""
    return [(role, list(found)) for role, found in groupby(people, key=lambda persona: persona.role.split(",")[0])]


class DemoSignIn(ActionView):
    """`/compte/demonstration/<id>/`: one click, for invented people of a demonstration only."""

    public = True
    signed_in = False
    scope = demo_people

    def get_object(self) -> User:
        """An active invented person; nobody outside a demonstration."""
        if not settings.DEMO:
            raise Http404
        return super().get_object()

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Become this person, in one click even if a former visitor gave them a second factor."""
        login(request, self.object)
        note_proof(request, DEMONSTRATION)
        list_session(request)
        return HttpResponseRedirect(next_url(request))


class SignOut(ActionView):
    """`/compte/deconnexion/`: always possible, also for somebody whose session has just ended."""

    public = True
    signed_in = False

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Forget the session, then show the public home."""
        logout(request)
        response = HttpResponseRedirect(resolve_url("public:home"))
        # On a shared machine, « back » must not show what one has read.
        response["Clear-Site-Data"] = '"cache"'
        return response
