"""The selection of the directory to take away: CSV, ODS, GeoJSON; sent as it is read, whatever its length."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.cache import patch_cache_control

from ecoquartier.core import clock
from ecoquartier.directory import queries as directory
from ecoquartier.web.public.choices import choices
from ecoquartier.web.public.directory_forms import DirectoryFilters
from ecoquartier.web.public.directory_tables import Columns, as_csv, as_geojson, as_ods
from ecoquartier.web.public.machines import Machine, in_packets
from ecoquartier.web.shared import errors

ROWS_AT_ONCE = 500
WRITERS = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", as_ods),
    "geojson": ("application/geo+json", as_geojson),
}


class DirectoryFile(Machine):
    """`/ecoquartiers/selection.csv`, `.ods` or `.geojson`: the filters of the page, in the same words."""

    format = "csv"
    http_method_names: ClassVar = ["get", "head", "options"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The file, piece by piece."""
        filters = DirectoryFilters(request.GET)
        if not filters.is_valid():
            return errors.error_page(request, 400, reason=" ".join(filters.all_messages()))
        media_type, write = WRITERS[self.format]
        rows = directory.selection(filters.asked).iterator(chunk_size=ROWS_AT_ONCE)
        response = StreamingHttpResponse(in_packets(write(rows, Columns(choices()))), content_type=media_type)
        name = f"ecoquartiers-{clock.today().isoformat()}.{self.format}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Link"] = f'<{Columns.licence_url}>; rel="license"'
        patch_cache_control(response, public=True, no_cache=True)
        return response
