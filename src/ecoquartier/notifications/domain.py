"""What a kind of message is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ecoquartier.core.registry import Registry


@dataclass(frozen=True)
class Notice:
    """A kind of message.

    Args:
        key: `event_to_whom`; its words are in `<app>/emails/<key>.{subject,body}.txt`.
        recipients: function of the object acted on → people.
        context: function of the object → values for the words (strings and numbers only).
    """

    key: str
    app: str
    recipients: Callable[[Any], Iterable[Any]]
    context: Callable[[Any], dict[str, Any]]


notices: Registry[Notice] = Registry("notices", "each kind of message the platform can send")


def notice(app: str, key: str, recipients: Callable, context: Callable) -> Notice:
    """Declare a kind of message, once."""
    return notices.register(key, Notice(key=key, app=app, recipients=recipients, context=context))
