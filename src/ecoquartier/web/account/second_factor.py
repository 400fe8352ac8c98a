"""What this session has proved, and the second factor that some roles must prove at each request.

allauth writes in the session each proof with its time: these functions only read it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.functional import LazyObject

from ecoquartier.people.models import User

SECOND_FACTOR = "mfa"
DEMONSTRATION = "demonstration"
PROVIDER = "openid_connect"
"""What an external provider proved: a method by itself, or the type of a second factor that it saw."""
PROVING = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What is a second factor by itself; recovery codes only replace one."""
FRESH_SECONDS = 5 * 60
RETURN_FROM_PROVIDER = "socialaccount"
"""What allauth writes of its own, dated when the browser came back."""


def _proofs(request: HttpRequest) -> list[dict[str, Any]]:
    return get_authentication_records(request, request.user)


def is_recently_proved(request: HttpRequest) -> bool:
    """Whether this session proved who it is in the last minutes, in any way.

    Not by the return from a provider, which answers for a session of its own: by when the person proved it there.
    """
    return any(
        time.time() - proof["at"] < REAUTHENTICATION_TIMEOUT
        for proof in _proofs(request)
        if proof["method"] != RETURN_FROM_PROVIDER
    )


def has_proved_second_factor(request: HttpRequest) -> bool:
    """Whether this session proved a second factor of the person, or may do without.

    A persona of the demonstration, entered in one click, is invented and has none: anybody may become it, so that a
    second factor would protect nothing. The entry itself exists in a database marked as a demonstration only, the mark
    stays in the session, on the server, and it opens nothing once the site is not a demonstration any more.
    """
    methods = {proof["method"] for proof in _proofs(request)}
    return SECOND_FACTOR in methods or (DEMONSTRATION in methods and settings.DEMO and request.user.is_demo)


def note_proof(request: HttpRequest, method: str, **more: Any) -> None:
    """Write in the session that the signed-in person has just proved something."""
    record_authentication(request, request.user, method, **more)


def note_provider_proof(request: HttpRequest, person: User, *, is_second_factor: bool, at: float) -> None:
    """Write in the session what a provider proved of the person who is signing in, and when they did it there."""
    method = SECOND_FACTOR if is_second_factor else PROVIDER
    record_authentication(request, person, method, type=PROVIDER, at=min(at, time.time()))


def is_fresh(at: float) -> bool:
    """Whether a provider that was asked again did ask again: what it proved has just happened."""
    return time.time() - at <= FRESH_SECONDS


def is_second_factor_proved_elsewhere(request: HttpRequest, person: User) -> bool:
    """Whether the provider that this session comes from saw a second factor of the person."""
    return any(
        (proof["method"], proof.get("type")) == (SECOND_FACTOR, PROVIDER)
        for proof in get_authentication_records(request, person)
    )


def forget_second_factor(request: HttpRequest) -> None:
    """Take back what this session proved by a second factor of ours that is no longer there."""
    _keep(request, lambda proof: proof["method"] != SECOND_FACTOR or proof.get("type") == PROVIDER)


def forget_provider(request: HttpRequest) -> None:
    """Take back what this session holds from a provider that no longer opens the account."""
    _keep(request, lambda proof: proof["method"] != RETURN_FROM_PROVIDER and proof.get("type") != PROVIDER)


def _keep(request: HttpRequest, is_kept: Callable[[dict[str, Any]], bool]) -> None:
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [proof for proof in _proofs(request) if is_kept(proof)]


def has_second_factor(person: User) -> bool:
    """Whether the person has set up an application of codes or a passkey."""
    return person.authenticator_set.filter(type__in=PROVING).exists()


class SecondFactorStage(AuthenticateStage):
    """The step of the pipeline after the password or a provider, for whoever has set up a second factor."""

    urlname = "account:second-factor"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Send to our own page, unless the provider that the person comes from saw a second factor."""
        is_done = self.login.user and is_second_factor_proved_elsewhere(self.request, self.login.user)
        if is_done or not self._should_handle(self.request):
            return None, True
        return redirect_to_login(self.login.redirect_url or "", resolve_url(self.urlname)), True

    def abort(self) -> HttpResponse:
        """Forget what was given, and begin again."""
        clear_login(self.request)
        return HttpResponseRedirect(resolve_url(settings.LOGIN_URL))


class SecondFactorMiddleware:
    """Asks people whose roles need it for a second factor, at each request.

    Not only at sign-in: the role may have come since, and a session opened before must not carry it. Until then the
    pages of a visitor are open, and those that say `before_second_factor = True`: the ones that set it up or prove it.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view_func, view_args, view_kwargs) -> HttpResponse | None:
        """Send to the page that says what to do; let everything else through, the cheapest question first."""
        if not getattr(view_func, "login_required", True) or not request.user.is_authenticated:
            return None
        view = getattr(view_func, "view_class", None)
        if getattr(view, "before_second_factor", False) or has_proved_second_factor(request):
            return None
        if not person_of(request).has_perm("accounts.prove_second_factor"):
            return None
        return redirect_to_login(request.get_full_path(), resolve_url("account:second-factor"))


def person_of(request: HttpRequest) -> User:
    """The person behind the request's proxy, on whom predicates remember what they read."""
    user = request.user
    return user._wrapped if isinstance(user, LazyObject) else user
