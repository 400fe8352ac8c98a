"""The version of what surrounds the data on a page: templates, theme, day. Part of every ETag."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import quote_etag

from ecoquartier.core import clock
from ecoquartier.web.shared.responses import is_htmx

WEB = Path(__file__).resolve().parent.parent


@cache
def templates_version() -> str:
    """Digest of our code, templates and static files of the web layer; computed once per process."""
    digest = hashlib.sha256()
    for path in sorted(WEB.rglob("*")):
        if path.is_file() and path.suffix in {".html", ".css", ".js", ".svg", ".py"}:
            digest.update(path.relative_to(WEB).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def page_etag(request: HttpRequest, data_version: object) -> str:
    """ETag of a public page: (data version, template version, address, day, fragment or page, demonstration)."""
    parts = (
        data_version,
        templates_version(),
        request.get_full_path(),
        clock.today().isoformat(),
        is_htmx(request),
        settings.DEMO,
    )
    return quote_etag(hashlib.sha256(repr(parts).encode()).hexdigest()[:32])
