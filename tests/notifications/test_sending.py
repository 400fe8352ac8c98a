"""What leaves, what does not, and what is known of it: against a real SMTP server that refuses on demand."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db.models.functions import Now

from ecoquartier.awards.messages import PUBLISHED_TO_HOLDER
from ecoquartier.awards.models import Award
from ecoquartier.commissions.messages import OUTCOME_TO_HOLDER
from ecoquartier.expertise.enums import AssignmentState, TeamPart
from ecoquartier.expertise.messages import SYNTHESIS_TO_SECOND
from ecoquartier.expertise.models import Assignment
from ecoquartier.notifications.enums import CancelReason, MessageState
from ecoquartier.notifications.models import Bounce, Message
from ecoquartier.notifications.services import post, send_ready
from ecoquartier.notifications.services.sending import WAITS, claim
from tests.support.mail import MailServer, sends_to

MINUTE = timedelta(minutes=1)


def state_of(message):
    return Message.objects.get(pk=message.pk).state


def test_each_message_leaves_once_with_its_own_id_and_two_versions(message):
    assert send_ready() == 1
    assert send_ready() == 0
    [sent] = mail.outbox
    assert sent.extra_headers["Message-ID"] == f"<{message.pk}@testserver>"
    [(html, kind)] = sent.alternatives
    assert kind == "text/html"
    for version in (sent.body, html):
        assert message.recipient.full_name in version
        assert f"http://testserver{message.context['path']}" in version
    message.refresh_from_db()
    assert (message.state, message.subject, message.body) == (MessageState.SENT, sent.subject, sent.body)


def test_a_message_claimed_by_a_worker_is_left_to_it_then_shown_uncertain(message):
    assert claim()[0].pk == message.pk
    assert claim() is None
    assert send_ready() == 0
    assert state_of(message) == MessageState.SENDING
    assert mail.outbox == []
    Message.objects.update(claimed_at=Now() - 6 * MINUTE)
    assert send_ready() == 0
    assert state_of(message) == MessageState.UNCERTAIN
    assert mail.outbox == []


def test_one_message_without_words_stops_no_other(world, message):
    Message.objects.create(key="forgotten_to_nobody", recipient=world.bureau, created_at=message.created_at - MINUTE)
    assert send_ready() == 1
    assert state_of(message) == MessageState.SENT
    assert "forgotten_to_nobody" in Message.objects.get(state=MessageState.FAILED).error


class TestRights:
    """Nothing announced that the person may not see: their right is asked again when it leaves."""

    def cancelled(self, message, reason):
        assert send_ready() == 0
        message.refresh_from_db()
        assert (message.state, message.cancelled_because) == (MessageState.CANCELLED, reason)
        assert mail.outbox == []

    def test_a_suspended_person(self, message):
        type(message.recipient).objects.update(is_active=False)
        self.cancelled(message, CancelReason.SUSPENDED)

    def test_an_object_that_is_gone(self, message):
        Message.objects.update(object_id="7f9c24e5-2f0b-4d3c-9a51-0c7d6f1e8b22")
        self.cancelled(message, CancelReason.GONE)

    def test_a_correspondent_of_another_county(self, message):
        message.recipient.grants.all().delete()
        self.cancelled(message, CancelReason.NO_RIGHT)

    def test_an_expert_taken_off_the_team(self, world):
        _part, dossier = world.assessed()
        Message.objects.all().delete()
        [message] = post(SYNTHESIS_TO_SECOND, dossier.synthesis)
        seconds = Assignment.objects.filter(dossier=dossier, part=TeamPart.SECOND, expert=message.recipient)
        assert seconds.update(state=AssignmentState.DECLINED) == 1
        self.cancelled(message, CancelReason.NO_RIGHT)

    def test_an_outcome_under_embargo(self, world):
        part, dossier = world.awarded()
        Message.objects.all().delete()
        messages = post(OUTCOME_TO_HOLDER, dossier) + post(PUBLISHED_TO_HOLDER, Award.objects.get())
        assert {part.lead.pk, part.elected.pk} <= {m.recipient_id for m in messages}
        for message in messages:
            self.cancelled(message, CancelReason.NO_RIGHT)


@pytest.fixture
def server(settings):
    """A mail server of this machine, that answers as the test says."""
    with MailServer() as server:
        sends_to(settings, server.port)
        yield server


@pytest.mark.loopback
class TestServer:
    """What the server answers decides what becomes of the message."""

    def test_it_accepts(self, server, message):
        assert send_ready() == 1
        assert server.ids == [str(message.pk)]
        assert state_of(message) == MessageState.SENT

    def test_it_refuses_the_address_for_good(self, server, message):
        server.answer_to_rcpt = "550 5.1.1 No such user"
        assert send_ready() == 0
        message.refresh_from_db()
        assert (message.state, message.error) == (MessageState.FAILED, "550 5.1.1 No such user")
        assert Bounce.objects.get().reason == "550 5.1.1 No such user"

    def test_a_refused_address_is_good_again_when_the_server_takes_it(self, server, message):
        Bounce.objects.create(user=message.recipient, address=message.recipient.email, is_refusal=True)
        send_ready()
        assert not Bounce.objects.exists()

    def test_a_returned_message_is_not_forgiven_by_an_acceptance(self, server, message):
        Bounce.objects.create(user=message.recipient, address=message.recipient.email)
        send_ready()
        assert Bounce.objects.exists()

    def test_it_refuses_for_now_and_is_asked_again_later_and_later(self, server, message):
        server.answer_to_rcpt = "451 4.7.1 Greylisted"
        waits = []
        for _n in WAITS:
            Message.objects.update(not_before=None)
            send_ready()
            message.refresh_from_db()
            assert message.state == MessageState.READY
            waits.append(round((message.not_before - message.claimed_at) / MINUTE))
        assert tuple(waits) == WAITS
        assert send_ready() == 0
        assert message.attempts == len(WAITS)
        Message.objects.update(not_before=None)
        send_ready()
        assert state_of(message) == MessageState.FAILED
        assert not Bounce.objects.exists()

    def test_it_refuses_the_data(self, server, message):
        server.answer_to_data = "554 5.6.0 Too long"
        send_ready()
        message.refresh_from_db()
        assert (message.state, message.error) == (MessageState.FAILED, "554 5.6.0 Too long")
        assert not Bounce.objects.exists()

    def test_it_vanishes_before_the_data(self, server, message):
        server.answer_to_rcpt = ""
        assert send_ready() == 0
        message.refresh_from_db()
        assert (message.state, message.attempts) == (MessageState.READY, 1)

    def test_it_vanishes_after_the_data(self, server, message):
        server.answer_to_data = ""
        assert send_ready() == 0
        assert state_of(message) == MessageState.UNCERTAIN
        assert send_ready() == 0
        assert server.ids == [str(message.pk)]

    def test_an_accented_domain_is_written_as_servers_take_it(self, server, message):
        type(message.recipient).objects.filter(pk=message.recipient_id).update(email="ville@élancourt.fr")
        assert send_ready() == 1
        assert server.recipients == ["ville@xn--lancourt-90a.fr"]

    @pytest.mark.parametrize("address", ["hélène@example.org", f"ville@{'é' * 64}.fr", "ville@example..org"])
    def test_an_address_that_no_server_takes_stops_no_other(self, world, server, message, address):
        type(message.recipient).objects.filter(pk=message.recipient_id).update(email=address)
        Message.objects.create(
            key="claim_refused_to_claimant",
            recipient=world.bureau,
            object_type="people.user",
            object_id=str(world.bureau.pk),
            context={"operation": "Les Rives", "organisation": "Laval", "reason": "Doublon.", "path": "/espace/"},
        )
        assert send_ready() == 1
        assert state_of(message) == MessageState.FAILED
        assert Bounce.objects.get().address == address

    def test_an_e_mail_that_cannot_be_written_fails_alone(self, server, message, settings):
        settings.DEFAULT_FROM_EMAIL = "ÉcoQuartier\n<a@example.org>"
        assert send_ready() == 0
        assert state_of(message) == MessageState.FAILED
        assert not Bounce.objects.exists()

    def test_it_is_not_there(self, settings, message):
        sends_to(settings, 1)
        assert send_ready() == 0
        message.refresh_from_db()
        assert (message.state, message.attempts) == (MessageState.READY, 0)
