"""The lines of the technical log."""

import json
import logging
import os
import subprocess
import sys

import pytest
from django.conf import settings

from ecoquartier.core import logs
from ecoquartier.core.logs import JsonFormatter, TextFormatter, masked

both = pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()], ids=["text", "json"])


def record(message, *arguments, error=None, **extra):
    exc_info = (type(error), error, None) if error else None
    made = logging.LogRecord("web", logging.WARNING, __file__, 1, message, arguments, exc_info)
    made.__dict__.update(extra)
    return made


@pytest.mark.parametrize("path", ["/lien/q9c8v7b6n5/", "/compte/calendrier/q9c8v7b6n5.ics", "/enquete/q9c8v7b6n5?x=1"])
@both
def test_secret_of_an_address_is_masked(path, formatter):
    line = formatter.format(record("GET %s", path))
    assert "GET /" in line
    assert "q9c8v7b6n5" not in line


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("postgresql://label:s3cret@db.example:5432/x", "postgresql://label:***@db.example:5432/x"),
        ("smtp://compte:mot%20de@mail", "smtp://compte:***@mail"),
        ("/?a=1&code=abc&token=def&x=2", "/?a=1&code=***&token=***&x=2"),
        ("?key=abc#top", "?key=***#top"),
        ("connection host=db password=s3cret user=label", "connection host=db password=*** user=label"),
        ("{'password': 'a', 'csrf_token': \"b\", 'n': 1}", "{'password': '***', 'csrf_token': \"***\", 'n': 1}"),
        ("GET /lien/a1b2/ 404", "GET /lien/***/ 404"),
        ("passphrase='quatre blocs', n=1", "passphrase='***', n=1"),
        ('{"passphrase": "l\'été, \\" et l’hiver"}', '{"passphrase": "***"}'),
        ("Authorization: Bearer eq_0123456789", "Authorization: Bearer ***"),
        ("Key (email)=(camille.maire@laval.fr) exists", "Key (email)=(***@laval.fr) exists"),
        (
            "CSRF token missing. code 403, clé 12, /verifier/AB-12/",
            "CSRF token missing. code 403, clé 12, /verifier/AB-12/",
        ),
    ],
)
def test_what_opens_a_door_is_masked_and_the_rest_stays(line, shown):
    assert masked(line) == shown
    assert masked(shown) == shown


@both
def test_text_of_an_exception_is_masked_too(formatter):
    line = formatter.format(record("failed", error=ValueError('no answer from "smtp://a:s3cret@mail" to b@c.fr')))
    assert "ValueError" in line
    assert "s3cret" not in line
    assert "b@c.fr" not in line


def test_long_line_is_masked_quickly():
    assert len(masked("a." * 200_000)) == 400_000


def test_text_is_one_readable_line():
    assert TextFormatter().format(record("Not Found: %s", "/x/")).endswith(" WARNING web: Not Found: /x/")


def test_json_is_one_object_a_line():
    entry = json.loads(JsonFormatter().format(record("Échec %s", "x", error=ValueError("why"))))
    assert entry.pop("time").endswith("+00:00")
    assert entry == {
        "level": "WARNING",
        "logger": "web",
        "trace": "",
        "message": "Échec x",
        "exception": "ValueError: why",
    }


def test_json_stays_json_whatever_is_masked():
    entry = json.loads(JsonFormatter().format(record('GET /lien/%s "x"', 'abcdefgh\\"\n')))
    assert entry["message"].startswith("GET /lien/***")


def test_visitor_cannot_write_a_line_of_the_log():
    line = TextFormatter().format(record("path %s", "/a\n12:00:00 ERROR forged\x1b[2J"))
    assert line.endswith("path /a\\x0a12:00:00 ERROR forged\\x1b[2J")


@both
def test_lines_carry_the_name_of_what_is_at_hand(formatter):
    with logs.traced("3f9a77"):
        inside = formatter.format(record("one"))
    assert "3f9a77" in inside
    assert "3f9a77" not in formatter.format(record("two"))


@both
def test_line_of_the_queue_names_its_job(formatter):
    assert "job-41" in formatter.format(record("Job ended", job={"id": 41, "task_name": "send"}))


LIKE_A_WEB_PROCESS = """
import logging, django, gunicorn.config, gunicorn.glogging
gunicorn_log = gunicorn.glogging.Logger(gunicorn.config.Config())
django.setup()
from ecoquartier.core.logs import traced
with traced("3f9a77"):
    gunicorn_log.error("Error handling request %s", "/lien/q9c8v7b6n5/")
    for name in ("procrastinate.worker", "django.request", "ecoquartier.requests"):
        try:
            raise OSError("no postgresql://label:s3cret@db")
        except OSError:
            logging.getLogger(name).exception("Failed")
"""


def test_lines_of_the_machinery_are_written_once_named_and_masked():
    """In a process of its own: gunicorn sets its handlers before our settings are read."""
    environment = {**os.environ, "PYTHONPATH": f"{settings.PACKAGE.parent}:{settings.ROOT}"}
    command = [sys.executable, "-c", LIKE_A_WEB_PROCESS]
    lines = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stderr.splitlines()
    assert [line.partition(" ")[2] for line in lines if "[3f9a77]" in line] == [
        "ERROR [3f9a77] gunicorn.error: Error handling request /lien/***/",
        "ERROR [3f9a77] procrastinate.worker: Failed",
        "ERROR [3f9a77] django.request: Failed",
        "ERROR [3f9a77] ecoquartier.requests: Failed",
    ]
    assert [line for line in lines if line.startswith("OSError")] == ["OSError: no postgresql://label:***@db"] * 3
    assert "Error handling" not in "".join(line for line in lines if "[3f9a77]" not in line)
