"""A version of the référentiel to take away: a guide to print, a workbook, a text."""

from typing import ClassVar

from csp.decorators import csp_exempt
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.generic.base import View

from ecoquartier.core.canonical import sha256_hex
from ecoquartier.framework.queries import public_versions
from ecoquartier.framework.services.files import file_of
from ecoquartier.web.shared.etag import code_version
from ecoquartier.web.shared.views.access import AccessMixin, ObjectMixin

# A published version never changes, but it may be retired, and a new release may draw it otherwise.
FRESH_SECONDS = 3600


class FrameworkFile(ObjectMixin, AccessMixin, View):
    """`/referentiel/<code>/referentiel.yaml` or `.ods`: the file that an import takes."""

    public = True
    http_method_names: ClassVar = ["get", "head", "options"]
    scope = public_versions
    lookup = "code"
    format = "yaml"
    types: ClassVar = {
        "yaml": "application/yaml; charset=utf-8",
        "ods": "application/vnd.oasis.opendocument.spreadsheet",
        "pdf": "application/pdf",
    }
    disposition = "attachment"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The file; whoever has it already is told so before it is made."""
        etag = self.get_etag()
        response = get_conditional_response(request, etag=etag)
        if response is None:
            name = f"referentiel-ecoquartier-{self.object.code}.{self.format}"
            response = HttpResponse(file_of(self.object, name), content_type=self.types[self.format])
            response["Content-Disposition"] = f'{self.disposition}; filename="{name}"'
        if response.status_code in (200, 304):
            response["ETag"] = etag
            patch_cache_control(response, public=True, max_age=FRESH_SECONDS)
        return response

    def get_etag(self) -> str:
        """What the file depends on; weak, as libraries that write it may put the hour in."""
        version = self.object
        parts = (self.format, version.code, version.published_at, version.retired_at, code_version("core", "framework"))
        return f'W/"{sha256_hex(repr(parts).encode())[:32]}"'


class FrameworkDocument(FrameworkFile):
    """`/referentiel/<code>/referentiel.pdf`: the design guide."""

    format = "pdf"
    disposition = "inline"

    # Browsers show a PDF with a plug-in, which our `object-src 'none'` forbids; nothing in it can run.
    @csp_exempt()
    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The document, to read on screen or to print."""
        return super().get(request, *args, **kwargs)
