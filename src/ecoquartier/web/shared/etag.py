"""The version of what surrounds the data on a page: templates, theme, day. Part of every ETag."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import quote_etag

from ecoquartier.core import clock
from ecoquartier.web.shared.responses import is_htmx

PACKAGE = Path(__file__).resolve().parents[2]
SOURCES = {".html", ".css", ".js", ".svg", ".py", ".typ", ".yaml"}


@cache
def code_version(*rooms: str) -> str:
    """Digest of our code, templates and static files in these packages; computed once per process."""
    digest = hashlib.sha256()
    for path in sorted(path for room in rooms for path in (PACKAGE / room).rglob("*")):
        if path.suffix in SOURCES and path.is_file():
            digest.update(path.relative_to(PACKAGE).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def page_etag(request: HttpRequest, data_version: object) -> str:
    """ETag of a public page: (data version, template version, address, day, fragment or page, demonstration)."""
    parts = (
        data_version,
        code_version("web"),
        request.get_full_path(),
        clock.today().isoformat(),
        is_htmx(request),
        settings.DEMO,
    )
    return quote_etag(hashlib.sha256(repr(parts).encode()).hexdigest()[:32])
