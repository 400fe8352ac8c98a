"""Writing messages in the transaction of their act, and what people do with those that did not leave."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError, PermissionRefused, TransitionRefused
from ecoquartier.journal import services as journal
from ecoquartier.journal.enums import Event
from ecoquartier.notifications.domain import Notice
from ecoquartier.notifications.domain.bounces import Return
from ecoquartier.notifications.enums import (
    CADENCES,
    CANCELLABLE,
    RETRIABLE,
    Cadence,
    CancelReason,
    Family,
    MessageState,
)
from ecoquartier.notifications.models import Bounce, Message, Preference
from ecoquartier.notifications.queries import cadences_for
from ecoquartier.people.models import User

STATE_OF = {
    Cadence.AT_ONCE: MessageState.READY,
    Cadence.DAILY: MessageState.WAITING,
    Cadence.NEVER: MessageState.CANCELLED,
}


def post(notice: Notice, obj: models.Model, *, draft: bool = False) -> list[Message]:
    """Write one message per active recipient, each once, as each chose to receive them; they leave after the commit.

    With `draft`, nothing leaves before the announcement, which calls `post` again without it: the drafts of those who
    are still recipients are released as they are, the others cancelled.

    Returns:
        The messages written or released.
    """
    context = notice.context(obj)
    people = {person.pk: person for person in notice.recipients(obj) if person.is_active}
    kept = [] if draft else _release(notice, obj, people, context)
    done = {message.recipient_id for message in kept}
    fresh = [person for person in people.values() if person.pk not in done]
    return kept + write(notice, obj, fresh, context, draft=draft)


def write(
    notice: Notice,
    obj: models.Model,
    people: Iterable[User],
    context: Mapping[str, str],
    *,
    draft: bool = False,
    once: str = "",
) -> list[Message]:
    """Put the messages of these people in the outbox; what somebody was told under `once` is not written again."""
    people = list(people)
    cadences = cadences_for(notice.family, people)
    rows = []
    for person in people:
        state = MessageState.DRAFT if draft else STATE_OF[cadences[person.pk]]
        rows.append(
            Message(
                key=notice.key,
                recipient=person,
                context=context,
                object_type=obj._meta.label_lower,
                object_id=str(obj.pk),
                state=state,
                cancelled_because=CancelReason.UNWANTED if state == MessageState.CANCELLED else "",
                once=once,
            )
        )
    return Message.objects.bulk_create(rows, ignore_conflicts=bool(once))


def _release(
    notice: Notice, obj: models.Model, people: Mapping[Any, User], context: Mapping[str, str]
) -> list[Message]:
    drafts = list(
        Message.objects.select_for_update(of=("self",)).filter(
            key=notice.key, object_type=obj._meta.label_lower, object_id=str(obj.pk), state=MessageState.DRAFT
        )
    )
    cadences = cadences_for(notice.family, people.values())
    for message in drafts:
        message.context = context
        if message.recipient_id in people:
            message.state = STATE_OF[cadences[message.recipient_id]]
        else:
            message.state, message.cancelled_because = MessageState.CANCELLED, CancelReason.NOT_CONCERNED
    Message.objects.bulk_update(drafts, ["state", "cancelled_because", "context"])
    return [message for message in drafts if message.state != MessageState.CANCELLED]


def retry(message: Message, *, actor, reason: str) -> Message:
    """Put a message that was not delivered, or whose sending is uncertain, back in the outbox.

    An uncertain one may then arrive twice: the bureau chooses.

    Raises:
        PermissionRefused: the actor may not.
        TransitionRefused: the message waits already, or left.
    """
    return _act(
        message,
        actor=actor,
        reason=reason,
        event=Event.MESSAGE_RETRIED,
        sources=RETRIABLE,
        refusal=_("Ce message n’est pas à renvoyer\u00a0: il est «\u00a0%(state)s\u00a0»."),
        state=MessageState.READY,
        error="",
        attempts=0,
        not_before=None,
    )


def settle(message: Message, *, actor, reason: str) -> Message:
    """Hold an uncertain message for sent: somebody knows that it arrived.

    Raises:
        PermissionRefused: the actor may not.
        TransitionRefused: there is no doubt about it.
    """
    return _act(
        message,
        actor=actor,
        reason=reason,
        event=Event.MESSAGE_SETTLED,
        sources={MessageState.UNCERTAIN},
        refusal=_("L’envoi de ce message n’est pas incertain\u00a0: il est «\u00a0%(state)s\u00a0»."),
        state=MessageState.SENT,
        error="",
        sent_at=message.claimed_at,
    )


def cancel(message: Message, *, actor, reason: str) -> Message:
    """Give up a message that has not left.

    Raises:
        PermissionRefused: the actor may not.
        TransitionRefused: it left, is leaving, or is already cancelled.
    """
    return _act(
        message,
        actor=actor,
        reason=reason,
        event=Event.MESSAGE_CANCELLED,
        sources=CANCELLABLE,
        refusal=_("Ce message ne s’annule plus\u00a0: il est «\u00a0%(state)s\u00a0»."),
        state=MessageState.CANCELLED,
        cancelled_because=CancelReason.BUREAU,
    )


def note_bounce(message: Message, *, actor, reason: str) -> Message:
    """Note that a message came back: it was not delivered, and the address of its recipient is doubtful.

    Raises:
        PermissionRefused: the actor may not.
        TransitionRefused: the message did not leave.
    """
    with transaction.atomic():
        fresh = _act(
            message,
            actor=actor,
            reason=reason,
            event=Event.MESSAGE_BOUNCED,
            sources={MessageState.SENT, MessageState.UNCERTAIN},
            refusal=_("Ce message n’est pas parti\u00a0: il est «\u00a0%(state)s\u00a0»."),
            state=MessageState.FAILED,
            error=reason[:300],
        )
        doubt(fresh.recipient, reason)
    return fresh


@transaction.atomic
def note_return(found: Return) -> bool:
    """Note a message that a mail server sent back. Returns False when it is not ours, or was noted already."""
    message = (
        Message.objects.select_for_update(of=("self",))
        .select_related("recipient")
        .filter(pk=found.message_id, state__in=[MessageState.SENT, MessageState.UNCERTAIN])
        .first()
    )
    if message is None:
        return False
    message.state, message.error = MessageState.FAILED, found.reason[:300]
    message.save(update_fields=["state", "error"])
    doubt(message.recipient, found.reason)
    return True


def doubt(person: User, reason: str, *, is_refusal: bool = False) -> None:
    """Remember that the present address of somebody refuses messages: the bureau and the person read it.

    A refusal made while sending is lifted by the first message that the server accepts; a return by its owner only.
    """
    found = {"address": person.email, "reason": reason[:300], "is_refusal": is_refusal, "noted_at": clock.now()}
    Bounce.objects.update_or_create(user=person, defaults=found)


def confirm_address(user: User, *, actor) -> User:
    """The person says that their address works: it is not in doubt any more.

    Raises:
        PermissionRefused: somebody else's address.
    """
    if actor.pk != user.pk:
        raise PermissionRefused(_("Chacun confirme sa propre adresse."), code="preferences")
    Bounce.objects.filter(user=user).delete()
    return user


@transaction.atomic
def _act(
    message: Message,
    *,
    actor,
    reason: str,
    event: Event,
    sources: Collection[str],
    refusal: str,
    **changes: Any,
) -> Message:
    """Change a message by hand. Journaled here, below the engine, in the same transaction."""
    if not actor.has_perm("outbox.retry", message):
        raise PermissionRefused(_("Seul le bureau national agit sur les messages."), code="outbox.retry")
    fresh = Message.objects.select_for_update(of=("self",)).select_related("recipient").get(pk=message.pk)
    if fresh.state not in sources:
        raise TransitionRefused(refusal % {"state": fresh.get_state_display()}, code="wrong_state")
    before = fresh.state
    for name, value in changes.items():
        setattr(fresh, name, value)
    fresh.save(update_fields=list(changes))
    journal.append(
        [
            journal.Draft(
                event=event,
                obj=fresh,
                actor=str(actor.pk),
                occurred_at=clock.now(),
                data={"from": before},
                detail={"reason": reason} if reason else {},
            )
        ]
    )
    return fresh


@transaction.atomic
def choose(user: User, *, actor, cadences: Mapping[str, str]) -> User:
    """Receive each family as chosen; what is not said keeps its default.

    Raises:
        PermissionRefused: somebody else's choice.
        DomainError: an official family would be turned off.
    """
    if actor.pk != user.pk:
        raise PermissionRefused(_("Chacun choisit pour soi."), code="preferences")
    for family, cadence in cadences.items():
        if Cadence(cadence) not in CADENCES[Family(family)]:
            raise DomainError(_("Les messages officiels ne se coupent pas."), code="official")
        Preference.objects.update_or_create(user=user, family=family, defaults={"cadence": cadence})
    return user
