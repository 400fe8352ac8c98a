"""The lines of the technical log: readable by people or by machines, each naming its request or its job.

They say what the platform did, never who did it (the journal does, and is kept otherwise): no person, no address of a
visitor. What would open a door is masked wherever it appears, in the text of an exception too.
"""

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Final

_NAMES: Final = r"pass(?:word|wd|phrase)|secret|token|session_?id|api_?key|signature"
_MASKS: Final = (
    # Signing links, personal calendars, surveys and invitations carry their secret in the path.
    (re.compile(r"(/(?:lien|calendrier|enquete|invitation)/)[^/\s?\"'<>]+"), r"\1***"),
    # postgresql://account:password@server, smtp://…
    (re.compile(r"((?<![a-z0-9+.-])[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s/@]+(?=@)", re.IGNORECASE), r"\1***"),
    (re.compile(r"([?&](?:code|key|state)=)[^&\s\"'<>#]+", re.IGNORECASE), r"\1***"),
    # name='value', 'name': 'value' of a dictionary: up to the closing quote, since a passphrase has spaces.
    (re.compile(rf"((?:{_NAMES})\w*(?:=|[\"']:\s*)([\"']))(?:\\.|(?!\2).)+", re.IGNORECASE), r"\1***"),
    # name=value of a query or of a connection.
    (re.compile(rf"((?:{_NAMES})\w*(?:=|[\"']:\s*))[^\s&\"',;)}}<>#]+", re.IGNORECASE), r"\1***"),
    (re.compile(r"(\bBearer\s+)[^\s\"',;]{8,}", re.IGNORECASE), r"\1***"),
    # Whom a message went to is in the database; a log needs at most the server that refused it.
    (re.compile(r"(?<![\w.+-])[\w.+-]+(?=@[\w-]+(?:\.[\w-]+)+)"), "***"),
)
# What a visitor writes in an address may not begin a line of its own, nor move the cursor of a terminal.
_CONTROLS: Final = {point: f"\\x{point:02x}" for point in (*range(0x20), *range(0x7F, 0xA0)) if point != 0x09}

_trace: ContextVar[str] = ContextVar("trace", default="")


@contextmanager
def traced(name: str) -> Iterator[None]:
    """Write `name` (of a request, of a job) in every line logged inside the block."""
    token = _trace.set(name)
    try:
        yield
    finally:
        _trace.reset(token)


def current_trace() -> str:
    """The name of the request or of the job at hand; empty outside of any."""
    return _trace.get()


def masked(line: str) -> str:
    """Hide what would open a door: secrets of addresses, passwords, tokens, e-mail addresses."""
    for pattern, shown in _MASKS:
        line = pattern.sub(shown, line)
    return line


class TextFormatter(logging.Formatter):
    """`12:04:31 WARNING [3f9a…] module: message`, for a terminal."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname}{trace} {name}: {message}", datefmt="%H:%M:%S", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:
        name = trace_of(record)
        record.trace = f" [{name}]" if name else ""
        return super().formatMessage(record).translate(_CONTROLS)

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


class JsonFormatter(logging.Formatter):
    """One JSON object a line, for a collector."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "trace": trace_of(record),
            "message": masked(record.getMessage()),
        }
        if record.exc_info:
            entry["exception"] = masked(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False)


def trace_of(record: logging.LogRecord) -> str:
    """The request or the job of a line; the queue names its job on the record, outside of the job itself."""
    job = getattr(record, "job", None)
    return current_trace() or (f"job-{job['id']}" if isinstance(job, dict) and "id" in job else "")
