"""Each request has a name, and one line in the log."""

import logging
import re

import pytest
from django.contrib.auth.decorators import login_not_required
from django.test import Client
from django.urls import path

from ecoquartier.config.urls import urlpatterns as site
from ecoquartier.core.logs import TextFormatter, current_trace
from ecoquartier.web.shared import errors

OURS = "203.0.113.7"


@login_not_required
def fail(request):
    raise RuntimeError("no answer from postgresql://label:s3cret@db/label")


@login_not_required
def name(request, secret):
    logging.getLogger("tests").info("working")
    return errors.bare_error_page(400)


urlpatterns = [path("fail/", fail), path("lien/<str:secret>/", name), *site]
handler500 = errors.server_error


@pytest.fixture(autouse=True)
def _own_pages(settings):
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def lines(caplog):
    """Every line of the log, as it is written."""
    caplog.handler.setFormatter(TextFormatter())
    caplog.set_level(logging.INFO)
    return lambda: caplog.text.splitlines()


def test_lines_and_answer_of_a_request_carry_its_name(client, lines):
    response = client.get("/lien/q9c8v7b6n5/?code=secret")
    given = response.headers["X-Request-Id"]
    assert re.fullmatch(r"[0-9a-f]{16}", given)
    working, access = (line for line in lines() if f"[{given}]" in line)
    assert "tests: working" in working
    assert re.fullmatch(rf".* INFO \[{given}\] ecoquartier.requests: GET /lien/\*\*\*/ 400 \d+ ms", access)
    assert current_trace() == ""
    assert client.get("/lien/q9c8v7b6n5/").headers["X-Request-Id"] != given


def test_page_of_a_failure_says_the_name_under_which_it_is_logged(lines):
    response = Client(raise_request_exception=False).get("/fail/")
    given = response.headers["X-Request-Id"]
    assert response.status_code == 500
    assert f"<code>{given}</code>" in response.content.decode()
    text = "\n".join(lines())
    assert f"ERROR [{given}] django.request: Internal Server Error: /fail/" in text
    assert "RuntimeError: no answer from postgresql://label:***@db/label" in text
    assert text.count(f"[{given}]") == 2


@pytest.mark.parametrize(
    ("proxies", "header", "is_kept"),
    [
        ([OURS], "edge-0123456789", True),
        (["203.0.113.0/24"], "edge-0123456789", True),
        ([], "edge-0123456789", False),
        (["192.0.2.1"], "edge-0123456789", False),
        ([OURS], "short", False),
        ([OURS], "x" * 65, False),
        ([OURS], "two words\tand a tab", False),
    ],
)
def test_only_a_trusted_proxy_names_a_request(client, settings, proxies, header, is_kept):
    settings.TRUSTED_PROXIES = proxies
    response = client.get("/healthz", headers={"X-Request-Id": header}, REMOTE_ADDR=OURS)
    assert (response.headers["X-Request-Id"] == header) is is_kept


def test_probes_are_quiet_and_an_unknown_page_has_its_line_only(client, lines):
    client.get("/healthz")
    client.get("/nowhere/%0AERROR forged/", headers={"User-Agent": "curl"})
    found = [line for line in lines() if "tests: working" not in line]
    assert [line.partition(": ")[2].rpartition(" ")[0].rpartition(" ")[0] for line in found] == [
        "GET /nowhere/%0AERROR%20forged/ 404"
    ]
