"""Sending what is ready. Each message is committed `sending` before the server has its data.

A killed worker thus leaves at most one message in doubt: nothing is lost, and only a decision sends it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from smtplib import SMTPException
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models.functions import Now

from ecoquartier.core import clock
from ecoquartier.notifications.domain import Notice
from ecoquartier.notifications.enums import CancelReason, MessageState
from ecoquartier.notifications.messages import DIGEST
from ecoquartier.notifications.models import Bounce, Message
from ecoquartier.notifications.queries import notice_of
from ecoquartier.notifications.services.delivery import Outcome, deliver
from ecoquartier.notifications.services.outbox import doubt, free_grouped, tell_grouped, withhold_grouped
from ecoquartier.notifications.services.words import Rendered, render

WAITS = (1, 5, 15, 60, 240, 720)
"""Minutes before each new try of a message that the server refuses for now; then it is not delivered."""

DOUBTFUL_AFTER = timedelta(minutes=5)
"""Longer than any exchange with a server: whoever was sending is gone."""


def send_ready(limit: int = 500, *, doubtful_after: timedelta = DOUBTFUL_AFTER) -> int:
    """Send what is ready, the oldest first; several workers may do so at once.

    Returns:
        How many left.
    """
    note_uncertain(doubtful_after)
    sent = 0
    if not Message.objects.due().exists():
        return sent
    with _open_connection() as connection:
        if connection is None:
            return sent
        for _n in range(limit):
            found = claim()
            if found is None:
                break
            message, email = found
            if email is None:
                continue
            outcome = deliver(connection, email)
            sent += outcome.is_sent
            _conclude(message, outcome, is_at_home=email.to == [message.recipient.email])
            if outcome.is_away or outcome.is_unknown:
                break
    return sent


def note_uncertain(after: timedelta) -> int:
    """Show as uncertain what a worker that is gone was sending. Returns how many."""
    return Message.objects.filter(state=MessageState.SENDING, claimed_at__lt=Now() - after).update(
        state=MessageState.UNCERTAIN
    )


@contextmanager
def _open_connection() -> Iterator[BaseEmailBackend | None]:
    """A connection to the mail server, or None when it does not answer: messages then stay ready."""
    connection: BaseEmailBackend = get_connection()
    try:
        connection.open()
    except (SMTPException, OSError):
        yield None
        return
    try:
        yield connection
    finally:
        connection.close()


@transaction.atomic
def claim() -> tuple[Message, EmailMultiAlternatives | None] | None:
    """Take the oldest ready message that no other worker holds, and commit that it is leaving.

    Returns:
        The message and its e-mail; no e-mail when it does not leave, which it then says; None when nothing is ready.
    """
    message = (
        Message.objects.due().select_for_update(skip_locked=True, of=("self",)).select_related("recipient").first()
    )
    if message is None:
        return None
    try:
        notice = notice_of(message.key)
        obstacle = obstacle_to(message, notice)
        if obstacle:
            _withhold(message, obstacle)
            return message, None
        message.address = message.recipient.email
        rendered = render(message)
        email = _sealed_email(message, notice) if notice.sealed else email_of(message, rendered)
        if email.to != [message.address]:
            # It leaves for another address, which is not kept: what becomes of it says nothing of the person's own.
            message.address = ""
    except LookupError as error:
        # Its kind was removed, or its words ask for a value it has not: one bad message stops no other.
        message.state, message.error = MessageState.FAILED, str(error)[:300]
        message.save(update_fields=["state", "error"])
        free_grouped(message)
        return message, None
    message.state, message.subject, message.body = MessageState.SENDING, rendered.subject[:500], rendered.text
    message.attempts += 1
    message.claimed_at = Now()
    message.save(update_fields=["state", "subject", "body", "address", "attempts", "claimed_at"])
    return message, email


def _sealed_email(message: Message, notice: Notice) -> EmailMultiAlternatives:
    """The e-mail with its real link and address, which are not written down: what is kept shows neither."""
    assert notice.sealed is not None
    envelope = notice.sealed(message.recipient, message.context)
    email = email_of(message, render(message, path=envelope.path, name=envelope.name))
    email.to = [envelope.address or message.recipient.email]
    return email


def obstacle_to(message: Message, notice: Notice) -> CancelReason | None:
    """Why a message must not leave now: its recipient's rights are asked again, on the object as it is now."""
    person = message.recipient
    if not person.is_active:
        return CancelReason.SUSPENDED
    if notice is DIGEST:
        return None if drop_unseen(message) else CancelReason.GONE
    obj = apps.get_model(message.object_type)._base_manager.filter(pk=message.object_id).first()
    if obj is None:
        return CancelReason.GONE
    if not notice.visible_to(person, obj):
        return CancelReason.NO_RIGHT
    if notice.still_due and not notice.still_due(person, message.context):
        return CancelReason.DONE
    return None


def drop_unseen(digest: Message) -> bool:
    """Take out of a digest what its reader may no longer see. Returns whether something is left."""
    left = False
    for message in digest.grouped.select_related("recipient"):
        obstacle = obstacle_to(message, notice_of(message.key))
        left = left or obstacle is None
        if obstacle:
            _withhold(message, obstacle)
    return left


def _withhold(message: Message, obstacle: CancelReason) -> None:
    message.state, message.cancelled_because, message.digest = MessageState.CANCELLED, obstacle, None
    message.save(update_fields=["state", "cancelled_because", "digest"])
    withhold_grouped(message, obstacle)


def email_of(message: Message, rendered: Rendered) -> EmailMultiAlternatives:
    """The e-mail of a message, with an id that is the same at each try."""
    email = EmailMultiAlternatives(
        rendered.subject,
        rendered.text,
        to=[message.address],
        headers={
            "Message-ID": f"<{message.pk}@{urlsplit(settings.BASE_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    email.attach_alternative(rendered.html, "text/html")
    return email


@transaction.atomic
def _conclude(message: Message, outcome: Outcome, *, is_at_home: bool = True) -> None:
    """Write what became of a message, unless it was declared uncertain and settled meanwhile.

    What was not sent to the address of the account (`is_at_home`) says nothing about that address.
    """
    changes: dict[str, object] = {"error": outcome.answer}
    if outcome.is_sent:
        changes |= {"state": MessageState.SENT, "sent_at": clock.now()}
    elif outcome.is_unknown:
        changes |= {"state": MessageState.UNCERTAIN}
    elif outcome.is_final or message.attempts > len(WAITS):
        changes |= {"state": MessageState.FAILED}
    else:
        wait = timedelta(minutes=WAITS[message.attempts - 1])
        changes |= {"state": MessageState.READY, "not_before": Now() + wait, "subject": "", "body": ""}
    going = [MessageState.SENDING, MessageState.UNCERTAIN]
    if Message.objects.filter(pk=message.pk, state__in=going).update(**changes):
        if outcome.is_sent:
            tell_grouped(message)
        elif changes.get("state") == MessageState.FAILED:
            free_grouped(message)
    if not is_at_home:
        return
    if outcome.is_address:
        doubt(message, outcome.answer, is_refusal=True)
    elif outcome.is_sent:
        # The server takes mail for this address again.
        Bounce.objects.filter(user=message.recipient, address=message.address, is_refusal=True).delete()
