"""The outbox: messages by state, their words, and a second try."""

import pytest
from django.core import mail
from django.urls import reverse

from ecoquartier.journal.models import Entry
from ecoquartier.notifications.models import Message
from ecoquartier.notifications.services import send_ready
from tests.support.pages import queries_of, read, signed_in, words

OUTBOX = reverse("bureau:outbox")


@pytest.fixture
def message(world):
    """A message to the correspondent that the server refused."""
    world.submitted()
    found = Message.objects.filter(key="dossier_deposited_to_correspondent").first()
    Message.objects.filter(pk=found.pk).update(state="failed", error="550 boîte pleine")
    return Message.objects.get(pk=found.pk)


def url(message, name="message"):
    return reverse(f"bureau:{name}", kwargs={"pk": message.pk})


def test_messages_are_listed_with_their_words(world, message):
    page = read(world.bureau, OUTBOX)
    assert "Refusé par le serveur : 1" in page
    assert message.recipient.full_name in page
    assert f"{Message.objects.count()} résultats" in page


def test_messages_are_filtered_by_state_and_person(world, message):
    assert "1 résultat" in read(world.bureau, f"{OUTBOX}?etat=failed")
    name = message.recipient.full_name.split()[-1]
    assert name in read(world.bureau, f"{OUTBOX}?destinataire={name}")
    assert "Aucun résultat avec ces filtres." in read(world.bureau, f"{OUTBOX}?destinataire=personne")


def test_a_message_is_read_as_its_recipient_does(world, message):
    page = read(world.bureau, url(message))
    assert message.recipient.email in page
    assert "550 boîte pleine" in page
    assert message.context["operation"] in page


def test_a_refused_message_is_sent_again(world, message):
    client = signed_in(world.bureau)
    assert "Renvoyer" in words(client.get(url(message)))
    response = client.post(url(message, "message-retry"), follow=True)
    assert "Le message est remis en file" in words(response)
    message.refresh_from_db()
    assert (message.state, message.error) == ("ready", "")
    entry = Entry.objects.get(event="message.retried")
    assert (entry.object_id, entry.data) == (str(message.pk), {"from": "failed"})
    mail.outbox.clear()
    send_ready([message.pk])
    assert [m.to for m in mail.outbox] == [[message.recipient.email]]


def test_an_uncertain_message_says_that_it_may_arrive_twice(world, message):
    Message.objects.filter(pk=message.pk).update(state="sending", error="")
    assert "le destinataire a peut-être déjà reçu ce message" in read(world.bureau, url(message))
    assert signed_in(world.bureau).post(url(message, "message-retry")).status_code == 302
    assert Message.objects.get(pk=message.pk).state == "ready"


def test_a_message_that_left_is_not_sent_again(world, message):
    Message.objects.filter(pk=message.pk).update(state="sent")
    assert "Renvoyer" not in read(world.bureau, url(message))
    response = signed_in(world.bureau).post(url(message, "message-retry"), follow=True)
    assert "Ce message n’est pas à renvoyer : il est « envoyé »." in words(response)
    assert not Entry.objects.filter(event="message.retried").exists()


def test_the_outbox_is_for_the_bureau(world, message):
    client = signed_in(world.coordinator)
    assert client.get(OUTBOX).status_code == 403
    assert client.get(url(message)).status_code == 404
    assert client.post(url(message, "message-retry")).status_code == 404
    assert Message.objects.get(pk=message.pk).state == "failed"


def test_the_page_costs_the_same_whatever_its_messages(world, message):
    first = queries_of(world.bureau, OUTBOX)
    world.admissible()
    assert queries_of(world.bureau, OUTBOX) == first
    assert first <= 15
