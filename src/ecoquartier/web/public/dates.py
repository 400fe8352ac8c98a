"""The dates of the campaigns, for people's own calendars."""

from __future__ import annotations

from datetime import UTC, datetime, time

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from icalendar import Event

from ecoquartier.campaigns.domain import audience_of
from ecoquartier.campaigns.models import Campaign, Milestone
from ecoquartier.campaigns.queries import launched_campaigns
from ecoquartier.core.canonical import sha256_hex
from ecoquartier.core.text import long_date
from ecoquartier.web.public.machines import Machine
from ecoquartier.web.shared.calendars import new_calendar, whole_day


class CalendarFile(Machine):
    """`/demarche/calendrier.ics`: the dates that the calendar page shows, of every campaign launched."""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The calendar; the same bytes until a date changes."""
        campaigns = list(launched_campaigns())
        if not campaigns:  # a calendar holds at least one event
            raise Http404
        calendar = new_calendar(_("ÉcoQuartier, dates des campagnes"), kind="Calendrier des campagnes")
        for campaign in campaigns:
            for milestone in campaign.milestones.all():
                calendar.add_component(event_of(campaign, milestone))
        body = calendar.to_ical()
        etag = quote_etag(sha256_hex(body)[:32])
        response = HttpResponse(
            body,
            content_type="text/calendar; charset=utf-8",
            headers={
                "Content-Disposition": 'inline; filename="campagnes-ecoquartier.ics"',
                "Cache-Control": "public, max-age=3600",
                "Access-Control-Allow-Origin": "*",
                "ETag": etag,
            },
        )
        return get_conditional_response(request, etag=etag, response=response)


def event_of(campaign: Campaign, milestone: Milestone) -> Event:
    """A date of a campaign. When it moves it stays the same event, with a higher sequence: minutes, because several
    changes may come the same day, and a date taken away may come back.
    """
    moved_at = milestone.moved_at
    launched = datetime.combine(campaign.days["launch"], time(), UTC)
    name = capfirst(milestone.get_code_display())
    event = whole_day(
        f"campaign {campaign.year} {milestone.code}",
        milestone.day,
        _("%(milestone)s, campagne ÉcoQuartier %(year)s") % {"milestone": name, "year": campaign.year},
        path=reverse("public:calendar-year", args=[campaign.year]),
        note=_note(milestone),
        stamp=moved_at or launched,
    )
    event.add("sequence", int(moved_at.timestamp()) // 60 if moved_at else 0)
    if moved_at:
        event.add("last-modified", moved_at)
    return event


def _note(milestone: Milestone) -> str:
    said = [_("Pour\u00a0: %(who)s.") % {"who": audience_of(milestone.code)}]
    if milestone.former_day:
        said.append(
            _("Au lieu du %(day)s. %(reason)s") % {"day": long_date(milestone.former_day), "reason": milestone.reason}
        )
    return "\n".join(said)
