"""Handing a message to the mail server, and understanding what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from email.errors import MessageError
from smtplib import SMTP, SMTPDataError, SMTPException
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend


@dataclass(frozen=True)
class Outcome:
    """What became of a message.

    Args:
        is_sent: the server has it.
        is_unknown: the connection fell after the data had begun to leave: the server may have it.
        is_final: refused for good; otherwise a refusal is for now only.
        is_address: it is the recipient's address that is refused for good.
        is_away: the server does not answer: nothing else can leave now either.
        answer: the server's words.
    """

    is_sent: bool = False
    is_unknown: bool = False
    is_final: bool = False
    is_address: bool = False
    is_away: bool = False
    answer: str = ""


def deliver(connection: BaseEmailBackend, email: EmailMultiAlternatives) -> Outcome:
    """Send one e-mail through an open connection. Only SMTP refuses or leaves a doubt: a file or a screen does not.

    What cannot be written as an e-mail fails alone, before the server hears of it.
    """
    try:
        address = ascii_address(email.to[0])
    except UnicodeError as error:
        return Outcome(is_final=True, is_address=True, answer=_words(error))
    try:
        content: Any = email.message()  # Django's own class: its `as_bytes` knows the ends of lines
        data = content.as_bytes(linesep="\r\n")
    except (ValueError, MessageError) as error:
        return Outcome(is_final=True, answer=_words(error))
    server = getattr(connection, "connection", None)
    if not isinstance(server, SMTP):
        connection.send_messages([email])
        return Outcome(is_sent=True)
    try:
        server.ehlo_or_helo_if_needed()
        refusal = _refusal(*server.mail(email.from_email))
        if refusal is None:
            refusal = _refusal(*server.rcpt(address), is_address=True)
        if refusal is not None:
            server.rset()
            return refusal
    except (SMTPException, OSError) as error:
        # The data has not begun to leave: the server cannot have the message.
        return Outcome(is_away=True, answer=_words(error))
    try:
        code, reply = server.data(data)
    except SMTPDataError as error:
        # The server does not want the data: none was sent.
        return _refusal(error.smtp_code, error.smtp_error) or Outcome(answer=_words(error))
    except (SMTPException, OSError) as error:
        return Outcome(is_unknown=True, answer=_words(error))
    return _refusal(code, reply) or Outcome(is_sent=True)


def ascii_address(address: str) -> str:
    """The address as every mail server takes it: an accented domain in its IDNA form.

    Raises:
        UnicodeError: what is before the @ has an accent, or the domain has no such form.
    """
    local, _at, domain = address.rpartition("@")
    return f"{local.encode('ascii').decode()}@{domain.encode('idna').decode()}"


def _refusal(code: int, reply: bytes | str, *, is_address: bool = False) -> Outcome | None:
    if 200 <= code < 300:
        return None
    text = " ".join((reply.decode(errors="replace") if isinstance(reply, bytes) else str(reply)).split())
    is_final = code >= 500
    return Outcome(
        is_final=is_final, is_address=is_address and is_final, is_away=code == 421, answer=f"{code} {text}"[:300]
    )


def _words(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:300]
