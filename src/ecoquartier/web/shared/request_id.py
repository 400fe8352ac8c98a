"""Each request has a name: in its lines of the log, in its answer, and on the page that says that something broke."""

import logging
import re
import secrets
import time
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from ecoquartier.core import logs
from ecoquartier.web.shared.limits import is_trusted_proxy

HEADER = "X-Request-Id"
_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")
# Asked every few seconds by probes, or fetched by the dozen with a page: they would drown the rest.
_QUIET = ("/healthz", "/readyz", settings.STATIC_URL)

logger = logging.getLogger("ecoquartier.requests")


class RequestIdMiddleware:
    """Names the request and writes its line: method, path without its query, status, milliseconds.

    First of all, so that whatever the others answer is named and timed too. The name of a proxy of ours is kept, so
    that one search finds the lines of both. The line names nobody: neither the person nor the address of the browser.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        request.id = _given(request) or secrets.token_hex(8)
        with logs.traced(request.id):
            response = self.get_response(request)
            level = logging.DEBUG if request.path.startswith(_QUIET) else logging.INFO
            elapsed = (time.perf_counter() - began) * 1000
            logger.log(level, "%s %s %d %.0f ms", request.method, quote(request.path), response.status_code, elapsed)
        response[HEADER] = request.id
        return response


def _given(request: HttpRequest) -> str:
    """The name given by a proxy that we trust, if it looks like one."""
    given = request.headers.get(HEADER, "")
    is_kept = _SANE.fullmatch(given) and is_trusted_proxy(request.META.get("REMOTE_ADDR", ""))
    return given if is_kept else ""
