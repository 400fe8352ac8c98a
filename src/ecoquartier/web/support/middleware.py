"""The requests of somebody who sees the platform as another person, in the support mode."""

from __future__ import annotations

from contextlib import ExitStack
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.utils.functional import LazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import support_asked_by
from ecoquartier.accounts.models import SupportSession
from ecoquartier.accounts.services import support
from ecoquartier.core.errors import DomainError, PermissionRefused
from ecoquartier.core.logs import masked
from ecoquartier.people.models import User
from ecoquartier.web.shared.errors import error_page
from ecoquartier.web.shared.middleware import writes_allowed

SESSION_KEY = "support"
"""The only thing kept in the browser's session: the id of the support session that the person has entered."""

READING = ("GET", "HEAD")
WAYS_OUT = ("support:leave", "account:sign-out")
SHOWN = ("text/html", "image/")
CLOSED_PORTAL = "account"
_ONLY_READING = gettext_lazy(
    "Pendant une assistance, vous lisez sans rien pouvoir faire\u00a0: quittez-la pour agir en votre nom."
)
_ACCOUNT_IS_CLOSED = gettext_lazy(
    "Les pages du compte restent fermées pendant une assistance\u00a0: elles n’appartiennent qu’à la personne."
)
_PAGES_ONLY = gettext_lazy("Une assistance montre des pages\u00a0: elle ne donne ni fichier ni copie de données.")


class SupportMiddleware:
    """Answers as the person seen would be answered: nothing is done, each page is in the journal, a banner says so.

    Last of all: who is signed in and what their session has proved was asked before, of the person who helps.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with ExitStack() as request.support_stack:
            response = self.get_response(request)
            if getattr(request, "support", None) is None:
                return response
            if response.status_code == HTTPStatus.OK and not response["Content-Type"].startswith(SHOWN):
                response = error_page(request, HTTPStatus.FORBIDDEN, reason=_PAGES_ONLY)
            # Whoever comes after on this machine does not find it with the button « back ».
            add_never_cache_headers(response)
            return response

    def process_view(self, request: HttpRequest, view_func, view_args, view_kwargs) -> HttpResponse | None:
        """Put the person seen in the place of who helps; refuse what is not reading."""
        if _is_the_same_for_all(request, view_func):
            return None
        key = request.session.get(SESSION_KEY)
        if key is None or not request.user.is_authenticated:
            return None
        page = request.resolver_match
        if request.method == "POST" and page.view_name in WAYS_OUT:
            return None
        try:
            session = _note(request, key)
        except DomainError as refusal:
            return _over(request, refusal)
        _see_as(request, session)
        if request.method not in READING:
            return error_page(request, HTTPStatus.FORBIDDEN, reason=_ONLY_READING)
        if page.app_name == CLOSED_PORTAL:
            return error_page(request, HTTPStatus.FORBIDDEN, reason=_ACCOUNT_IS_CLOSED)
        return None


def _is_the_same_for_all(request: HttpRequest, view_func) -> bool:
    """A public page that knows nobody: it stays cacheable, its session is not even read."""
    stateless = getattr(getattr(view_func, "view_class", None), "stateless", None)
    return request.method in READING and not getattr(view_func, "login_required", True) and stateless is not False


def _note(request: HttpRequest, key: str) -> SupportSession:
    """Write in the journal, in a transaction of its own, that the page is seen; the session, if it may still be used.

    Raises:
        DomainError: it is over, or was never this person's.
    """
    user = request.user
    helper: User = user._wrapped if isinstance(user, LazyObject) else user
    session = support_asked_by(helper).filter(pk=key).first()
    if session is None:
        raise PermissionRefused(_("Cette assistance n’est pas la vôtre."))
    # The trace of the support mode is the one thing that reading a page writes.
    with writes_allowed():
        noted = support.view_page(session, actor=helper, page=masked(request.path))
    noted.asked_by = helper
    return noted


def _see_as(request: HttpRequest, session: SupportSession) -> None:
    """Answer this request, and no other, as the person of the session, in a transaction that cannot write."""
    request.support = session
    request.user = session.person
    request.user.seen_by = session.asked_by
    request.support_stack.enter_context(support.only_reading())
    request.banners = [render_to_string("support/banner.html", {"session": session}, request)]


def _over(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    """Back to oneself: what was asked as somebody else is not done as oneself."""
    del request.session[SESSION_KEY]
    why = "" if isinstance(refusal, PermissionRefused) else refusal.message
    messages.warning(request, " ".join(filter(None, (_("Vous n’êtes plus en assistance."), why))))
    return HttpResponseRedirect(resolve_url("support:home"))
