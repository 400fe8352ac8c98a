"""Calendars that people's own programs subscribe to (RFC 5545): whole days, the same wherever one is."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event

from ecoquartier.core.canonical import sha256_hex


def new_calendar(name: str, *, kind: str) -> Calendar:
    """An empty calendar.

    Args:
        name: what the person's program calls it.
        kind: the calendar among ours, for whoever reads the file.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//EcoQuartier//{kind}//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-published-ttl", "PT6H")
    return calendar


def whole_day(key: str, day: date, title: str, *, path: str, note: str = "", stamp: datetime) -> Event:
    """A day of a calendar; it takes nobody's time.

    Args:
        key: what it is, whatever its day: a day that moves keeps its identifier.
        path: its page.
        stamp: when what is said of it was last written.
    """
    address = f"{settings.BASE_URL}{path}"
    event = Event()
    event.add("uid", f"{sha256_hex(key.encode())[:32]}@{urlsplit(settings.BASE_URL).hostname}")
    event.add("dtstamp", stamp)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", title)
    event.add("description", f"{note}\n{address}".strip())
    event.add("url", address)
    event.add("transp", "TRANSPARENT")
    return event
