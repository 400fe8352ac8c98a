"""What machines read: the issuer's keys, the rules for crawlers."""

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.generic.base import View

from ecoquartier.awards.domain.credential import did_document
from ecoquartier.core.keys import signing_keys
from ecoquartier.web.shared.views import AccessMixin


class Machine(AccessMixin, View):
    """An answer that is the same for everybody and has no layout."""

    public = True
    http_method_names = ("get", "head", "options")


def in_packets(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces that are worth a packet."""
    waiting, size = [], 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size > 1 << 14:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


class DidDocument(Machine):
    """`/.well-known/did.json`: the public keys by which credentials are verified."""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The document of the DID, for any site to read."""
        return JsonResponse(
            did_document(signing_keys(), settings.BASE_URL),
            content_type="application/did+json",
            headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=3600"},
        )


class Robots(Machine):
    """`/robots.txt`: work pages are nobody's business, and a demonstration is not to be found by chance."""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The rules for crawlers."""
        closed = ["/"] if settings.DEMO else ["/espace/", "/compte/"]
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
        if not settings.DEMO:
            lines.append(f"Sitemap: {settings.BASE_URL}{reverse('public:sitemap')}")
        return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
