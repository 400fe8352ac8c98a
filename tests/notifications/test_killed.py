"""Real workers, a real mail server, `kill -9` in the middle: nothing lost, as few repeats as workers, doubts shown."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections
from django.db.models import F
from django.db.models.functions import Now

from ecoquartier.notifications.enums import MessageState
from ecoquartier.notifications.models import Message
from ecoquartier.notifications.services import retry, send_ready
from ecoquartier.notifications.services.sending import DOUBTFUL_AFTER
from ecoquartier.notifications.tasks import send_outbox
from tests.support.mail import MailServer, sends_to

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.loopback]

# The full proof is run by hand: KILLED_MESSAGES=500 KILLED_WORKERS=3.
MESSAGES = int(os.environ.get("KILLED_MESSAGES", "30"))
WORKERS = int(os.environ.get("KILLED_WORKERS", "2"))

# The command itself, sent to the database and the mail server of the test.
WORKER = """
import sys, django
from django.conf import settings
from django.core.management import call_command
django.setup()
settings.DATABASES["default"]["NAME"], port = sys.argv[1], int(sys.argv[2])
from ecoquartier.notifications.tasks import send_outbox
from tests.support.mail import sends_to
sends_to(settings, port)
call_command("run_worker")
"""


@pytest.fixture
def ids(world):
    """Messages ready to leave, by id."""
    written = Message.objects.bulk_create(
        Message(key="claim_refused_to_claimant", recipient=world.bureau, context=CONTEXT, **ABOUT(world.bureau))
        for _n in range(MESSAGES)
    )
    return {str(message.pk) for message in written}


CONTEXT = {"operation": "Les Rives", "organisation": "Laval", "reason": "Doublon.", "path": "/espace/"}


def ABOUT(person):
    """What these messages are about: their own reader, whom anyone may see."""
    return {"object_type": "people.user", "object_id": str(person.pk)}


@pytest.fixture
def start_worker() -> Iterator[Callable[[int], subprocess.Popen]]:
    """`start_worker(port)`: `manage.py run_worker` in its own process, and a job for it; none outlives the test."""
    started = []

    def start(port: int) -> subprocess.Popen:
        send_outbox.configure(queueing_lock=str(uuid4())).defer()
        command = [sys.executable, "-c", WORKER, str(connection.settings_dict["NAME"]), str(port)]
        folders = f"{django_settings.ROOT}/src:{django_settings.ROOT}"
        started.append(
            subprocess.Popen(
                command,
                cwd=django_settings.ROOT,
                env={**os.environ, "PYTHONPATH": folders},
                stdout=subprocess.DEVNULL,
            )
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_killed_workers_lose_nothing_and_every_doubt_is_shown(world, ids, settings, start_worker):
    with MailServer() as server:
        sends_to(settings, server.port)
        workers = [start_worker(server.port) for _n in range(WORKERS)]
        # Each is killed while the server holds a message that it has not acknowledged.
        killed_at = [MESSAGES * (n + 1) // (WORKERS + 1) for n in range(WORKERS)]

        def kill(received):
            if workers and received >= killed_at[WORKERS - len(workers)]:
                victim = workers.pop()
                victim.send_signal(signal.SIGKILL)
                victim.wait()

        server.on_data = kill
        deadline = time.monotonic() + 60 + MESSAGES / 5
        while workers and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not workers
        server.on_data = lambda received: None
        # Their successor: the doubts are old enough to be shown, the rest leaves.
        Message.objects.filter(state=MessageState.SENDING).update(claimed_at=Now() - 2 * DOUBTFUL_AFTER)
        while send_ready():
            pass
        in_doubt = {str(pk) for pk in Message.objects.filter(state=MessageState.UNCERTAIN).values_list("pk", flat=True)}
        assert len(in_doubt) <= WORKERS
        assert set(server.ids) | in_doubt == ids
        assert set(Counter(server.ids).values()) == {1}
        # The bureau sends them again: the only repeats, under the same ids.
        for message in Message.objects.filter(state=MessageState.UNCERTAIN):
            retry(message, actor=world.bureau, reason="Relance après la panne.")
        while send_ready():
            pass
        received = Counter(server.ids)
        assert set(received) == ids
        assert received.total() - len(ids) <= WORKERS
        assert set(Message.objects.filter(pk__in=ids).values_list("state", flat=True)) == {MessageState.SENT}


def test_two_senders_at_once_send_each_message_once(ids, settings):
    with MailServer() as server:
        sends_to(settings, server.port)
        start = Barrier(3)

        def send(_n):
            try:
                start.wait(timeout=10)
                return send_ready()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(3) as pool:
            sent = list(pool.map(send, range(3)))
        assert sum(sent) == len(ids)
        assert Counter(server.ids) == Counter(ids)
        assert not Message.objects.filter(pk__in=ids).exclude(attempts=1, state=MessageState.SENT).exists()
        assert not Message.objects.filter(sent_at__lt=F("claimed_at")).exists()
