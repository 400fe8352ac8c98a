"""The label of an operation on other sites: a small page to put in a frame, and its oEmbed description."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import Resolver404, resolve
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_exempt

from ecoquartier.directory import queries as directory
from ecoquartier.directory.models import DirectoryRow
from ecoquartier.web.public.directory import steps
from ecoquartier.web.public.elsewhere import HEIGHT, WIDTH, frame_of, sheet_address
from ecoquartier.web.public.machines import Machine
from ecoquartier.web.public.mergers import FollowsMergers
from ecoquartier.web.public.stages import kind_of
from ecoquartier.web.shared.page import Page
from ecoquartier.web.shared.views import DetailPage

FRESH_SECONDS = 3600


@method_decorator(xframe_options_exempt, name="dispatch")
@method_decorator(csp_replace({"frame-ancestors": ["*"]}), name="dispatch")
class Widget(FollowsMergers, DetailPage):
    """`/widget/<slug>/`: what the operation holds, with its year, for a frame. It sets no cookie and runs no script.

    Where nothing is public, the frame of the other site says so; the same words whatever the reason.
    """

    public = True
    template_name = "public/widget.html"
    scope = directory.public_rows
    context_object_name = "row"
    description = gettext_lazy("L’étape du label ÉcoQuartier d’une opération, à afficher sur un autre site.")

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The label; 404 in a page that may be in the same frame."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            context = {"page": Page(title=_("Cette opération n’est pas à l’annuaire")), "base": settings.BASE_URL}
            return TemplateResponse(request, "public/widget_gone.html", context, status=404)

    def get_data_version(self) -> object:
        return directory.version()

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        row = self.object
        return super().get_context_data(total=steps(), address=sheet_address(row), kind=kind_of(row).words, **kwargs)


class OEmbed(Machine):
    """`/oembed?url=`: the frame of a sheet (oEmbed 1.0), for editors that turn an address into what it shows."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The description, in JSON; 404 for what is not a public sheet of this site."""
        if request.GET.get("format") not in (None, "", "json"):
            return HttpResponse(
                _("Seul le format JSON est proposé."), status=501, content_type="text/plain; charset=utf-8"
            )
        row = row_at(request.GET.get("url", ""))
        if row is None:
            raise Http404
        width, height = (_within(request.GET.get(name, ""), most) for name, most in SIDES)
        said = {
            "version": "1.0",
            "type": "rich",
            "title": row.name,
            "provider_name": "ÉcoQuartier",
            "provider_url": settings.BASE_URL,
            "cache_age": FRESH_SECONDS,
            "width": width,
            "height": height,
            "html": frame_of(row, width, height),
        }
        headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": f"public, max-age={FRESH_SECONDS}"}
        return JsonResponse(said, headers=headers)


SIDES = (("maxwidth", WIDTH), ("maxheight", HEIGHT))


def row_at(address: str) -> DirectoryRow | None:
    """The public operation whose sheet or widget is at this address of ours, or was before a merger."""
    try:
        found, ours = urlsplit(address), urlsplit(settings.BASE_URL)
        if (found.scheme, found.netloc) != (ours.scheme, ours.netloc):
            return None
        match = resolve(found.path)
    except (ValueError, Resolver404):
        return None
    if match.view_name not in ("public:operation", "public:widget"):
        return None
    slug, rows = match.kwargs["slug"], directory.public_rows()
    return rows.filter(slug=slug).first() or rows.filter(slug=directory.moved_to(slug)).first()


def _within(asked: str, most: int) -> int:
    """A side that the other site allows, never larger than ours: the frame scrolls when it is small."""
    return min(int(asked), most) if asked.isascii() and asked.isdecimal() else most
