"""Reading what mail servers send back: a delivery report (RFC 3464) that names the message that did not arrive."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from uuid import UUID

_OURS = re.compile(r"Message-ID:\s*<([0-9a-f-]{36})@", re.IGNORECASE)


@dataclass(frozen=True)
class Return:
    """A message that came back for good: its id, and what the server said."""

    message_id: UUID
    reason: str


def read_return(raw: bytes) -> Return | None:
    """The permanent failure that this e-mail reports about one of our messages; None when it reports none.

    A delay (status 4) is not a failure, and the text of a report is never trusted: only its fields are read.
    """
    report = message_from_bytes(raw, policy=policy.default)
    if not isinstance(report, EmailMessage) or report.get_content_type() != "multipart/report":
        return None
    reason, found = "", None
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status":
            reason = reason or _failure(part)
        elif part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            found = found or _OURS.search(part.as_string())
    try:
        return Return(UUID(found[1]), reason) if found and reason else None
    except ValueError:
        return None


def _failure(part: Message) -> str:
    for fields in part.get_payload():
        if isinstance(fields, Message) and str(fields.get("Status", "")).strip().startswith("5"):
            return " ".join(str(fields.get("Diagnostic-Code") or fields["Status"]).split())[:300]
    return ""
