"""What a kind of message is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ecoquartier.core.registry import Registry
from ecoquartier.notifications.enums import Family

PATH = "path"
"""The value of a context that is never written as such: the page of the message's only link."""

TOLD = {
    "addressee": "qui peut y répondre",
    "asker": "qui a demandé",
    "author": "qui l’a écrite",
    "bureau": "le bureau national",
    "claimant": "qui demande à reprendre l’opération",
    "collectivite": "les représentants des collectivités compétentes",
    "coordinator": "l’expert coordonnateur",
    "correspondent": "le correspondant du département",
    "expert": "l’expert",
    "former": "l’équipe qui quitte l’opération, et les représentants de son organisme",
    "group": "le groupe choisi",
    "invitee": "la personne invitée",
    "inviter": "qui a invité",
    "holder": "l’équipe de l’opération, et les collectivités pour ce qui les engage",
    "members": "les membres de la commission",
    "person": "chaque personne concernée",
    "region": "le coordonnateur de la région, ou à défaut le bureau",
    "second": "le second expert",
    "services": "le correspondant, le coordonnateur et le bureau",
    "all": "l’équipe de l’opération, le correspondant et les experts",
}
"""End of the key of a message → whom it is for."""


@dataclass(frozen=True)
class Envelope:
    """Where a message really goes, and what its link really opens.

    Args:
        path: the page of the link, its secret included.
        address: when it is not the address of the person's account.
        name: whom the message greets, when it is not that person; empty for somebody not known yet.
    """

    path: str
    address: str = ""
    name: str | None = None


@dataclass(frozen=True, eq=False)
class Notice:
    """A kind of message, registered once: two are the same when they are one object.

    Args:
        key: `event_to_whom`; its words are in `<app>/emails/<key>.{subject,body}.txt`.
        app: label of the app that sends it.
        family: what it is for.
        recipients: function of the object acted on → people.
        context: function of the object → values for the words (strings only) and `path`, the page to open.
        sample: an example of each value: what the words may use, and what previews and tests show.
        visible_to: may this person know, now, what the message says of the object? Asked when it leaves.
        still_due: function of (person, context) → False when the message has lost its purpose.
        sealed: function of (person, context) → `Envelope`, made when the message leaves and kept nowhere: the outbox
            shows the `path` of the context in place of a link that would open an account.
        leaves_for: the value of the context that is the address of whom it is for, who has no account yet.
    """

    key: str
    app: str
    family: Family
    recipients: Callable[[Any], Iterable[Any]]
    context: Callable[[Any], dict[str, Any]]
    sample: Mapping[str, str]
    visible_to: Callable[[Any, Any], bool]
    still_due: Callable[[Any, Mapping[str, str]], bool] | None = None
    sealed: Callable[[Any, Mapping[str, str]], Envelope] | None = None
    leaves_for: str = ""

    @property
    def variables(self) -> tuple[str, ...]:
        """Names that the words may use, beside the link."""
        return tuple(name for name in self.sample if name != PATH)

    @property
    def told(self) -> str:
        """Whom it is for, in French."""
        return TOLD[self.key.rpartition("_to_")[2]]


notices: Registry[Notice] = Registry("notices", "each kind of message the platform can send")


def notice(app: str, key: str, **fields: Any) -> Notice:
    """Declare a kind of message, once; `fields` are those of `Notice`."""
    return notices.register(key, Notice(key=key, app=app, **fields))


def may(permission: str, of: Callable[[Any], Any] = lambda obj: obj) -> Callable[[Any, Any], bool]:
    """`visible_to` by a permission of the matrix, asked about the object or what `of` finds from it."""
    return lambda person, obj: person.has_perm(permission, of(obj))


def anyone(person: Any, obj: Any) -> bool:
    """`visible_to` of a message that tells somebody of a right they have just lost, or never had."""
    return True
