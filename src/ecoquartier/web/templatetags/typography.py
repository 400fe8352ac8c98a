"""French typography of texts that come from data."""

from datetime import date, datetime

from django import template
from django.utils.timezone import localtime

from ecoquartier.core import text as words

register = template.Library()

NBSP = "\u00a0"


@register.filter
def french(text: str) -> str:
    """Typographic apostrophes, and the spaces before `: ; ? ! »` and after `«` that never end a line."""
    return words.french(str(text))


@register.filter
def long_date(value: date | datetime | None) -> str:
    """A day as French readers write it: « 1er décembre 2026 »; that of Paris for an instant; nothing without a day."""
    if value is None:
        return ""
    return words.long_date(localtime(value).date() if isinstance(value, datetime) else value)


@register.filter
def long_moment(value: datetime) -> str:
    """An instant as French readers write it, in Paris: « 1er décembre 2026, 14 h 32 »."""
    there = localtime(value)
    return f"{words.long_date(there.date())}, {there.hour}{NBSP}h{NBSP}{there.minute:02}"
