"""The journal of a dossier as its reader may know it, in the words of the journal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from ecoquartier.journal.domain import audience_of, may_read
from ecoquartier.journal.enums import Audience
from ecoquartier.journal.models import Entry
from ecoquartier.journal.queries import words_of
from ecoquartier.web.dossiers.reader import Reader
from ecoquartier.web.templatetags.typography import long_date, long_moment

RECENT = 6


class ReaderStanding:
    """What the reader of a dossier may know of it, each thing asked only when an entry depends on it."""

    def __init__(self, reader: Reader, readable: Iterable[UUID]) -> None:
        self._reader, self.readable_items = reader, frozenset(map(str, readable))

    is_services = property(lambda self: self._reader.is_staff)
    is_expertise = property(lambda self: bool(self._reader.assignment or self._reader.sees_all_outcomes))
    reads_decisions = property(lambda self: self._reader.sees_all_outcomes)
    is_holder_side = property(lambda self: self._reader.is_holder_side)
    is_sealed = property(lambda self: self._reader.is_sealed)
    is_published = property(lambda self: self._reader.is_published)


def history(reader: Reader, entries: Iterable[Entry], readable: set[UUID]) -> list[dict]:
    """Lines of a timeline, the latest first; `readable` are the ids of the items whose outcome the reader may know."""
    standing = ReaderStanding(reader, readable)
    told = [entry for entry in entries if may_read(standing, entry.event, entry.release, entry.data)]
    return [_line(reader, entry) for entry in reversed(told)]


def _line(reader: Reader, entry: Entry) -> dict:
    is_named = reader.is_staff or audience_of(entry.event) == Audience.CONCERNED
    words = [_detail(entry), entry.actor_name if is_named else ""]
    return {
        "title": words_of(entry.event),
        "when": long_moment(entry.occurred_at),
        "text": ", ".join(filter(None, words)),
    }


def _detail(entry: Entry) -> str:
    if "number" in entry.data:
        return _("Dépôt n° %(n)s") % {"n": entry.data["number"]}
    if "visit_on" in entry.data:
        return _("Le %(day)s") % {"day": long_date(date.fromisoformat(entry.data["visit_on"]))}
    return ""
