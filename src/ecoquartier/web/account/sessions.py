"""`/compte/sessions/`: where one is signed in, and closing it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.accounts.queries import open_sessions
from ecoquartier.people.models import User
from ecoquartier.web.account.protection import ABOVE, Protected
from ecoquartier.web.account.second_factor import forget_second_factor, has_second_factor
from ecoquartier.web.shared.limits import client_address
from ecoquartier.web.shared.views import ActionView, TemplatePage

# The first that is found names the program: each of them claims to be several others.
BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
MACHINES = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def machine_of(user_agent: str) -> str:
    """ "Firefox, Windows": what a person recognises in what a browser says of itself."""
    found = [next((name for mark, name in known if mark in user_agent), "") for known in (BROWSERS, MACHINES)]
    return ", ".join(filter(None, found)) or _("Navigateur inconnu")


def end_sessions(person: User, *, but: str = "") -> int:
    """Close the sessions of a person, but one; returns how many."""
    ended = list(person.usersession_set.exclude(session_key=but))
    for session in ended:
        session.end()
    return len(ended)


def list_session(request: HttpRequest) -> None:
    """Put the session of this request in the list of its person; the pipeline does so for those it opens."""
    if request.session.session_key is None:
        # Somebody else's session was just emptied: the new one has its key once saved.
        request.session.save()
    request.user.usersession_set.update_or_create(
        session_key=request.session.session_key,
        defaults={"ip": client_address(request), "user_agent": request.headers.get("User-Agent", "")[:200]},
    )


def leave_second_factor(request: HttpRequest) -> None:
    """After a means was removed: when none is left, no session may go on as if one had just been proved."""
    if not has_second_factor(request.user):
        forget_second_factor(request)
        end_sessions(request.user, but=request.session.session_key)


class Sessions(Protected, TemplatePage):
    """The sessions that still open the site."""

    title = gettext_lazy("Mes sessions")
    lead = gettext_lazy("Les appareils où votre compte est ouvert. Fermez ce que vous ne reconnaissez pas.")
    breadcrumb = ABOVE
    template_name = "account/sessions.html"
    needs_recent_proof = False

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        rows = [(row, machine_of(row.user_agent), row.is_current()) for row in open_sessions(self.actor)]
        return super().get_context_data(rows=rows, **kwargs)


class _Close(Protected, ActionView):
    needs_recent_proof = False


class CloseSession(_Close):
    """Close one of one's sessions; closing the present one is signing out."""

    @staticmethod
    def scope(person: User) -> QuerySet:
        """One's own."""
        return open_sessions(person)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Close it now: its next request finds nobody."""
        self.object.end()
        return HttpResponseRedirect(resolve_url("account:sessions"))


class CloseOthers(_Close):
    """Close every session but the present one."""

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Close them now."""
        end_sessions(self.actor, but=request.session.session_key)
        return HttpResponseRedirect(resolve_url("account:sessions"))
