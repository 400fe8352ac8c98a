"""One’s own dates in one’s calendar: the page of its secret link, and what the link gives (RFC 5545)."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import View
from icalendar import Calendar, Event

from ecoquartier.access.scopes import work_of
from ecoquartier.accounts.queries import calendar_link_of, person_of_calendar
from ecoquartier.accounts.services.calendars import remove_calendar_link, renew_calendar_link
from ecoquartier.core import clock
from ecoquartier.core.canonical import sha256_hex
from ecoquartier.core.registry import Task
from ecoquartier.people.models import User
from ecoquartier.web.account.protection import Protected, SecretLink
from ecoquartier.web.shared.errors import error_page
from ecoquartier.web.shared.forms import Form
from ecoquartier.web.shared.limits import Limit, client_address
from ecoquartier.web.shared.views import AccessMixin, ActionView, FormPage

GUESSES = Limit("calendar-guesses", most=30, seconds=60 * 60)
READINGS = Limit("calendar-readings", most=60, seconds=60 * 60)


class CalendarPage(Protected, FormPage):
    """`/compte/calendrier/`: the link is made by a POST and shown in its answer only."""

    before_second_factor = False
    form_class = Form
    title = gettext_lazy("Mon calendrier")
    lead = gettext_lazy("Vos échéances, vos séances et les dates de la campagne, dans votre propre agenda.")
    breadcrumb = ((gettext_lazy("Mon compte"), "account:home"),)
    template_name = "account/calendar.html"

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Show a new link; the next answer does not."""
        secret = renew_calendar_link(self.actor, actor=self.actor)
        address = request.build_absolute_uri(resolve_url("account:calendar-feed", secret=secret))
        return self.render_to_response(self.get_context_data(address=address))

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(**{"address": ""} | kwargs, link=calendar_link_of(self.actor))


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
            return self._unknown(request, client_address(request))
        if READINGS.is_reached(str(person.pk)):
            return self._too_many(request, READINGS.seconds_left(str(person.pk)))
        READINGS.count(str(person.pk))
        response = HttpResponse(calendar_of(person).to_ical(), content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="ecoquartier.ics"'
        response["X-Robots-Tag"] = "noindex"
        return response

    def _unknown(self, request: HttpRequest, address: str) -> HttpResponse:
        if GUESSES.is_reached(address):
            return self._too_many(request, GUESSES.seconds_left(address))
        GUESSES.count(address)
        return error_page(request, HTTPStatus.NOT_FOUND)

    def _too_many(self, request: HttpRequest, seconds: int) -> HttpResponse:
        response = error_page(request, HTTPStatus.TOO_MANY_REQUESTS, reason=_("Réessayez dans une heure."))
        response["Retry-After"] = str(seconds)
        return response


def calendar_of(person: User) -> Calendar:
    """Every dated line of a person’s work, as they may know it."""
    calendar = Calendar()
    calendar.add("prodid", "-//EcoQuartier//Calendrier personnel//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("ÉcoQuartier, mes dates"))
    calendar.add("x-published-ttl", "PT6H")
    for task in work_of(person).calendar:
        calendar.add_component(_event(task))
    return calendar


def _event(task: Task) -> Event:
    """A whole day, the same wherever one is: the rules know days only. Its id stays when the day moves."""
    address = f"{settings.BASE_URL}{task.path}"
    event = Event()
    event.add("uid", f"{sha256_hex(f'{task.path} {task.title}'.encode())[:32]}@{urlsplit(settings.BASE_URL).hostname}")
    event.add("dtstamp", clock.now())
    event.add("dtstart", task.due_on)
    event.add("dtend", task.due_on + timedelta(days=1))
    event.add("summary", task.title)
    event.add("description", f"{task.note}\n{address}".strip())
    event.add("url", address)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event
