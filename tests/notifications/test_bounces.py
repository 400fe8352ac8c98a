"""What mail servers send back names the message that did not arrive, and puts its address in doubt."""

from io import StringIO
from mailbox import Maildir, mbox

import pytest
from django.core.management import CommandError, call_command

from ecoquartier.notifications.domain.bounces import Return, read_return
from ecoquartier.notifications.enums import MessageState
from ecoquartier.notifications.models import Bounce, Message
from ecoquartier.notifications.services import send_ready

REPORT = """\
From: MAILER-DAEMON@mx.example.org
To: ne-pas-repondre@testserver
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain; charset=utf-8

Your message could not be delivered.

--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; x@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 No such user

--cut
Content-Type: {headers}

Message-ID: <{message_id}@testserver>
Subject: Les Rives

--cut--
"""


def report(message_id, status="5.1.1", *, action="failed", headers="text/rfc822-headers"):
    """A delivery report (RFC 3464) about one message."""
    return REPORT.format(message_id=message_id, status=status, action=action, headers=headers).encode()


ID = "7f9c24e5-2f0b-4d3c-9a51-0c7d6f1e8b22"


@pytest.mark.parametrize("headers", ["text/rfc822-headers", "message/rfc822"])
def test_a_failure_names_its_message(headers):
    found = read_return(report(ID, headers=headers))
    assert isinstance(found, Return)
    assert (str(found.message_id), found.reason) == (ID, "smtp; 550 5.1.1 No such user")


@pytest.mark.parametrize(
    "raw",
    [
        report(ID, "4.4.7", action="delayed"),
        report("somebody-else"),
        report("-" * 36),
        b"Subject: Absent\n\nJe suis en cong\xe9s. Message-ID: <" + ID.encode() + b"@testserver> Status: 5.1.1",
        b"",
        b"\xff\xfe\x00",
    ],
    ids=["delay", "other", "odd id", "answer", "empty", "binary"],
)
def test_anything_else_is_left_alone(raw):
    assert read_return(raw) is None


@pytest.mark.parametrize("kind", ["maildir", "mbox"])
def test_a_box_is_read_once_or_twice_with_the_same_result(message, tmp_path, kind):
    send_ready()
    path = tmp_path / "returns"
    box = Maildir(path) if kind == "maildir" else mbox(path)
    for raw in (report(message.pk), report(ID), b"Subject: Bonjour\n\nRien."):
        box.add(raw)
    box.close()
    said = []
    for _n in range(2):
        out = StringIO()
        call_command("read_bounces", str(path), stdout=out)
        said.append(out.getvalue().strip())
    assert said == [
        "Courriels lus\u00a0: 3\u00a0; retours notés\u00a0: 1.",
        "Courriels lus\u00a0: 3\u00a0; retours notés\u00a0: 0.",
    ]
    message.refresh_from_db()
    assert (message.state, message.error) == (MessageState.FAILED, "smtp; 550 5.1.1 No such user")
    bounce = Bounce.objects.get()
    assert (bounce.user_id, bounce.is_refusal) == (message.recipient_id, False)


def test_a_message_that_has_not_left_cannot_come_back(message, tmp_path):
    path = tmp_path / "returns"
    box = mbox(path)
    box.add(report(message.pk))
    box.close()
    call_command("read_bounces", str(path), stdout=StringIO())
    assert Message.objects.get().state == MessageState.READY


def test_a_path_that_is_not_a_box(tmp_path):
    with pytest.raises(CommandError, match="n’existe pas"):
        call_command("read_bounces", str(tmp_path / "nothing"))
    with pytest.raises(CommandError, match="pas une boîte Maildir"):
        call_command("read_bounces", str(tmp_path))
