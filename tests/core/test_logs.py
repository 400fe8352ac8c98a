"""The lines of the technical log."""

import json
import logging

import pytest

from ecoquartier.core.logs import JsonFormatter, TextFormatter


def record(message, *arguments, error=None):
    exc_info = (type(error), error, None) if error else None
    return logging.LogRecord("web", logging.WARNING, __file__, 1, message, arguments, exc_info)


@pytest.mark.parametrize("path", ["/lien/q9c8v7b6n5/", "/compte/calendrier/q9c8v7b6n5.ics", "/enquete/q9c8v7b6n5?x=1"])
@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()])
def test_secret_of_an_address_is_masked(path, formatter):
    line = formatter.format(record("GET %s", path))
    assert "GET /" in line
    assert "q9c8v7b6n5" not in line


def test_text_is_one_readable_line():
    assert TextFormatter().format(record("Not Found: %s", "/x/")).endswith(" WARNING web: Not Found: /x/")


def test_json_is_one_object_a_line():
    entry = json.loads(JsonFormatter().format(record("Échec %s", "x", error=ValueError("why"))))
    assert entry.pop("time").endswith("+00:00")
    assert entry == {"level": "WARNING", "logger": "web", "message": "Échec x", "exception": "ValueError: why"}
