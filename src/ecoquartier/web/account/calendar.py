"""One’s own dates in one’s calendar: the page of its secret link, and what the link gives (RFC 5545)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import View
from icalendar import Calendar, Event

from ecoquartier.access.scopes import work_of
from ecoquartier.accounts.queries import calendar_link_of, person_of_calendar
from ecoquartier.accounts.services.calendars import remove_calendar_link, renew_calendar_link
from ecoquartier.core import clock
from ecoquartier.core.registry import Task
from ecoquartier.people.models import User
from ecoquartier.web.account.protection import Protected, SecretLink
from ecoquartier.web.shared.calendars import new_calendar, whole_day
from ecoquartier.web.shared.errors import error_page
from ecoquartier.web.shared.forms import Form
from ecoquartier.web.shared.limits import Limit, client_network
from ecoquartier.web.shared.views import AccessMixin, ActionView, FormPage

GUESSES = Limit("calendar-guesses", most=30, seconds=60 * 60)
READINGS = Limit("calendar-readings", most=60, seconds=60 * 60)
MADE = "calendar"
"""Key of the session: the secret of the link that the next page shows."""


class CalendarPage(Protected, FormPage):
    """`/compte/calendrier/`: the link is made by a POST, then shown by the next page and by no other.

    Between the two, its secret is in the session: reloading what is shown makes no other link.
    """

    before_second_factor = False
    form_class = Form
    title = gettext_lazy("Mon calendrier")
    lead = gettext_lazy("Vos échéances, vos séances et les dates de la campagne, dans votre propre agenda.")
    breadcrumb = ((gettext_lazy("Mon compte"), "account:home"),)
    template_name = "account/calendar.html"

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Make a new link."""
        request.session[MADE] = renew_calendar_link(self.actor, actor=self.actor)
        return HttpResponseRedirect(resolve_url("account:calendar"))

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        secret = self.request.session.pop(MADE, "")
        path = resolve_url("account:calendar-feed", secret=secret) if secret else ""
        return super().get_context_data(
            address=self.request.build_absolute_uri(path) if path else "", link=calendar_link_of(self.actor), **kwargs
        )


class CalendarRemove(Protected, ActionView):
    """`/compte/calendrier/retirer/`: the link opens nothing any more."""

    before_second_factor = False
    service = remove_calendar_link
    success_message = gettext_lazy("Le lien de votre calendrier est retiré.")
    next = "account:calendar"

    def get_object(self) -> User:
        """Oneself."""
        return self.actor


class CalendarFeed(SecretLink, AccessMixin, View):
    """`/compte/calendrier/<secret>.ics`: read by programs, without a session; nothing tells why a link is unknown."""

    public = True

    def get(self, request: HttpRequest, *args, secret: str) -> HttpResponse:
        """The calendar of the person whose secret it is."""
        person = person_of_calendar(secret)
        if person is None:
            return self._unknown(request, client_network(request))
        if seconds := READINGS.wait(str(person.pk)):
            return self._too_many(request, seconds)
        response = HttpResponse(calendar_of(person).to_ical(), content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="ecoquartier.ics"'
        response["X-Robots-Tag"] = "noindex"
        return response

    def _unknown(self, request: HttpRequest, address: str) -> HttpResponse:
        if seconds := GUESSES.wait(address):
            return self._too_many(request, seconds)
        return error_page(request, HTTPStatus.NOT_FOUND)

    def _too_many(self, request: HttpRequest, seconds: int) -> HttpResponse:
        response = error_page(request, HTTPStatus.TOO_MANY_REQUESTS, reason=_("Réessayez dans une heure."))
        response["Retry-After"] = str(seconds)
        return response


def calendar_of(person: User) -> Calendar:
    """Every dated line of a person’s work, as they may know it."""
    calendar = new_calendar(_("ÉcoQuartier, mes dates"), kind="Calendrier personnel")
    for task in work_of(person).calendar:
        calendar.add_component(_event(task))
    return calendar


def _event(task: Task) -> Event:
    """A line, for its person only; the rules know days only."""
    key = f"{task.path} {task.title}"
    event = whole_day(key, task.due_on, task.title, path=task.path, note=task.note, stamp=clock.now())
    event.add("class", "PRIVATE")
    return event
