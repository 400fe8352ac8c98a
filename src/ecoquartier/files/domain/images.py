"""Images, made again from their pixels: whatever else the file held stays behind.

Run as a program, it opens the image of its standard input, confined: whatever a file does to it ends with it.
"""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from itertools import chain
from typing import Any

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from ecoquartier.core.confined import serve
from ecoquartier.files.domain import LONGEST_SIDE, PREVIEWS, Refused

MOST_PIXELS = 80_000_000
# The best at which a copy is not too heavy for the page that shows it.
QUALITIES = (85, 75, 65, 55, 45)


def remade(data: bytes) -> dict[int, tuple[bytes, int, int]]:
    """The JPEG of an image and its smaller copies: longest side allowed → bytes, width, height.

    Turned as its camera held it, in the colours of the web, without its metadata (place and date of the shot, author).

    Raises:
        Refused: `unreadable_image`, or `too_many_pixels` to be opened.
    """
    try:
        with Image.open(BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Refused("too_many_pixels")
            # A JPEG is read at half or a quarter of its size, when that is enough.
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            image = _plain(ImageOps.exif_transpose(opened))
    except Image.DecompressionBombError as error:
        raise Refused("too_many_pixels") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Refused("unreadable_image") from error
    copies = {}
    for longest in chain((LONGEST_SIDE,), PREVIEWS):
        image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
        copies[longest] = _written(image, PREVIEWS.get(longest)), image.width, image.height
    return copies


def _written(image: Image.Image, at_most: int | None) -> bytes:
    """The JPEG of an image, as good as its weight allows; the lightest when none is light enough."""
    for quality in QUALITIES:
        written = BytesIO()
        image.save(written, "JPEG", quality=quality, optimize=True, progressive=True)
        if at_most is None or written.tell() <= at_most:
            break
    return written.getvalue()


def _plain(image: Image.Image) -> Image.Image:
    """The pixels alone, opaque, in sRGB."""
    profile = image.info.get("icc_profile")
    if profile and image.mode in {"RGB", "CMYK"}:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            image = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            profile = None  # colours a little off are better than no photo
    if image.has_transparency_data:
        drawn = image.convert("RGBA")
        image = Image.new("RGBA", drawn.size, "white")
        image.alpha_composite(drawn)
    # A new image: the metadata of the old one would be written again.
    plain = Image.new("RGB", image.size)
    plain.paste(image.convert("RGB"))
    return plain


def answer(question: dict[str, Any], data: bytes) -> dict[str, Any]:
    """What `remade` gives, as JSON values; a refusal is an answer: its code in `refused`."""
    try:
        copies = remade(data)
    except Refused as refusal:
        return {"refused": refusal.code}
    except MemoryError:
        return {"refused": "too_many_pixels"}
    return {"copies": {longest: (b64encode(made).decode(), *sides) for longest, (made, *sides) in copies.items()}}


if __name__ == "__main__":
    serve(answer)
