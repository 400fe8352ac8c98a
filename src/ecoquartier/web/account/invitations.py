"""`/compte/invitation/<secret>/`: who invites to what, and joining."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.accounts.messages import invited_to
from ecoquartier.accounts.models import Invitation
from ecoquartier.accounts.queries import invitation_of_secret
from ecoquartier.accounts.services.invitations import accept_invitation
from ecoquartier.people.models import User
from ecoquartier.people.queries import person_of_address
from ecoquartier.web.account import attempts
from ecoquartier.web.account.forms import PasswordField
from ecoquartier.web.account.openid_flow import JOIN, begin, provider_label
from ecoquartier.web.account.protection import SecretLink
from ecoquartier.web.shared.errors import error_page
from ecoquartier.web.shared.forms import Form
from ecoquartier.web.shared.limits import Limit, client_network
from ecoquartier.web.shared.views import FormPage

GUESSES = Limit("invitation", most=30, seconds=60 * 60)


class JoinForm(Form):
    """What a new account needs: a name, and a password unless a provider's identity opens it."""

    full_name = forms.CharField(
        label=gettext_lazy("Prénom et nom"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = PasswordField(
        label=gettext_lazy("Mot de passe"),
        help_text=gettext_lazy("Douze caractères au moins. Quelques mots mis bout à bout se retiennent bien."),
        autocomplete="new-password",
    )

    def __init__(self, *args, needs_password: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].required = needs_password


class InvitationPage(SecretLink, FormPage):
    """Opened by mail programs too: only the form acts. One page says that a link is unknown, withdrawn or too old."""

    public = True
    template_name = "account/invitation.html"
    submit_label = gettext_lazy("Accepter l’invitation")
    success_url = "space:home"
    form_class = JoinForm
    success_message = gettext_lazy("L’invitation est acceptée.")

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Slow down who tries secrets at random."""
        who = client_network(request)
        if GUESSES.is_reached(who):
            return error_page(request, HTTPStatus.TOO_MANY_REQUESTS, reason=_("Réessayez dans une heure."))
        response = super().dispatch(request, *args, **kwargs)
        if self.was_accepted:
            response.status_code = HTTPStatus.GONE
        elif self.object is None:
            GUESSES.count(who)
            response.status_code = HTTPStatus.NOT_FOUND
        return response

    @cached_property
    def found(self) -> Invitation | None:
        """The invitation of this link, whatever became of it."""
        return invitation_of_secret(self.kwargs["secret"])

    @property
    def was_accepted(self) -> bool:
        """Whether the link has already served, as whoever holds it may know."""
        return self.found is not None and self.found.accepted_at is not None and self.object is None

    def get_object(self) -> Invitation | None:
        """The invitation while it may be accepted."""
        return self.found if self.found and self.found.is_open else None

    @cached_property
    def account(self) -> User | None:
        """The account of the invited address, when there is one: it joins instead of being doubled."""
        return person_of_address(self.object.email) if self.object else None

    @property
    def is_mine(self) -> bool:
        """Whether the signed-in person is the one who is invited."""
        return self.account is not None and self.actor.pk == self.account.pk

    def get_title(self) -> str:
        if self.was_accepted:
            return _("Cette invitation a déjà été acceptée")
        return _("Une invitation pour vous") if self.object else _("Cette invitation ne sert plus")

    def get_form(self) -> Form:
        """A name and a password for a new account; nothing to type for one that exists."""
        if self.account:
            self.form_class = Form
        return super().get_form()

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Accept, or leave for the provider first; a link that opens nothing shows its page again."""
        if self.object is None:
            return self.get(request, *args, **kwargs)
        if self.account is None and provider_label() and "provider" in request.POST:
            return self.leave_for_provider()
        return super().post(request, *args, **kwargs)

    def leave_for_provider(self) -> HttpResponse:
        """Let the identity of the provider open the new account: the name waits in the session until the return."""
        form = self.form_class(needs_password=False, **self.get_form_kwargs())
        if not form.is_valid():
            return self.form_refused(form)
        data = {"invitation": str(self.object.pk), "full_name": form.cleaned_data["full_name"]}
        return begin(self.request, JOIN, next_url=resolve_url("space:home"), data=data)

    def perform(self, form: Form) -> User:
        # Whoever is signed in accepts as oneself: an author never takes what they offered.
        actor = self.actor if self.actor.is_authenticated else None
        return accept_invitation(self.object, actor=actor, **form.cleaned_data)

    def form_accepted(self, result: User) -> HttpResponse:
        """One’s space, where what may be done shows; a new one signs in by the pipeline that every password goes by."""
        if self.actor.is_authenticated:
            return super().form_accepted(result)
        messages.success(self.request, self.get_success_message(result))
        entry = Login(user=result, email=result.email, redirect_url=resolve_url(self.success_url))
        response = perform_password_login(self.request, {"email": result.email}, entry)
        attempts.mark_browser(response, result.email)
        return response

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            what=invited_to(self.object) if self.object else "",
            was_accepted=self.was_accepted,
            account=self.account,
            is_mine=self.is_mine,
            provider="" if self.account else provider_label(),
            stranger=self.actor if self.actor.is_authenticated and not self.is_mine else None,
            **kwargs,
        )
