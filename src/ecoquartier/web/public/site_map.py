"""The site map: public addresses; dates are those of published facts only (rule 15)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.timezone import localdate

from ecoquartier.campaigns.queries import current_campaign, current_framework
from ecoquartier.directory import queries as directory
from ecoquartier.framework.queries import public_versions
from ecoquartier.web.public.machines import Machine, in_packets
from ecoquartier.web.shared.etag import page_etag

# The protocol of site maps allows 50,000 addresses in a file.
MOST_ADDRESSES = 45_000
ROWS_AT_ONCE = 500
PAGES = (
    "home",
    "approach",
    "calendar",
    "directory",
    "framework",
    "verify",
    "territories",
    "contact",
    "site-plan",
    "help",
    "accessibility",
    "legal",
    "privacy",
)
Address = tuple[str, datetime | None]
"""A path, and when what it shows last changed, if that is known."""


class SiteMapFile(Machine):
    """A file of the site map, sent as it is read; whoever has it already is told so before it is made.

    Args:
        tag: what the file is made of, in the words of the protocol.
    """

    tag = "url"

    def get_version(self) -> object:
        """All that the file is made of."""
        raise NotImplementedError

    def get_addresses(self) -> Iterable[Address]:
        """What it lists."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The file, or that it has not changed."""
        etag = page_etag(request, self.get_version())
        response = get_conditional_response(request, etag=etag)
        if response is None:
            response = StreamingHttpResponse(in_packets(map(str.encode, self.pieces())), content_type="application/xml")
        response["ETag"] = etag
        patch_cache_control(response, public=True, no_cache=True)
        return response

    def pieces(self) -> Iterator[str]:
        """The file, address by address."""
        root = {"url": "urlset", "sitemap": "sitemapindex"}[self.tag]
        yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        for path, changed in self.get_addresses():
            day = f"<lastmod>{localdate(changed).isoformat()}</lastmod>" if changed else ""
            yield f"<{self.tag}><loc>{escape(settings.BASE_URL + path)}</loc>{day}</{self.tag}>\n"
        yield f"</{root}>\n"


class SiteMap(SiteMapFile):
    """`/sitemap.xml`: the files of the site map."""

    tag = "sitemap"

    def get_version(self) -> object:
        self.count = directory.public_rows().count()
        return self.count

    def get_addresses(self) -> Iterable[Address]:
        yield reverse("public:sitemap-pages"), None
        for number, _start in enumerate(range(0, self.count, MOST_ADDRESSES), start=1):
            yield reverse("public:sitemap-operations", args=[number]), None


class SiteMapPages(SiteMapFile):
    """`/sitemap-pages.xml`: the pages of the site, the framework and the stages."""

    def get_version(self) -> object:
        self.paths = [reverse(f"public:{name}") for name in PAGES]
        campaign, versions = current_campaign(), list(public_versions())
        stages = campaign.scheme.stages.all() if campaign else []
        self.paths += [reverse("public:stage", args=[stage.rank]) for stage in stages]
        if len(versions) > 1:
            self.paths.append(reverse("public:framework-comparison"))
        for name in ("framework-version", "framework-indicators"):
            self.paths += [reverse(f"public:{name}", args=[version.pk]) for version in versions]
        framework = current_framework()
        numbers = framework.commitments.values_list("number", flat=True) if framework else []
        self.paths += [reverse("public:commitment", args=[framework.pk, number]) for number in numbers]
        return self.paths

    def get_addresses(self) -> Iterable[Address]:
        return ((path, None) for path in self.paths)


class SiteMapOperations(SiteMapFile):
    """`/sitemap-<number>.xml`: the sheets, as many as a file may list; 404 beyond the last of them."""

    def get_version(self) -> object:
        start = (self.kwargs["number"] - 1) * MOST_ADDRESSES
        if not 0 <= start < directory.public_rows().count():
            raise Http404
        self.rows = directory.public_rows().order_by("pk")[start : start + MOST_ADDRESSES]
        return directory.version()

    def get_addresses(self) -> Iterable[Address]:
        rows = self.rows.values_list("slug", "updated_at").iterator(chunk_size=ROWS_AT_ONCE)
        return ((reverse("public:operation", args=[slug]), changed) for slug, changed in rows)
