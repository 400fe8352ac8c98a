"""What machines read: the issuer's keys, the rules for crawlers, the site map."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.generic.base import View

from ecoquartier.awards.domain.credential import did_document
from ecoquartier.campaigns.queries import current_campaign, current_framework
from ecoquartier.core.keys import signing_keys
from ecoquartier.directory import queries as directory
from ecoquartier.framework.queries import public_versions
from ecoquartier.web.shared.views import AccessMixin

# The protocol of site maps allows 50,000 addresses in a file.
MOST_ADDRESSES = 45_000
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


class Machine(AccessMixin, View):
    """An answer that is the same for everybody and has no layout."""

    public = True
    http_method_names = ("get", "head", "options")


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


class SiteMap(Machine):
    """`/sitemap.xml`: public pages; dates are those of published facts only (rule 15)."""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Every address worth finding."""
        addresses: list[dict[str, Any]] = [{"path": reverse(f"public:{name}")} for name in PAGES]
        campaign = current_campaign()
        stages = campaign.scheme.stages.all() if campaign else []
        addresses += [{"path": reverse("public:stage", args=[stage.rank])} for stage in stages]
        versions = list(public_versions())
        for name in ("framework-version", "framework-indicators"):
            addresses += [{"path": reverse(f"public:{name}", args=[version.pk])} for version in versions]
        framework = current_framework()
        if framework:
            addresses += [
                {"path": reverse("public:commitment", args=[framework.pk, number])}
                for number in framework.commitments.values_list("number", flat=True)
            ]
        addresses += [
            {"path": reverse("public:operation", args=[slug]), "changed": updated_at}
            for slug, updated_at in directory.public_rows().values_list("slug", "updated_at")[:MOST_ADDRESSES]
        ]
        context = {"base": settings.BASE_URL, "addresses": addresses}
        return TemplateResponse(request, "public/sitemap.xml", context, content_type="application/xml")
