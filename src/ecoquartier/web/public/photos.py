"""The photos of public operations, which everybody may see."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control

from ecoquartier.directory.queries import public_photos
from ecoquartier.files.domain import PREVIEWS
from ecoquartier.web.public.machines import Machine
from ecoquartier.web.shared.views.access import ObjectMixin

# A photo that is withdrawn, or an operation that is no longer public, is forgotten by caches within the hour.
FRESH_SECONDS = 3600


class PublicPhoto(ObjectMixin, Machine):
    """`/ecoquartiers/<slug>/photos/<pk>/`: a photo, 1,200 pixels at most, or 480 (`?cote=480`).

    Neither the name of its file nor the photo as it was uploaded is given.
    """

    http_method_names: ClassVar = ["get", "head", "options"]
    scope = public_photos

    def get_lookup(self) -> dict[str, Any]:
        return {"pk": self.kwargs["pk"], "operation__directory_row__slug": self.kwargs["slug"]}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The image, or that the browser already has it."""
        longest = next((side for side in PREVIEWS if str(side) == request.GET.get("cote")), max(PREVIEWS))
        etag = f'"{self.object.file.sha256}-{longest}"'
        response = get_conditional_response(request, etag=etag) or self.image(longest)
        response["ETag"] = etag
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        patch_cache_control(response, public=True, max_age=FRESH_SECONDS)
        return response

    def image(self, longest: int) -> HttpResponse:
        """The smaller copy; an image that was small already has none."""
        file = self.object.file
        for path in (file.preview_path(longest), file.content.name):
            if default_storage.exists(path):
                return FileResponse(default_storage.open(path), content_type=file.media_type)
        raise Http404
