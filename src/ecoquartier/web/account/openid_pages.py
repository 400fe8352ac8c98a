"""The pages of the identity provider: leaving for it, coming back, linking, proving. None without settings."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import View

from ecoquartier.accounts.queries import identities_of, provider_name
from ecoquartier.accounts.services import credentials
from ecoquartier.web.account.openid import StrictAdapter
from ecoquartier.web.account.openid_flow import FAILURES, LINK, PROVE, SIGN_IN, begin, failure, provider_label
from ecoquartier.web.account.protection import ABOVE, Protected, SecretLink
from ecoquartier.web.account.second_factor import forget_provider
from ecoquartier.web.account.sessions import end_sessions
from ecoquartier.web.account.views import next_url
from ecoquartier.web.shared.errors import error_page
from ecoquartier.web.shared.forms import Form
from ecoquartier.web.shared.limits import Limit, client_network
from ecoquartier.web.shared.views import ActionView, ConfirmPage
from ecoquartier.web.shared.views.access import AccessMixin

# Each departure is a call to the provider; a whole administration may leave from one address.
DEPARTURES = Limit("provider", most=200, seconds=15 * 60)


class OfProvider:
    """A page that exists when a provider is configured only."""

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Answer, or 404."""
        if not settings.OIDC_ISSUER:
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class ProviderSignIn(OfProvider, ActionView):
    """`/compte/connexion/fournisseur/`: a POST with its token, so that no other site signs anybody in."""

    public = True
    signed_in = False

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Leave for the provider."""
        if seconds := DEPARTURES.wait(client_network(request)):
            return error_page(request, 429, retry_after=seconds)
        return begin(request, SIGN_IN, next_url=next_url(request))


class ProviderReturn(OfProvider, SecretLink, AccessMixin, View):
    """`/compte/connexion/fournisseur/retour/`: the only GET that signs in, for the session that left and once."""

    public = True
    stateless = False

    @classmethod
    def as_view(cls, **initkwargs: Any):
        """The view function, which writes: the session began it by a POST, and its state serves once."""
        view = super().as_view(**initkwargs)
        view.writes_on_get = True
        return view

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Check the state, exchange the code, verify both answers, then do what the session left for."""
        try:
            return OAuth2CallbackView.adapter_view(StrictAdapter(request, settings.OIDC_ISSUER))(request)
        except FAILURES as error:
            # allauth handles those of the two calls, not those of the provider's document.
            return failure(request, error)


class ProviderProof(OfProvider, Protected, ActionView):
    """`/compte/identite/fournisseur/`: proving who one is where one signs in, before an act on one's account."""

    needs_recent_proof = False

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Leave for the provider, which must ask again."""
        return begin(request, PROVE, next_url=next_url(request), is_fresh=True)


class IdentityLink(OfProvider, Protected, ConfirmPage):
    """`/compte/fournisseur/relier/`."""

    breadcrumb = ABOVE
    submit_label = gettext_lazy("Continuer")

    def get_title(self) -> str:
        return _("Relier %(provider)s à mon compte") % {"provider": provider_label()}

    def get_effects(self) -> list[str]:
        names = {"provider": provider_label()}
        return [
            _("Vous allez vous connecter à %(provider)s, puis revenir ici.") % names,
            _("Ensuite, %(provider)s ouvrira votre compte, en plus des autres moyens.") % names,
            _("Ni votre nom, ni votre adresse, ni vos rôles ne changent.") % names,
        ]

    def get_obstacles(self) -> list[str]:
        is_linked = identities_of(self.actor).filter(provider=settings.OIDC_ISSUER).exists()
        return [_("%(provider)s ouvre déjà votre compte.") % {"provider": provider_label()}] if is_linked else []

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Leave for the provider; the link is made at the return."""
        return begin(request, LINK, next_url=resolve_url("account:security"))


class IdentityUnlink(OfProvider, Protected, ConfirmPage):
    """`/compte/fournisseur/<n>/retirer/`: also an identity of a former provider."""

    scope = identities_of
    breadcrumb = ABOVE
    submit_label = gettext_lazy("Retirer le lien")
    success_url = "account:security"
    success_message = gettext_lazy("Le lien est retiré.")
    is_dangerous = True
    object: SocialAccount

    def get_title(self) -> str:
        return _("Retirer le lien avec %(provider)s") % {"provider": provider_name(self.object.provider)}

    def get_effects(self) -> list[str]:
        effects = [_("Cette identité n’ouvrira plus votre compte."), _("Vos autres sessions seront fermées.")]
        if not self.actor.has_usable_password():
            effects.append(_("Sans mot de passe, il faudra en choisir un par «\u00a0Mot de passe oublié\u00a0»."))
        return effects

    def perform(self, form: Form) -> None:
        credentials.unlink_identity(self.object, actor=self.actor)
        forget_provider(self.request)
        end_sessions(self.actor, but=self.request.session.session_key)
