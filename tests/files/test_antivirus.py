"""ClamAV asked by its socket: clean, infected, and every way not to answer. No answer is a refusal."""

import socket
import struct
import threading
from contextlib import contextmanager

import pytest

from ecoquartier.files.services import antivirus
from ecoquartier.files.services.antivirus import Unanswered, is_infected

# In two halves, so that no antivirus takes this very file for the thing.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def received(connection: socket.socket) -> bytes:
    """What clamd reads of INSTREAM: the command, then parts after their length, up to an empty one."""
    with connection.makefile("rb") as stream:
        assert stream.read(10) == b"zINSTREAM\0"
        data = b""
        while length := struct.unpack("!L", stream.read(4))[0]:
            data += stream.read(length)
        return data


@contextmanager
def clamd(listener: socket.socket, answer: bytes | None = None):
    """A clamd for one question, that knows EICAR; or that gives this answer."""

    def serve() -> None:
        connection, _address = listener.accept()
        with connection:
            data = received(connection)
            known = b"stream: Eicar-Signature FOUND\0" if EICAR in data else b"stream: OK\0"
            connection.sendall(known if answer is None else answer)

    server = threading.Thread(target=serve)
    server.start()
    yield
    server.join(5)
    listener.close()
    assert not server.is_alive()


@pytest.fixture
def local(tmp_path, settings):
    """A socket in a folder, as on a machine that has its own ClamAV."""
    path = tmp_path / "clamd.ctl"
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    listener.listen()
    settings.CLAMD_URL = f"unix://{path}"
    return listener


@pytest.mark.parametrize(("data", "infected"), [(b"clean", False), (b"before" + EICAR, True), (b"", False)])
def test_a_file_is_clean_or_not(local, data, infected):
    with clamd(local):
        assert is_infected(data) is infected


def test_a_large_file_goes_in_parts(local, monkeypatch):
    monkeypatch.setattr(antivirus, "CHUNK", 7)
    with clamd(local):
        assert is_infected(b"0123456789" + EICAR)


@pytest.mark.loopback
def test_clamav_may_be_on_another_machine(settings):
    listener = socket.create_server(("127.0.0.1", 0))
    settings.CLAMD_URL = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
    with clamd(listener):
        assert is_infected(EICAR)


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: O", b"\0"])
def test_any_other_answer_is_none(local, answer):
    with clamd(local, answer), pytest.raises(Unanswered):
        is_infected(b"clean")


def test_a_socket_without_clamav_is_no_answer(settings, tmp_path):
    settings.CLAMD_URL = f"unix://{tmp_path}/nobody"
    with pytest.raises(Unanswered):
        is_infected(b"clean")


def test_a_platform_without_clamav_asks_nobody(settings):
    settings.CLAMD_URL = ""
    assert not is_infected(EICAR)
