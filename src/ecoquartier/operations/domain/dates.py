"""Dates of a project, as exactly as they are known: a year, a month, a day, « vers 2030 ». Pure functions.

They are kept as short texts of ISO 8601-2, which sort and travel as they are: `2028`, `2028-03`, `2028-03-15`,
`2030~`. An empty text says that the date is not known.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from ecoquartier.core.text import MONTHS, long_date, sort_key

FIRST_YEAR, LAST_YEAR = 1900, 2100
KEPT = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?~?$"
"""What a date looks like once kept."""

_KEPT = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(~?)")
_ABOUT = re.compile(r"^(?:vers|environ|env\.?|~|≈)\s*")
_TYPED = (
    re.compile(r"(?P<year>\d{4})"),
    re.compile(r"(?P<month>\d{1,2})\s*[/.-]\s*(?P<year>\d{4})"),
    re.compile(r"(?P<day>\d{1,2})\s*[/.-]\s*(?P<month>\d{1,2})\s*[/.-]\s*(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?"),
    re.compile(r"(?:(?P<day>\d{1,2})(?:er)?\s+)?(?P<name>[a-z]{3,})\.?\s+(?P<year>\d{4})"),
)


class UnreadableDate(ValueError):
    """The words say no date; its text is a French sentence that may be shown."""


@dataclass(frozen=True, order=True)
class RoughDate:
    """A date known to the year, the month or the day, or about so. They sort by their earliest day.

    Args:
        month, day: 0 when not known.
        is_about: « vers ».
    """

    year: int
    month: int = 0
    day: int = 0
    is_about: bool = False

    @property
    def earliest(self) -> date:
        """The first day that it may be."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """The last day that it may be: what a rule counts from."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    @property
    def words(self) -> str:
        """As French readers say it: « 2028 », « mars 2028 », « 15 mars 2028 », « vers 2030 »."""
        if self.day:
            said = long_date(self.earliest)
        else:
            said = f"{MONTHS[self.month - 1]}\u00a0{self.year}" if self.month else str(self.year)
        return _("vers %(date)s") % {"date": said} if self.is_about else said

    def __str__(self) -> str:
        """As it is kept."""
        parts = [f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part)]
        return "-".join(parts) + ("~" if self.is_about else "")


def kept_date(text: str) -> RoughDate | None:
    """The date that was kept as this text; None when it is not known, or when no calendar has it (« 2028-13 »)."""
    found = _KEPT.fullmatch(text)
    if found is None:
        return None
    year, month, day, about = found.groups()
    date_kept = RoughDate(int(year), int(month or 0), int(day or 0), bool(about))
    try:
        return date_kept if date_kept.earliest else None
    except ValueError:
        return None


def read_date(typed: str) -> RoughDate | None:
    """The date that somebody typed in French; None when they typed nothing.

    Raises:
        UnreadableDate: these words say no date, or one that is not in the calendar.
    """
    text = sort_key(typed)
    if not text:
        return None
    bare = _ABOUT.sub("", text)
    for pattern in _TYPED:
        if found := pattern.fullmatch(bare):
            return _checked(found.groupdict(), is_about=bare != text)
    raise UnreadableDate(
        _(
            "Écrivez une année, un mois ou un jour\u00a0: «\u00a02028\u00a0», «\u00a0mars 2028\u00a0», "
            "«\u00a015/03/2028\u00a0» ou «\u00a0vers 2030\u00a0»."
        )
    )


def _checked(said: dict[str, str | None], *, is_about: bool) -> RoughDate:
    """The date of these parts, if the calendar has it."""
    year, day, month = int(said["year"] or 0), int(said.get("day") or 0), int(said.get("month") or 0)
    if name := said.get("name"):
        months = [rank for rank, known in enumerate(MONTHS, start=1) if sort_key(known).startswith(name)]
        if len(months) != 1:
            raise UnreadableDate(_("«\u00a0%(word)s\u00a0» n’est pas un mois.") % {"word": name})
        month = months[0]
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise UnreadableDate(_("L’année va de %(first)s à %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR})
    is_month_said, is_day_said = bool(said.get("name") or said.get("month")), said.get("day") is not None
    if (is_month_said and not 1 <= month <= 12) or (is_day_said and not 1 <= day <= monthrange(year, month)[1]):
        raise UnreadableDate(_("Cette date n’est pas dans le calendrier."))
    return RoughDate(year, month, day, is_about)


def come_apart(first: RoughDate | None, then: RoughDate | None) -> bool:
    """Whether what comes first is surely after what comes next; what is unknown, or about, is never sure."""
    if first is None or then is None or first.is_about or then.is_about:
        return False
    return first.earliest > then.latest


def last_of(kept: Iterable[str]) -> RoughDate | None:
    """The date of the last phase, from those of all of them in order: unknown when that of the last one is.

    An earlier phase may end after the last one, and count; when it is not known, it is ended before.
    """
    dates = [kept_date(text) for text in kept]
    if not dates or dates[-1] is None:
        return None
    return max((known for known in dates if known), key=lambda known: (known.latest, known.is_about))
