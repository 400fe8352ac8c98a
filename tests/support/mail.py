"""A real SMTP server on this machine, that remembers what it received and answers as told."""

import re
import socket
from collections.abc import Callable

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HANG_UP = ""


class MailServer:
    """`with MailServer() as server:` its `port`, the `ids` and `recipients` it saw. An empty answer hangs up."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.recipients: list[str] = []
        self.answer_to_rcpt = self.answer_to_data = "250 OK"
        self.on_data: Callable[[int], None] = lambda received: None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> "MailServer":
        self._controller.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._controller.stop()

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options) -> str:
        """Accept or refuse a recipient."""
        if self.answer_to_rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
            self.recipients.append(address)
        return self._answer(server, self.answer_to_rcpt)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the id of what was received, whatever is answered."""
        found = re.search(rb"^Message-ID: <([^@>]+)@", envelope.content, re.MULTILINE)
        self.ids.append(found[1].decode())
        self.on_data(len(self.ids))
        return self._answer(server, self.answer_to_data)

    def _answer(self, server: SMTP, words: str) -> str:
        if words == HANG_UP:
            server.transport.abort()
            return "421 Gone"
        return words


def sends_to(settings, port: int) -> None:
    """Make the platform send through the server of this machine that listens on `port`."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
