"""What a verified identity opens: an account already linked to it, a link, a proof, or an invitation. Nothing else.

Every way out that is not a sign-in is a plain page. Nobody is matched by an address, and nobody is created but by an
invitation.
"""

from __future__ import annotations

import logging
import secrets
from http import HTTPStatus
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from requests import RequestException, Session

from ecoquartier.accounts.queries import invitations
from ecoquartier.accounts.services import credentials
from ecoquartier.accounts.services.invitations import accept_invitation
from ecoquartier.core.env import is_loopback_url
from ecoquartier.core.errors import DomainError
from ecoquartier.web.account.openid import (
    StrictProvider,
    UnverifiedError,
    authorization_parameters,
    proved_at,
    proves_second_factor,
)
from ecoquartier.web.account.second_factor import is_fresh, note_provider_proof, person_of
from ecoquartier.web.shared.page import Page

logger = logging.getLogger("ecoquartier.sign_in")

FAILURES = (OAuth2Error, RequestException)
# What a person went to the provider for: kept in the session until the return.
SIGN_IN, LINK, PROVE, JOIN = AuthProcess.LOGIN, "link", "prove", "join"


def provider_label() -> str:
    """The name of the provider as people know it; empty when there is none."""
    return settings.OIDC_LABEL if settings.OIDC_ISSUER else ""


def refusal(request: HttpRequest, reason: str, *, status: int = HTTPStatus.FORBIDDEN) -> HttpResponse:
    """A plain page: why it changed nothing, and what to do."""
    title = _("La connexion avec %(provider)s n’a pas abouti") % {"provider": provider_label()}
    page = Page(title=title, is_private=True)
    context = {"page": page, "reason": reason, "provider": provider_label()}
    response = HttpResponse(render_to_string("account/openid_refusal.html", context, request), status=status)
    add_never_cache_headers(response)
    return response


def failure(request: HttpRequest, error: Exception) -> HttpResponse:
    """The page of an answer that did not come, or that proves nothing; the technical log says which."""
    logger.warning("identity provider: %s", error if isinstance(error, UnverifiedError) else type(error).__name__)
    if isinstance(error, RequestException):
        reason = _("%(provider)s ne répond pas\u00a0: réessayez dans quelques minutes, ou connectez-vous autrement.")
        return refusal(request, reason % {"provider": provider_label()}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    reason = _("La réponse de %(provider)s n’a pas pu être vérifiée\u00a0: par prudence, elle est refusée.")
    return refusal(request, reason % {"provider": provider_label()})


def begin(
    request: HttpRequest,
    process: str,
    *,
    next_url: str,
    data: dict[str, str] | None = None,
    is_fresh: bool = False,
) -> HttpResponse:
    """Send the browser to the provider, with what this session will recognise at the return."""
    provider: StrictProvider = get_adapter(request).get_provider(request, provider=settings.OIDC_ISSUER)
    try:
        return provider.redirect(
            request, process, next_url=next_url, data=data, auth_params=authorization_parameters(is_fresh=is_fresh)
        )
    except FAILURES as error:
        return failure(request, error)


class IdentityAdapter(DefaultSocialAccountAdapter):
    """What allauth asks of us around the provider of the settings, the only one there is."""

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list:
        """The provider of the settings, under its issuer: accounts of another issuer are never its own."""
        app = SocialApp(
            provider=StrictProvider.id,
            provider_id=settings.OIDC_ISSUER,
            name=settings.OIDC_LABEL,
            client_id=settings.OIDC_CLIENT_ID,
            secret=settings.OIDC_CLIENT_SECRET,
        )
        is_asked = provider in (None, app.provider, app.provider_id) and client_id in (None, app.client_id)
        return [app] if settings.OIDC_ISSUER and is_asked else []

    def get_requests_session(self) -> Session:
        """A session that goes where it is sent and nowhere else, and reaches this machine without a proxy."""
        session = super().get_requests_session()
        session.max_redirects = 0
        session.trust_env = not is_loopback_url(settings.OIDC_ISSUER)
        return session

    def generate_state_param(self, state: dict[str, Any]) -> str:
        """Longer than allauth's: ProConnect refuses less than 32 characters."""
        return secrets.token_urlsafe(32)

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error=None, exception=None, extra_context=None
    ) -> None:
        """Our page, in the words of what happened.

        Raises:
            ImmediateHttpResponse: always.
        """
        if exception is not None:
            response = failure(request, exception)
        elif error == AuthError.CANCELLED or (extra_context or {}).get("state"):
            reason = _("Vous y avez renoncé, ou %(provider)s ne l’a pas permise.")
            response = refusal(request, reason % {"provider": provider_label()})
        else:
            response = refusal(
                request, _("Cette demande de connexion a déjà servi, ou a plus de dix minutes\u00a0: recommencez.")
            )
        raise ImmediateHttpResponse(response)

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Decide what the verified identity opens; returning lets the sign-in of its account go on.

        Raises:
            ImmediateHttpResponse: it opens nothing, or was not for signing in.
        """
        # Kept nowhere, not even in a session that waits for the second factor.
        sociallogin.token = None
        process = {LINK: _link, PROVE: _prove, JOIN: _join}.get(sociallogin.state.get("process"), _sign_in)
        process(request, sociallogin)


def _sign_in(request: HttpRequest, sociallogin: SocialLogin) -> None:
    """Let in whoever is linked to this identity; a suspended person is refused in the same words as an unknown one."""
    if not sociallogin.is_existing or not sociallogin.user.is_active:
        reason = _("Cette identité %(provider)s n’ouvre aucun compte ici.") % {"provider": provider_label()}
        raise ImmediateHttpResponse(refusal(request, reason))
    if request.user.is_authenticated:
        logout(request)
    _note(request, sociallogin)


def _link(request: HttpRequest, sociallogin: SocialLogin) -> None:
    """Tie this identity to the account of the signed-in person, who proved who they are before leaving."""
    if not request.user.is_authenticated:
        raise ImmediateHttpResponse(
            refusal(request, _("Votre session est terminée\u00a0: connectez-vous, puis recommencez."))
        )
    person = person_of(request)
    try:
        credentials.link_identity(person, actor=person, identity=_identity(sociallogin))
    except DomainError as error:
        messages.error(request, error.message)
    else:
        said = _("Vous pouvez maintenant vous connecter avec %(provider)s.")
        messages.success(request, said % {"provider": provider_label()})
    raise ImmediateHttpResponse(HttpResponseRedirect(resolve_url("account:security")))


def _prove(request: HttpRequest, sociallogin: SocialLogin) -> None:
    """Write that the signed-in person has just proved who they are, if it is them and if it has just happened."""
    if not (sociallogin.is_existing and sociallogin.user.pk == request.user.pk):
        reason = _("Cette identité %(provider)s n’est pas celle de votre compte.") % {"provider": provider_label()}
        raise ImmediateHttpResponse(refusal(request, reason))
    if not is_fresh(proved_at(sociallogin.claims)):
        reason = _("%(provider)s n’a pas redemandé qui vous êtes\u00a0: servez-vous d’un autre moyen.")
        raise ImmediateHttpResponse(refusal(request, reason % {"provider": provider_label()}))
    _note(request, sociallogin)
    raise ImmediateHttpResponse(HttpResponseRedirect(sociallogin.get_redirect_url(request)))


def _join(request: HttpRequest, sociallogin: SocialLogin) -> None:
    """Accept the invitation that was left waiting, with a new account that this identity opens, then sign in."""
    if sociallogin.is_existing:
        reason = _("Cette identité ouvre déjà un compte\u00a0: connectez-vous avec elle, puis acceptez l’invitation.")
        raise ImmediateHttpResponse(refusal(request, reason))
    waiting = sociallogin.state["data"]
    try:
        accept_invitation(
            invitations().get(pk=waiting["invitation"]),
            full_name=waiting["full_name"],
            identity=_identity(sociallogin),
        )
    except DomainError as error:
        raise ImmediateHttpResponse(refusal(request, error.message)) from error
    except ValidationError as error:
        raise ImmediateHttpResponse(refusal(request, " ".join(error.messages))) from error
    messages.success(request, _("L’invitation est acceptée."))
    sociallogin.lookup()
    _sign_in(request, sociallogin)


def _note(request: HttpRequest, sociallogin: SocialLogin) -> None:
    claims = sociallogin.claims
    note_provider_proof(request, sociallogin.user, is_second_factor=proves_second_factor(claims), at=proved_at(claims))


def _identity(sociallogin: SocialLogin) -> credentials.Identity:
    return credentials.Identity(sociallogin.account.provider, sociallogin.account.uid)
