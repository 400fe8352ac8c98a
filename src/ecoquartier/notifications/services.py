"""Putting messages in the outbox and sending them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from smtplib import SMTPException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models, transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from ecoquartier.core import clock
from ecoquartier.core.errors import PermissionRefused, TransitionRefused
from ecoquartier.journal import services as journal
from ecoquartier.journal.enums import Event
from ecoquartier.notifications.domain import Notice, notices
from ecoquartier.notifications.enums import RETRIABLE, MessageState
from ecoquartier.notifications.models import Message


def post(notice: Notice, obj: models.Model) -> list[Message]:
    """Write one message per recipient, each once; they leave only after the transaction commits."""
    context = notice.context(obj)
    people = {person.pk: person for person in notice.recipients(obj) if person.is_active}
    return Message.objects.bulk_create(
        Message(
            key=notice.key,
            recipient=person,
            context=context,
            object_type=obj._meta.label_lower,
            object_id=str(obj.pk),
        )
        for person in people.values()
    )


def words(message: Message) -> tuple[str, str]:
    """(subject, body) of a message in French."""
    notice = notices.get(message.key)
    if notice is None:
        raise LookupError(f"No notice is declared for {message.key}.")
    values = {**message.context, "recipient": message.recipient, "base_url": settings.BASE_URL}
    subject, body = (
        render_to_string(f"{notice.app}/emails/{message.key}.{part}.txt", values) for part in ("subject", "body")
    )
    # One line; a non-breaking space stays what it is.
    return re.sub(r"[ \t\r\n]+", " ", subject).strip(), body


def send(message_id) -> bool:
    """Send one ready message. `sending` is committed first, so that a killed worker leaves it uncertain, never lost.

    Returns:
        True when this call sent it; False when another worker has it, it is gone or the server refused it.
    """
    claimed = Message.objects.filter(pk=message_id, state=MessageState.READY).update(state=MessageState.SENDING)
    if not claimed:
        return False
    message = Message.objects.select_related("recipient").get(pk=message_id)
    subject, body = words(message)
    email = EmailMessage(
        subject,
        body,
        to=[message.recipient.email],
        headers={"Message-ID": f"<{message.pk}@{urlsplit(settings.BASE_URL).hostname}>"},
    )
    try:
        email.send()
    except (SMTPException, OSError) as error:
        Message.objects.filter(pk=message_id).update(state=MessageState.FAILED, error=str(error)[:300])
        return False
    Message.objects.filter(pk=message_id).update(state=MessageState.SENT, sent_at=clock.now())
    return True


def send_ready(ids: Iterable | None = None, limit: int = 500) -> int:
    """Send what is ready, oldest first. Returns how many left."""
    waiting = Message.objects.filter(state=MessageState.READY).order_by("created_at")
    if ids is not None:
        waiting = waiting.filter(pk__in=ids)
    return sum(send(pk) for pk in list(waiting.values_list("pk", flat=True)[:limit]))


@transaction.atomic
def retry(message: Message, *, actor) -> Message:
    """Put a message that the server refused, or whose sending is uncertain, back in the outbox.

    An uncertain one may then arrive twice: the bureau chooses. The act is journaled here, below the engine.

    Raises:
        PermissionRefused: the actor may not.
        TransitionRefused: the message waits already, or was sent.
    """
    if not actor.has_perm("outbox.retry", message):
        raise PermissionRefused(_("Seul le bureau national remet un message en file."), code="outbox.retry")
    fresh = Message.objects.select_for_update().get(pk=message.pk)
    if fresh.state not in RETRIABLE:
        raise TransitionRefused(
            _("Ce message n’est pas à renvoyer\u00a0: il est «\u00a0%(state)s\u00a0».")
            % {"state": fresh.get_state_display()},
            code="wrong_state",
        )
    before, fresh.state, fresh.error = fresh.state, MessageState.READY, ""
    fresh.save(update_fields=["state", "error"])
    journal.append(
        [
            journal.Draft(
                event=Event.MESSAGE_RETRIED,
                obj=fresh,
                actor=str(actor.pk),
                occurred_at=clock.now(),
                data={"from": before},
            )
        ]
    )
    return fresh
