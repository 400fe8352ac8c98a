"""Files as people send them: images with what a camera writes in them, documents, and what pretends to be one."""

import random
import zipfile
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter

from ecoquartier.core.canonical import sha256_hex
from ecoquartier.files.enums import Family
from ecoquartier.files.models import StoredFile, path_of
from ecoquartier.files.services import keep

ALL = tuple(Family)
TYPES = {
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
}
MAIN_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (240, 160), colour: str = "", mode: str = "RGB", **options):
    """The bytes of an image, of another colour each time unless one is given."""
    drawn = Image.new("RGB", size, colour or f"#{random.randrange(2**24):06x}").convert(mode)
    written = BytesIO()
    drawn.save(written, kind, **options)
    return written.getvalue()


def camera_picture(size: tuple[int, int] = (240, 160)) -> bytes:
    """A photo held sideways, with its author and the place where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x013B] = "Jeanne Photographe"
    exif.get_ifd(0x8825).update({1: "N", 2: (47.0, 12.0, 30.0)})
    return picture("JPEG", size=size, exif=exif, comment=b"prise chez moi")


def pdf(*, opening: dict | None = None, password: str = "") -> bytes:
    """A PDF of one page.

    Args:
        opening: what it does when it opens.
    """
    writer = PdfFileWriter()
    stream = writer.add_object(generic.StreamObject(stream_data=str(random.random()).encode()))
    writer.insert_page(
        PageObject(contents=stream, media_box=generic.ArrayObject(map(generic.NumberObject, (0, 0, 9, 9))))
    )
    if opening:
        action = {generic.pdf_name(key): value for key, value in opening.items()}
        writer.root["/OpenAction"] = generic.DictionaryObject(action)
    if password:
        writer.encrypt(password)
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def office(extension: str = "odt", *more: tuple[str, bytes], media_type: str = "") -> bytes:
    """An office document, with other members when asked."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        if extension in TYPES:
            archive.writestr("mimetype", media_type or TYPES[extension], zipfile.ZIP_STORED)
            archive.writestr("content.xml", f"<x>{random.random()}</x>")
        else:
            archive.writestr("[Content_Types].xml", f"<Types>{random.random()}</Types>")
            archive.writestr(MAIN_PARTS[extension], "<document/>")
        for name, content in more:
            archive.writestr(name, content)
    return written.getvalue()


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    """The file as a form receives it."""
    return SimpleUploadedFile(name, data)


def stored(actor, name: str = "photo.jpg", data: bytes = b"") -> StoredFile:
    """A file that was accepted."""
    return keep(upload(name, data or picture()), families=ALL, actor=actor)


def lodged(actor, name: str = "plan.pdf") -> StoredFile:
    """A file as if it had been accepted: no process opens it."""
    data = f"%PDF-1.7 {random.random()}".encode()
    sha256 = sha256_hex(data)
    path = default_storage.save(f"{path_of(sha256)}.pdf", ContentFile(data))
    said = {"size": len(data), "media_type": "application/pdf", "name": name, "width": 240, "height": 160}
    return StoredFile.objects.create(sha256=sha256, content=path, uploaded_by=actor, **said)


def by_name(value: object) -> str:
    """The names of a case: what it holds is drawn at random."""
    return value if isinstance(value, str) else "data"
