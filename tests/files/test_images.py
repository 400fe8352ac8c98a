"""Images made again: turned, reduced, flattened, without what they said of people; the others are refused."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageCms, ImageFilter, ImageStat

from ecoquartier.files.domain import LONGEST_SIDE, PREVIEWS, Refused
from ecoquartier.files.domain.images import answer, remade
from tests.support.uploads import camera_picture, picture


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def colour(data: bytes) -> tuple[int, ...]:
    """The mean colour of an image."""
    return tuple(round(value) for value in ImageStat.Stat(opened(data).convert("RGB")).mean)


def test_what_a_camera_writes_is_left_behind():
    sent = camera_picture()
    assert opened(sent).getexif().get_ifd(0x8825)
    for made, _width, _height in remade(sent).values():
        image = opened(made)
        assert not image.getexif()
        assert not {"exif", "comment", "icc_profile", "xmp"} & set(image.info)
        assert b"Jeanne" not in made
        assert b"chez moi" not in made


def test_a_photo_held_sideways_is_turned():
    made, width, height = remade(camera_picture(size=(60, 40)))[LONGEST_SIDE]
    assert (width, height) == opened(made).size == (40, 60)


def test_a_large_photo_is_reduced_and_a_small_one_is_not_enlarged():
    sides = {longest: copy[1:] for longest, copy in remade(picture(size=(5000, 2500))).items()}
    assert sides == {LONGEST_SIDE: (2400, 1200), 1200: (1200, 600), 800: (800, 400), 480: (480, 240)}
    assert {copy[1:] for copy in remade(picture(size=(300, 200))).values()} == {(300, 200)}


def test_the_copies_that_pages_show_weigh_little():
    """Leaves and bricks everywhere: at the best quality, such a photo would weigh as much as all the rest of a page."""
    noise = Image.effect_noise((1600, 1200), 40).filter(ImageFilter.GaussianBlur(2)).convert("RGB")
    sent = BytesIO()
    noise.save(sent, "JPEG", quality=95)
    copies = {longest: made for longest, (made, *_sides) in remade(sent.getvalue()).items()}
    best = BytesIO()
    opened(copies[LONGEST_SIDE]).resize((800, 600)).save(best, "JPEG", quality=85)
    assert best.tell() > PREVIEWS[800] >= len(copies[800])
    assert all(len(copies[longest]) <= most for longest, most in PREVIEWS.items())


@pytest.mark.parametrize(
    "sent",
    [
        picture("PNG", colour="#336699", mode="RGB"),
        picture("WEBP", colour="#336699", lossless=True),
        picture("PNG", colour="#336699", mode="P"),
        picture("JPEG", colour="#336699", mode="CMYK", quality=95),
        picture("PNG", colour="#336699", mode="RGBA"),
    ],
    ids=["png", "webp", "palette", "cmyk", "rgba"],
)
def test_every_sort_of_pixels_becomes_a_jpeg_of_the_same_colour(sent):
    made, *_sides = remade(sent)[LONGEST_SIDE]
    assert opened(made).format == "JPEG"
    assert opened(made).mode == "RGB"
    assert colour(made) == pytest.approx((0x33, 0x66, 0x99), abs=6)


def test_what_is_transparent_becomes_white():
    clear = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(clear, "PNG")
    made, *_sides = remade(clear.getvalue())[LONGEST_SIDE]
    assert colour(made) == (255, 255, 255)


def test_a_profile_that_is_not_one_is_ignored():
    made, *_sides = remade(picture("JPEG", colour="#336699", icc_profile=b"not a profile"))[LONGEST_SIDE]
    assert colour(made) == pytest.approx((0x33, 0x66, 0x99), abs=6)


def test_colours_of_another_profile_become_those_of_the_web(monkeypatch):
    sent = picture(
        "JPEG", colour="#336699", icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    )
    seen = []
    convert = ImageCms.profileToProfile
    monkeypatch.setattr(
        ImageCms, "profileToProfile", lambda *args, **kwargs: seen.append(1) or convert(*args, **kwargs)
    )
    made, *_sides = remade(sent)[LONGEST_SIDE]
    assert colour(made) == pytest.approx((0x33, 0x66, 0x99), abs=6)
    assert seen


def test_only_the_first_image_of_an_animation_is_kept():
    frames, written = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")], BytesIO()
    frames[0].save(written, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    made, *_sides = remade(written.getvalue())[LONGEST_SIDE]
    assert colour(made)[0] > 200


def test_what_follows_the_image_is_left_behind():
    made, *_sides = remade(picture() + b"<script>alert(1)</script>PK\x03\x04")[LONGEST_SIDE]
    assert b"script" not in made
    assert b"PK\x03\x04" not in made


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says to be immense."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + name + data + struct.pack(">L", zlib.crc32(name + data))

    head = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(9))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (bomb(20_000, 20_000), "too_many_pixels"),
        (bomb(2**31 - 1, 2**31 - 1), "too_many_pixels"),
        (bomb(9_000, 9_000), "too_many_pixels"),
        (picture()[:-200], "unreadable_image"),
        (b"\xff\xd8\xff", "unreadable_image"),
        (b"RIFF\x00\x00\x00\x00WAVE", "unreadable_image"),
        (picture("GIF"), "unreadable_image"),
        (b"", "unreadable_image"),
    ],
    ids=["bomb", "immense", "just over", "truncated", "begun", "sound", "gif", "empty"],
)
def test_what_cannot_be_opened_is_refused(data, code):
    with pytest.raises(Refused) as refusal:
        remade(data)
    assert refusal.value.code == code
    assert answer({}, data) == {"refused": code}
