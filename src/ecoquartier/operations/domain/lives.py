"""Where an operation is in its life, in words."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from ecoquartier.core.text import long_date
from ecoquartier.operations.enums import OperationState

CLOSED = (OperationState.ABANDONED, OperationState.MERGED)
"""States in which nothing is written any more."""


def state_words(state: str, since: date | None) -> str:
    """« suspendue depuis le 3 mars 2026 », « abandonnée le 3 mars 2026 »; empty while the operation goes on."""
    if state == OperationState.ACTIVE or since is None:
        return ""
    said = {
        OperationState.PAUSED: _("suspendue depuis le %(day)s"),
        OperationState.ABANDONED: _("abandonnée le %(day)s"),
        OperationState.MERGED: _("fusionnée le %(day)s"),
    }
    return said[OperationState(state)] % {"day": long_date(since)}


def state_told(state: str, since: date | None) -> str:
    """The same after its subject: « est suspendue depuis le 3 mars 2026 », « a été abandonnée le 3 mars 2026 »."""
    words = state_words(state, since)
    if not words:
        return ""
    told = _("est %(state)s") if state == OperationState.PAUSED else _("a été %(state)s")
    return told % {"state": words}
