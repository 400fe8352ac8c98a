"""A photo and a plan that were accepted already: their bytes lie in the storage, and each row refers to them."""

from functools import cache
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from ecoquartier.core.canonical import sha256_hex
from ecoquartier.files.domain import PREVIEWS
from ecoquartier.files.models import StoredFile, path_of
from ecoquartier.ops.services.samples import Samples, invented_plan
from ecoquartier.people.models import User

SIDES = (240, 160)


@cache
def _photo() -> bytes:
    written = BytesIO()
    Image.new("RGB", SIDES, "#7fa86a").save(written, "JPEG")
    return written.getvalue()


def lay_samples() -> None:
    """Put the bytes where `QuickSamples` says that they are."""
    photo, plan = path_of(sha256_hex(_photo())), path_of(sha256_hex(invented_plan()))
    previews = {f"{photo}-{longest}.jpg": _photo() for longest in PREVIEWS}
    for path, data in {f"{photo}.jpg": _photo(), f"{plan}.pdf": invented_plan(), **previews}.items():
        if not default_storage.exists(path):
            default_storage.save(path, ContentFile(data))


class QuickSamples(Samples):
    """The same files, that no process opens."""

    def photo(self, *, actor: User) -> StoredFile:
        """A photo of plain green."""
        return _row(_photo(), "quartier.jpg", "image/jpeg", actor, width=SIDES[0], height=SIDES[1])

    def plan(self, *, actor: User) -> StoredFile:
        """The plan of the demonstration."""
        return _row(invented_plan(), "plan-masse.pdf", "application/pdf", actor)


def _row(data: bytes, name: str, media_type: str, actor: User, **sides: int) -> StoredFile:
    sha256 = sha256_hex(data)
    path = f"{path_of(sha256)}.{name.rpartition('.')[2]}"
    return StoredFile.objects.create(
        sha256=sha256, content=path, size=len(data), media_type=media_type, name=name, uploaded_by=actor, **sides
    )
