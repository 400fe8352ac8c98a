"""The outbox: messages by state, their words, and a second try."""

import pytest
from django.core import mail
from django.urls import reverse

from ecoquartier.accounts.services import invitations as services
from ecoquartier.journal.models import Entry
from ecoquartier.notifications.models import Bounce, Message
from ecoquartier.notifications.services import note_bounce, send_ready
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
    assert "Non remis : 1" in page
    assert message.recipient.full_name in page
    assert f"{Message.objects.count()} résultats" in page


def test_messages_are_filtered_by_state_and_person(world, message):
    assert "1 résultat" in read(world.bureau, f"{OUTBOX}?etat=failed")
    of_kind = Message.objects.filter(key=message.key).count()
    assert f"{of_kind} résultat" in read(world.bureau, f"{OUTBOX}?sorte={message.key}")
    name = message.recipient.full_name.split()[-1]
    assert name in read(world.bureau, f"{OUTBOX}?destinataire={name}")
    assert "Aucun résultat avec ces filtres." in read(world.bureau, f"{OUTBOX}?destinataire=personne")


def test_a_message_is_read_as_its_recipient_does(world, message):
    page = read(world.bureau, url(message))
    assert message.recipient.email in page
    assert "550 boîte pleine" in page
    assert message.context["operation"] in page


def test_an_invitation_is_listed_under_the_invited_address(world):
    place = world.part(filled=False).operation.holder
    services.invite(world.bureau, actor=world.bureau, email="elu@ville.example", reason="Élu.", organisation=place)
    invitation = Message.objects.get(key="invitation_to_invitee")
    found = read(world.bureau, f"{OUTBOX}?destinataire=elu@ville")
    assert "1 résultat" in found
    assert "elu@ville.example" in found
    assert "elu@ville.example" in read(world.bureau, url(invitation))
    assert world.bureau.email not in read(world.bureau, url(invitation))
    by_inviter = f"{OUTBOX}?sorte=invitation_to_invitee&destinataire={world.bureau.email}"
    assert "Aucun résultat avec ces filtres." in read(world.bureau, by_inviter)


def test_an_invitation_that_comes_back_says_nothing_against_who_invites(world):
    place = world.part(filled=False).operation.holder
    services.invite(world.bureau, actor=world.bureau, email="elu@ville.example", reason="Élu.", organisation=place)
    send_ready()
    invitation = Message.objects.get(key="invitation_to_invitee")
    note_bounce(invitation, actor=world.bureau, reason="Adresse inconnue.")
    invitation.refresh_from_db()
    assert (invitation.state, invitation.error) == ("failed", "Adresse inconnue.")
    assert not Bounce.objects.exists()


def test_a_refused_message_is_sent_again(world, message):
    client = signed_in(world.bureau)
    assert "Renvoyer" in words(client.get(url(message)))
    assert "part dans la minute" in words(client.get(url(message, "message-retry")))
    assert client.post(url(message, "message-retry"), {"reason": ""}).status_code == 422
    response = client.post(url(message, "message-retry"), {"reason": "Boîte vidée."}, follow=True)
    assert "Le message est remis en file" in words(response)
    message.refresh_from_db()
    assert (message.state, message.error) == ("ready", "")
    entry = Entry.objects.get(event="message.retried")
    assert (entry.object_id, entry.data, entry.detail.content) == (
        str(message.pk),
        {"from": "failed"},
        {"reason": "Boîte vidée."},
    )
    mail.outbox.clear()
    send_ready()
    assert [message.recipient.email] in [m.to for m in mail.outbox]


def test_an_uncertain_message_is_listed_and_settled(world, message):
    Message.objects.filter(pk=message.pk).update(state="uncertain", error="")
    assert "Envoi incertain : 1" in read(world.bureau, OUTBOX)
    assert "1 résultat" in read(world.bureau, f"{OUTBOX}?etat=uncertain")
    assert "le destinataire a peut-être déjà reçu ce message" in read(world.bureau, url(message))
    assert "une seconde fois" in read(world.bureau, url(message, "message-retry"))
    client = signed_in(world.bureau)
    assert client.post(url(message, "message-settle"), {"reason": "Elle l’a."}).status_code == 302
    assert Message.objects.get(pk=message.pk).state == "sent"


def test_a_message_that_left_is_neither_sent_again_nor_cancelled(world, message):
    Message.objects.filter(pk=message.pk).update(state="sent")
    page = read(world.bureau, url(message))
    assert "Noter un retour" in page
    assert "Renvoyer" not in page
    client = signed_in(world.bureau)
    for name in ("message-retry", "message-cancel", "message-settle"):
        assert "Ce message est « envoyé »." in read(world.bureau, url(message, name))
        assert client.post(url(message, name), {"reason": "x"}).status_code == 422
    assert not Entry.objects.filter(event__startswith="message.").exists()


def test_a_message_is_cancelled_with_its_reason(world, message):
    signed_in(world.bureau).post(url(message, "message-cancel"), {"reason": "Doublon."})
    page = read(world.bureau, url(message))
    assert "annulé par le bureau" in page


def test_an_address_that_fails_is_shown(world, message):
    Message.objects.filter(pk=message.pk).update(state="sent", address=message.recipient.email)
    signed_in(world.bureau).post(url(message, "message-bounce"), {"reason": "Boîte supprimée."})
    page = read(world.bureau, OUTBOX)
    assert "Adresses qui refusent les messages" in page
    assert message.recipient.email in page
    assert "Boîte supprimée." in page
    assert "L’adresse refuse les messages" in read(world.bureau, url(message))
    sent_to = Message.objects.filter(recipient=message.recipient).count()
    assert f"{sent_to} résultat" in read(world.bureau, f"{OUTBOX}?adresse=on")


def test_a_message_of_a_former_address_says_where_it_left_for(world, message):
    person, former = message.recipient, message.recipient.email
    Message.objects.filter(pk=message.pk).update(state="sent", address=former, sent_at=message.created_at)
    type(person).objects.filter(pk=person.pk).update(email="autre@example.org")
    signed_in(world.bureau).post(url(message, "message-bounce"), {"reason": "Boîte supprimée."})
    page = read(world.bureau, url(message))
    assert former in page
    assert "autre@example.org" not in page
    assert url(message, "message-cancel") not in signed_in(world.bureau).get(url(message)).content.decode()
    assert "Adresses qui refusent" not in read(world.bureau, OUTBOX)


def test_the_outbox_is_for_the_bureau(world, message):
    client = signed_in(world.coordinator)
    assert client.get(OUTBOX).status_code == 403
    assert client.get(url(message)).status_code == 404
    assert client.post(url(message, "message-retry"), {"reason": "x"}).status_code == 404
    assert Message.objects.get(pk=message.pk).state == "failed"


def test_the_page_costs_the_same_whatever_its_messages(world, message):
    first = queries_of(world.bureau, OUTBOX)
    world.admissible()
    assert queries_of(world.bureau, OUTBOX) == first
    assert first <= 15
