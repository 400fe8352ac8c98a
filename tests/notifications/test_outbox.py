"""Messages are written in the transaction of their act and leave after it, once."""

from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction

from ecoquartier.dossiers import services as dossiers
from ecoquartier.notifications.domain import notices
from ecoquartier.notifications.enums import MessageState
from ecoquartier.notifications.models import Message
from ecoquartier.notifications.services import send, send_ready, words

# Every value that some message of the platform names.
VALUES = [
    "operation",
    "organisation",
    "reason",
    "stage",
    "campaign",
    "due_on",
    "visit_on",
    "commission",
    "held_on",
    "place",
    "code",
]


def test_a_rolled_back_act_posts_nothing(world):
    _part, dossier = world.submitted()
    before = Message.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        dossiers.admit(dossier, actor=world.correspondent, opinion="Complet.")
        raise RuntimeError
    assert Message.objects.count() == before


def test_each_message_leaves_once_with_its_own_id(world):
    world.submitted()
    waiting = Message.objects.filter(state=MessageState.READY).count()
    assert waiting > 0
    assert send_ready() == waiting
    assert send_ready() == 0
    assert len(mail.outbox) == waiting
    ids = {message.extra_headers["Message-ID"] for message in mail.outbox}
    assert len(ids) == waiting


def test_a_message_already_being_sent_is_left_to_its_worker(world):
    world.submitted()
    message = Message.objects.first()
    Message.objects.filter(pk=message.pk).update(state=MessageState.SENDING)
    assert send(message.pk) is False
    assert mail.outbox == []


def test_a_refusal_of_the_server_is_kept_with_its_reason(world, monkeypatch):
    world.submitted()

    def fail(self, messages):
        raise SMTPServerDisconnected("gone")

    monkeypatch.setattr(EmailBackend, "send_messages", fail)
    message = Message.objects.first()
    assert send(message.pk) is False
    message.refresh_from_db()
    assert (message.state, message.error) == (MessageState.FAILED, "gone")


def test_an_inactive_person_receives_nothing(world):
    part, dossier = world.submitted()
    type(part.lead).objects.filter(pk=part.lead.pk).update(is_active=False)
    before = set(Message.objects.values_list("pk", flat=True))
    dossiers.admit(dossier, actor=world.correspondent, opinion="Complet.")
    assert part.lead.pk not in Message.objects.exclude(pk__in=before).values_list("recipient", flat=True)


def test_every_message_of_a_whole_path_has_its_words(world):
    world.awarded()
    keys = set()
    for message in Message.objects.select_related("recipient"):
        subject, body = words(message)
        assert subject
        assert message.recipient.full_name in body
        assert "None" not in subject + body
        keys.add(message.key)
    assert len(keys) > 10


@pytest.mark.parametrize("key", [key for key, _notice in notices.items()])
def test_every_declared_notice_has_a_subject_and_a_body(key, world):
    message = Message(key=key, recipient=world.bureau, context={**dict.fromkeys(VALUES, "x"), "path": "/espace/"})
    subject, body = words(message)
    assert subject.strip()
    assert "\n" not in subject
    assert "/espace/" in body


def test_no_message_tells_an_outcome_before_its_notification(world):
    part, _dossier = world.awarded()
    told = Message.objects.filter(recipient__in=[part.lead, part.elected]).order_by("created_at")
    assert "award_published_to_holder" not in told.values_list("key", flat=True)
    for message in told:
        assert "attribu" not in "".join(words(message))
