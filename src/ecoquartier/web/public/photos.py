"""The photos of public operations, which everybody may see."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag

from ecoquartier.directory.queries import public_photos
from ecoquartier.files.domain import PREVIEWS
from ecoquartier.web.public.machines import Machine
from ecoquartier.web.public.mergers import FollowsMergers
from ecoquartier.web.shared.views.access import ObjectMixin

# A photo that is withdrawn, or an operation that is no longer public, is forgotten by caches within the hour.
FRESH_SECONDS = 3600


class PublicPhoto(FollowsMergers, ObjectMixin, Machine):
    """`/ecoquartiers/<slug>/photos/<pk>/`: a photo, 1,200 pixels at most, or fewer (`?cote=800`, `?cote=480`).

    Neither the name nor the fingerprint of its file is given, nor the photo as it was uploaded.
    """

    http_method_names: ClassVar = ["get", "head", "options"]
    scope = public_photos

    def get_lookup(self) -> dict[str, Any]:
        return {"pk": self.kwargs["pk"], "operation__directory_row__slug": self.kwargs["slug"]}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The image, or that the browser already has it."""
        longest = next((side for side in PREVIEWS if str(side) == request.GET.get("cote")), max(PREVIEWS))
        # What an identifier names never changes; it tells nobody whether they hold the same bytes.
        etag = quote_etag(f"{self.object.file_id}-{longest}")
        response = get_conditional_response(request, etag=etag) or self.image(longest)
        response["ETag"] = etag
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        patch_cache_control(response, public=True, max_age=FRESH_SECONDS)
        return response

    def image(self, longest: int) -> HttpResponse:
        """The smaller copy; the next one for a photo kept before there was one of this side."""
        file, name = self.object.file, f"{self.kwargs['slug']}-{self.object.rank}.jpg"
        sides = sorted(side for side in PREVIEWS if side >= longest)
        for path in (*map(file.preview_path, sides), file.content.name):
            if default_storage.exists(path):
                return FileResponse(default_storage.open(path), filename=name, content_type=file.media_type)
        raise Http404
