"""What an invented operation shows: a perimeter around its commune, a photo, a plan.

Nothing is read from a file: the perimeter is computed here, and the photo and the plan are made and accepted once for a
whole run, whose operations then share their bytes.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.files.base import ContentFile

from ecoquartier.files.enums import Family
from ecoquartier.files.models import StoredFile
from ecoquartier.files.services import keep, keep_again
from ecoquartier.operations.domain.perimeter.drawings import Frame
from ecoquartier.operations.enums import PerimeterSource
from ecoquartier.operations.services.perimeter_files import PerimeterReading
from ecoquartier.people.models import User
from ecoquartier.territories.models import Commune
from ecoquartier.territories.queries import place_of

OUTLINE = ((-1.0, -0.7), (0.2, -1.0), (1.1, -0.5), (0.8, 0.6), (0.1, 0.9), (-0.3, 0.4), (-0.9, 0.5))
"""Corners of an invented district, turned and stretched for each operation."""
HECTARE = 10_000
DEGREE = 111_320
"""Metres in a degree of latitude; near enough for what is invented."""


def invented_perimeter(commune: Commune, area_ha: Decimal, name: str = "") -> PerimeterReading:
    """An outline of that area, where the commune is; turned by the name, so that two operations do not look alike.

    Raises:
        LookupError: nobody knows where the commune is.
    """
    place = place_of(commune)
    if place is None:
        raise LookupError(f"The commune {commune.pk} has no place.")
    angle = zlib.crc32(f"{commune.pk} {name}".encode())
    turned = [
        (x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)) for x, y in OUTLINE
    ]
    stretch = math.sqrt(float(area_ha) * HECTARE / _area(turned))
    corners = [(x * stretch, y * stretch) for x, y in turned]
    across = DEGREE * math.cos(math.radians(place.latitude))
    places = [[round(place.longitude + x / across, 7), round(place.latitude + y / DEGREE, 7)] for x, y in corners]
    longitudes, latitudes = zip(*places, strict=True)
    xs, ys = zip(*corners, strict=True)
    return PerimeterReading(
        source=PerimeterSource.GEOJSON,
        projection="EPSG:4326",
        how="declared",
        area_ha=area_ha,
        geometry={"type": "Polygon", "coordinates": [[*places, places[0]]]},
        bounds=(min(longitudes), min(latitudes), max(longitudes), max(latitudes)),
        drawing=Frame(min(xs), min(ys), max(xs), max(ys)).draw([corners]),
    )


def _area(corners: list[tuple[float, float]]) -> float:
    """The surface inside an outline that turns against the clock."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1], strict=True)) / 2


def invented_photo() -> bytes:
    """A street drawn in flat colours, as PNG."""
    width, height, ground = 480, 320, 250
    sky, grass, roofs = b"\xbf\xdd\xee", b"\x7f\xa8\x6a", (b"\xc9\x6f\x4a", b"\xe6\xd3\xb1", b"\x8f\x9a\xa8")
    rows = []
    for y in range(height):
        row = [sky if y < ground else grass] * width
        for n, left in enumerate(range(20, width - 80, 92)):
            if 110 + 17 * (n % 3) <= y < ground:
                row[left : left + 76] = [roofs[n % len(roofs)]] * 76
        rows.append(b"\0" + b"".join(row))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"".join(rows), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def invented_plan() -> bytes:
    """A plan of one page, as PDF."""
    drawn = b"BT /F1 24 Tf 60 770 Td (Plan masse) Tj 0 -24 Td /F1 12 Tf (Document invent\xe9) Tj ET "
    drawn += b"0.5 w 60 120 475 560 re S " + b" ".join(b"%d 200 60 90 re S" % x for x in range(90, 500, 80))
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    written, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(written))
        written += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, len(written))
    return written + b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1) + table + end


@dataclass
class Samples:
    """The files of one run: each is accepted once, then given again to each operation."""

    first: dict[str, StoredFile] = field(default_factory=dict)

    def photo(self, *, actor: User) -> StoredFile:
        """A photo for one more operation."""
        return self._again("quartier.png", invented_photo, Family.IMAGE, actor)

    def plan(self, *, actor: User) -> StoredFile:
        """A plan for one more operation."""
        return self._again("plan-masse.pdf", invented_plan, Family.PDF, actor)

    def _again(self, name: str, make: Callable[[], bytes], family: Family, actor: User) -> StoredFile:
        known = self.first.get(name)
        if known is not None:
            return keep_again(known, actor=actor)
        self.first[name] = keep(ContentFile(make(), name), families=(family,), actor=actor)
        return self.first[name]
