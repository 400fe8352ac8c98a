"""The bytes of an uploaded file: found in the scope of the person, and never run by their browser."""

from __future__ import annotations

from typing import ClassVar

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.generic.base import View

from ecoquartier.access.attachments import files_visible_to
from ecoquartier.files.domain import PREVIEWS
from ecoquartier.web.shared.views.access import AccessMixin, ObjectMixin

SIDES = {str(longest): longest for longest in PREVIEWS}


class FileView(ObjectMixin, AccessMixin, View):
    """A file, or the smaller copy of an image (`?cote=480`, its longest side); 404 for whoever may not read it.

    Its name is given with its bytes and not in its address: it may be that of a person, and addresses go to logs.
    """

    http_method_names: ClassVar = ["get", "head", "options"]
    scope = files_visible_to
    signed_in = True

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The bytes, or that the browser already has them."""
        longest = SIDES.get(request.GET.get("cote", "")) if self.object.is_image else None
        etag = f'"{self.object.sha256}-{longest or "full"}"'
        response = get_conditional_response(request, etag=etag) or self.bytes_of(longest)
        response["ETag"] = etag
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    def bytes_of(self, longest: int | None) -> HttpResponse:
        """What is stored. Only an image of ours is shown in place: all else is saved, and opened by its own program."""
        file = self.object
        try:
            content = default_storage.open(file.preview_path(longest) if longest else file.content.name)
        except FileNotFoundError as error:
            raise Http404 from error
        return FileResponse(content, as_attachment=not file.is_image, filename=file.name, content_type=file.media_type)
