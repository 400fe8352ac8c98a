"""Writing messages in the transaction of their act, and what people do with those that did not leave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
    LEFT,
    Cadence,
    CancelReason,
    Family,
    MessageState,
)
from ecoquartier.notifications.models import Bounce, Message, Preference
from ecoquartier.notifications.queries import cadences_for
from ecoquartier.notifications.services.words import subjects
from ecoquartier.people.models import User

STATE_OF = {
    Cadence.AT_ONCE: MessageState.READY,
    Cadence.DAILY: MessageState.WAITING,
    Cadence.NEVER: MessageState.CANCELLED,
}


def post(notice: Notice, obj: models.Model, *, draft: bool = False, once: str = "") -> list[Message]:
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
    return kept + write(notice, obj, fresh, context, draft=draft, once=once)


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
        is_open=lambda fresh: fresh.is_retriable,
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
    with transaction.atomic():
        fresh = _act(
            message,
            actor=actor,
            reason=reason,
            event=Event.MESSAGE_SETTLED,
            is_open=lambda fresh: fresh.state == MessageState.UNCERTAIN,
            refusal=_("L’envoi de ce message n’est pas incertain\u00a0: il est «\u00a0%(state)s\u00a0»."),
            state=MessageState.SENT,
            error="",
            sent_at=message.claimed_at,
        )
        tell_grouped(fresh)
    return fresh


def cancel(message: Message, *, actor, reason: str) -> Message:
    """Give up a message that has not left.

    Raises:
        PermissionRefused: the actor may not.
        TransitionRefused: it left, is leaving, or is already cancelled.
    """
    with transaction.atomic():
        fresh = _act(
            message,
            actor=actor,
            reason=reason,
            event=Event.MESSAGE_CANCELLED,
            is_open=lambda fresh: fresh.is_cancellable,
            refusal=_("Ce message ne s’annule plus\u00a0: il est «\u00a0%(state)s\u00a0»."),
            state=MessageState.CANCELLED,
            cancelled_because=CancelReason.BUREAU,
        )
        withhold_grouped(fresh, CancelReason.BUREAU)
    return fresh


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
            is_open=lambda fresh: fresh.state in LEFT,
            refusal=_("Ce message n’est pas parti\u00a0: il est «\u00a0%(state)s\u00a0»."),
        )
        _come_back(fresh, reason)
    return fresh


@transaction.atomic
def note_return(found: Return) -> bool:
    """Note a message that a mail server sent back. Returns False when it is not ours, or was noted already."""
    message = (
        Message.objects.select_for_update(of=("self",))
        .select_related("recipient")
        .filter(pk=found.message_id, state__in=LEFT)
        .first()
    )
    if message is None:
        return False
    _come_back(message, found.reason)
    return True


def _come_back(message: Message, reason: str) -> None:
    message.state, message.error = MessageState.FAILED, reason[:300]
    # What came back did leave, even if nobody knew it.
    message.sent_at = message.sent_at or message.claimed_at
    message.save(update_fields=["state", "error", "sent_at"])
    free_grouped(message)
    doubt(message, reason)


def doubt(message: Message, reason: str, *, is_refusal: bool = False) -> None:
    """Remember that the address of a message refuses it: the bureau and the person read it.

    Nothing is held against the person's address of today when the message left for another one. A refusal made while
    sending is lifted by the first message that the server accepts; a return by its owner only.
    """
    found = {"address": message.address, "reason": reason[:300], "is_refusal": is_refusal, "noted_at": clock.now()}
    if User.objects.filter(pk=message.recipient_id, email=message.address).exists():
        Bounce.objects.update_or_create(user=message.recipient, defaults=found)


def withhold_grouped(digest: Message, obstacle: CancelReason) -> None:
    """What a digest that will not leave would have said does not leave either."""
    digest.grouped.filter(state=MessageState.GROUPED).update(
        state=MessageState.CANCELLED, cancelled_because=obstacle, digest=None
    )


def tell_grouped(digest: Message) -> None:
    """What a digest said left with it: the subject of each of its messages."""
    told = list(digest.grouped.filter(state=MessageState.GROUPED))
    for message, subject in zip(told, subjects(told), strict=True):
        message.subject, message.address, message.sent_at = subject[:500], digest.address, clock.now()
    Message.objects.bulk_update(told, ["subject", "address", "sent_at"])


def free_grouped(digest: Message) -> None:
    """What a digest that was not delivered said waits for the next one."""
    digest.grouped.filter(state=MessageState.GROUPED).update(
        state=MessageState.WAITING, digest=None, sent_at=None, subject=""
    )


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
    is_open: Callable[[Message], bool],
    refusal: str,
    **changes: Any,
) -> Message:
    """Change a message by hand. Journaled here, below the engine, in the same transaction."""
    if not actor.has_perm("outbox.retry", message):
        raise PermissionRefused(_("Seul le bureau national agit sur les messages."), code="outbox.retry")
    fresh = Message.objects.select_for_update(of=("self",)).select_related("recipient").get(pk=message.pk)
    if not is_open(fresh):
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
