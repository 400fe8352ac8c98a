"""What `manage.py dev` refuses, and how it looks after its processes; the whole start is a journey of `tests/e2e`."""

import fcntl
import http.server
import io
import os
import pty
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from urllib.request import Request

import pytest
from django.core.management import CommandError

from ecoquartier.ops.management.commands import dev


@pytest.fixture
def command(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.BIND = "127.0.0.1"
    return dev.Command()


def test_second_start_says_where_the_first_is(command, tmp_path):
    with (tmp_path / "dev.lock").open("w") as other:
        other.write(f"{os.getpid()} http://localhost:8003/")
        other.flush()
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(CommandError, match="tourne déjà sur http://localhost:8003/ "), command._alone("x"):
            pass


def test_start_after_a_killed_one_is_free(command, tmp_path):
    (tmp_path / "dev.lock").write_text("1 http://localhost:8003/ and more")
    with command._alone("http://localhost:8000/"):
        assert (tmp_path / "dev.lock").read_text() == f"{os.getpid()} http://localhost:8000/"


def test_start_after_a_killed_one_waits_for_its_children(command, tmp_path):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    with (tmp_path / "dev.lock").open("w") as lock:
        lock.write(f"{ended.pid} http://localhost:8003/")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        child = dev._child(["-c", "import time; time.sleep(0.5)"], lock)
    with command._alone("http://localhost:8000/"):
        assert child.wait(1) == 0


@pytest.mark.parametrize(
    ("bind", "asked"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("192.0.2.7", "192.0.2.7")],
)
def test_the_answer_is_asked_by_number_under_the_public_name(command, settings, bind, asked):
    settings.BIND, settings.PORT, settings.BASE_URL = bind, 8003, "https://label.example.fr"
    request = command._own_answer()
    assert request.full_url == f"http://{asked}:8003/healthz"
    assert request.get_header("Host") == "label.example.fr"


def test_port_in_use_is_refused(command, settings):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        settings.PORT = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"port {settings.PORT} .*PORT={settings.PORT + 1}"):
            command._check_port()


def test_address_of_another_machine_is_refused(command, settings):
    settings.BIND, settings.PORT = "192.0.2.1", 8003
    with pytest.raises(CommandError, match="192.0.2.1.*pas celle de cette machine.*BIND=127.0.0.1"):
        command._check_port()


def test_end_of_the_terminal_is_an_end(command):
    terminal, ours = pty.openpty()
    kept = os.dup(2)
    os.dup2(ours, 2)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], stderr=subprocess.DEVNULL)
    try:
        threading.Timer(0.3, os.close, [terminal]).start()
        with pytest.raises(KeyboardInterrupt):
            dev._wait_for_an_end({"Le site": child}, dev._terminals())
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(ours)
        child.kill()
        child.wait()


def test_child_that_ends_before_answering_is_an_error():
    with tempfile.TemporaryFile("w") as lock:
        child = dev._child(["-c", "pass"], lock)
    child.wait()
    with pytest.raises(CommandError, match="n’a pas pu démarrer"):
        dev._wait_for_answer(Request("http://127.0.0.1:9/"), {"Le travailleur": child})


@pytest.fixture
def site():
    """Start a server that gives one answer, of this status; returns how to ask it."""
    servers = []

    def site(status):
        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(status)
                self.end_headers()

            def log_message(self, *args):
                """Stay quiet."""

        server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
        servers.append(server)
        threading.Thread(target=server.handle_request).start()
        return Request(f"http://127.0.0.1:{server.server_port}/")

    yield site
    for server in servers:
        server.server_close()


@pytest.mark.loopback
def test_wait_ends_with_the_first_answer(site):
    dev._wait_for_answer(site(200), {})


@pytest.mark.loopback
def test_wait_ends_with_an_error_that_waiting_would_not_repair(site):
    with pytest.raises(CommandError, match="répond «\u00a0500\u00a0»"):
        dev._wait_for_answer(site(500), {})


def test_stop_insists_on_a_child_that_will_not_end(monkeypatch):
    monkeypatch.setattr(dev, "STOP_WITHIN", 0.2)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    child = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE, start_new_session=True)
    child.stdout.readline()
    handler = signal.getsignal(signal.SIGTERM)
    dev._stop([child])
    assert child.returncode == -signal.SIGKILL
    assert signal.getsignal(signal.SIGTERM) is handler
    child.stdout.close()


@pytest.fixture
def demonstration(command, settings):
    """A demonstration that only this machine sees, whose next port is free."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        settings.PORT = other.getsockname()[1] - 1
    settings.DEMO, settings.BASE_URL = True, f"http://localhost:{settings.PORT}"
    return command


def test_a_demonstration_has_its_identity_provider(demonstration, settings):
    found = demonstration._provider()
    assert found["OIDC_ISSUER"] == f"http://localhost:{settings.PORT + 1}/"
    assert len(found["OIDC_CLIENT_SECRET"]) >= 32
    assert found["OIDC_CLIENT_SECRET"] != demonstration._provider()["OIDC_CLIENT_SECRET"]


def test_the_children_know_the_provider():
    with tempfile.TemporaryFile("w") as lock:
        ours = "import os, sys; sys.exit(os.environ['OIDC_LABEL'] != 'essai')"
        child = dev._child(["-c", ours], lock, {"OIDC_LABEL": "essai"})
    assert child.wait() == 0


@pytest.mark.parametrize(
    "other",
    [
        {"DEMO": False},
        {"BIND": "0.0.0.0"},
        {"BASE_URL": "https://label.example.fr"},
        {"OIDC_ISSUER": "https://idp.example/"},
    ],
    ids=str,
)
def test_nobody_else_sees_an_invented_provider(demonstration, settings, other):
    for name, value in other.items():
        setattr(settings, name, value)
    assert demonstration._provider() == {}


def test_a_taken_port_is_said_and_the_start_goes_on(demonstration, settings):
    demonstration.stdout = said = io.StringIO()
    with socket.socket() as other:
        other.bind(("127.0.0.1", settings.PORT + 1))
        other.listen()
        assert demonstration._provider() == {}
    expected = f"Le port {settings.PORT + 1} est pris\u00a0: sans fournisseur d’identité de démonstration."
    assert said.getvalue() == expected
    settings.PORT = 65535
    assert demonstration._provider() == {}
