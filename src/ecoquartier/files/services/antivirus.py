"""Asks ClamAV about a file, when the operator runs one: no answer is a refusal."""

from __future__ import annotations

import logging
import socket
import struct
from urllib.parse import urlsplit

from django.conf import settings

SECONDS = 30
CHUNK = 1024 * 1024

logger = logging.getLogger(__name__)


class Unanswered(Exception):
    """ClamAV could not be asked, or did not say that the file is clean nor that it is not."""


def is_infected(data: bytes) -> bool:
    """Whether ClamAV knows a malicious program in these bytes; False when the platform has no ClamAV.

    Raises:
        Unanswered: it cannot be reached, or answered something else.
    """
    if not settings.CLAMD_URL:
        return False
    try:
        with _connection() as connection:
            connection.sendall(b"zINSTREAM\0")
            for start in range(0, len(data), CHUNK):
                part = data[start : start + CHUNK]
                connection.sendall(struct.pack("!L", len(part)) + part)
            connection.sendall(struct.pack("!L", 0))
            answer = _read(connection)
    except OSError as error:
        logger.error("ClamAV does not answer: %s", error)
        raise Unanswered from error
    if answer.endswith(b"FOUND"):
        logger.warning("ClamAV refused a file: %s", answer.decode(errors="replace"))
        return True
    if answer != b"stream: OK":
        logger.error("ClamAV answered: %s", answer.decode(errors="replace"))
        raise Unanswered
    return False


def _connection() -> socket.socket:
    address = urlsplit(settings.CLAMD_URL)
    if address.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(SECONDS)
        try:
            connection.connect(address.path)
        except OSError:
            connection.close()
            raise
        return connection
    return socket.create_connection((address.hostname, address.port or 3310), timeout=SECONDS)


def _read(connection: socket.socket) -> bytes:
    answer = b""
    while not answer.endswith(b"\0") and (part := connection.recv(4096)):
        answer += part
    return answer.rstrip(b"\0\n")
