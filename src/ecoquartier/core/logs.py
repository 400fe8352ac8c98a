"""The lines of the technical log: readable by people or by machines, never holding a secret of an address."""

import json
import logging
import re
from datetime import UTC, datetime

# Signing links, personal calendars and surveys carry their secret in the path.
_SECRET_IN_PATH = re.compile(r"(/(?:lien|calendrier|enquete)/)[^/\s?\"']{8,}")


def masked(line: str) -> str:
    """Hide the secret part of the addresses in a line."""
    return _SECRET_IN_PATH.sub(r"\1***", line)


class TextFormatter(logging.Formatter):
    """`12:04:31 WARNING module: message`, for a terminal."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", datefmt="%H:%M:%S", style="{")

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


class JsonFormatter(logging.Formatter):
    """One JSON object a line, for a collector."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return masked(json.dumps(entry, ensure_ascii=False))
