"""The secret link of one’s calendar: made again, taken away."""

from __future__ import annotations

import secrets

from django.utils.translation import gettext as _

from ecoquartier.accounts.models import CalendarLink
from ecoquartier.accounts.queries import calendar_hash
from ecoquartier.core import clock
from ecoquartier.core.errors import PermissionRefused
from ecoquartier.people.models import User


def renew_calendar_link(person: User, *, actor) -> str:
    """Make a new secret of 256 bits for one’s calendar; the former link, if any, opens nothing any more.

    Returns:
        The secret, which is nowhere else: only its hash is kept.

    Raises:
        PermissionRefused: somebody else’s calendar.
    """
    _require_oneself(person, actor)
    secret = secrets.token_urlsafe(32)
    values = {"secret_hash": calendar_hash(secret), "created_at": clock.now()}
    CalendarLink.objects.update_or_create(user=person, defaults=values)
    return secret


def remove_calendar_link(person: User, *, actor) -> None:
    """Take one’s calendar link away.

    Raises:
        PermissionRefused: somebody else’s calendar.
    """
    _require_oneself(person, actor)
    CalendarLink.objects.filter(user=person).delete()


def _require_oneself(person: User, actor) -> None:
    if person.pk != actor.pk:
        raise PermissionRefused(_("Le lien d’un calendrier est à sa personne."), code="not_oneself")
