"""The journal of a dossier as its reader may know it, in the words of the journal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from ecoquartier.journal.enums import Event, Release
from ecoquartier.journal.models import Entry
from ecoquartier.journal.queries import words_of
from ecoquartier.web.dossiers.reader import Reader
from ecoquartier.web.templatetags.typography import long_date, long_moment

E = Event
SIGNED = frozenset(
    {
        *(E.DOSSIER_OPENED, E.DOSSIER_EXTENDED, E.DOSSIER_AGREED, E.DOSSIER_DEPOSITED, E.DOSSIER_COMPLETED),
        *(E.DOSSIER_COMPLETION_ASKED, E.DOSSIER_LAPSED, E.DOSSIER_ADMITTED, E.DOSSIER_REFUSED, E.DOSSIER_REOPENED),
        *(E.DOSSIER_REGISTERED, E.DOSSIER_WITHDRAWN, E.DOSSIER_CLOSED, E.DOSSIER_RESUMED),
    }
)
"""Acts between the holder and the services: everybody reads who did them."""

TOLD = frozenset(
    {
        *(E.EXPERTISE_STARTED, E.EXPERTISE_CLOSED, E.VISIT_DATED),
        *(E.DOSSIER_EXPERTISE_SKIPPED, E.DOSSIER_REFERRED_DIRECTLY),
        *(E.DOSSIER_PROPOSED, E.DOSSIER_REFERRED, E.DOSSIER_ADJOURNED, E.DOSSIER_SENT_BACK, E.DOSSIER_AWARDED),
        *(E.AWARD_NOTIFIED, E.AWARD_PUBLISHED),
    }
)
"""Acts of experts, commissions and bureau: told, each from its release, without a name but to the services."""

STAFFING = frozenset({E.ASSIGNMENT_PROPOSED, E.ASSIGNMENT_ACCEPTED, E.ASSIGNMENT_DECLINED, E.ASSIGNMENT_STOOD_DOWN})
"""How the team was made: told to the services and the bureau only."""

INTERNAL = frozenset(
    {
        *(E.VISIT_REPORTED, E.REPORT_SEALED),
        *(E.SYNTHESIS_PROPOSED, E.SYNTHESIS_SENT_BACK, E.SYNTHESIS_ENDORSED, E.SYNTHESIS_APPROVED),
    }
)
"""Acts told to the experts, the services, the bureau and the members of the deciding sitting only.

What is in none of the four (a recusal, a draft outcome) is never told on this page.
"""

RECENT = 6


def history(reader: Reader, entries: Iterable[Entry], readable: set[UUID]) -> list[dict]:
    """Lines of a timeline, the latest first; `readable` are the ids of the items whose outcome the reader may know."""
    return [_line(reader, entry) for entry in entries if _may_read(reader, entry, readable)][::-1]


def _line(reader: Reader, entry: Entry) -> dict:
    is_named = entry.event in SIGNED or reader.is_staff
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


def _may_read(reader: Reader, entry: Entry, readable: set[UUID]) -> bool:
    if entry.event in STAFFING:
        return reader.is_staff
    if entry.event in INTERNAL:
        if not (reader.is_staff or reader.assignment or reader.sees_all_outcomes):
            return False
    elif entry.event not in SIGNED | TOLD:
        return False
    if entry.release == Release.ALL_SEALED:
        return reader.is_sealed
    if entry.release == Release.NOTIFIED:
        item = entry.data.get("item")
        if item is None:  # the notification itself: it was told when it was written
            return reader.sees_all_outcomes or reader.is_holder_side
        return UUID(item) in readable
    return entry.release != Release.PUBLISHED or reader.is_published
