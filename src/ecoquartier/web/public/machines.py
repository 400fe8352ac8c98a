"""What machines read: the issuer's keys, the site map, whether the service is alive and ready."""

from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.generic.base import View

from ecoquartier.awards.domain.credential import did_document
from ecoquartier.campaigns.queries import current_campaign, current_framework
from ecoquartier.core.keys import signing_keys
from ecoquartier.directory import queries as directory
from ecoquartier.web.shared.views import AccessMixin

# The protocol of site maps allows 50,000 addresses in a file.
MOST_ADDRESSES = 45_000
PAGES = ("home", "approach", "directory", "framework", "verify", "help", "accessibility", "legal", "privacy")


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


class Health(Machine):
    """`/healthz`: this process answers; nothing else is asked."""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """One word."""
        return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


class Readiness(Machine):
    """`/readyz`: the database answers and has every table that this code expects."""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """200, or 503 with what is missing."""
        found = readiness()
        is_ready = all(state == "ok" for state in found.values())
        return JsonResponse(found, status=200 if is_ready else 503, headers={"Cache-Control": "no-store"})


def readiness() -> dict[str, str]:
    """What the service needs, each `ok` or a word that says why not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return {"database": "away", "migrations": "unknown"}
    return {"database": "ok", "migrations": "ok" if _is_migrated() else "missing"}


# Aliases of databases known to be up to date: once true, true for the life of the process, whose code does not change.
_migrated: set[str] = set()


def _is_migrated() -> bool:
    """Whether no migration waits."""
    if connection.alias not in _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _migrated.add(connection.alias)
    return True
