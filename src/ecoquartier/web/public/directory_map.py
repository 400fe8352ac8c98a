"""The map of the directory: drawn by the server for everybody, then brought to life from the map file by `map.js`."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Avg, Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecoquartier.directory import queries as directory
from ecoquartier.directory.models import DirectoryRow
from ecoquartier.web.public.directory_forms import MAP, DirectoryFilters
from ecoquartier.web.public.france import drawing, on_drawing
from ecoquartier.web.public.machines import Machine
from ecoquartier.web.public.stages import held_label
from ecoquartier.web.shared.etag import page_etag
from ecoquartier.web.templatetags.components import BLOCKS

# Pins drawn one by one by the server; beyond, the operations of a county share one mark.
MOST_PINS = 60
_SPACING = 24
# Turns between two seeds of a sunflower: any number of pins fills a disc evenly.
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


@dataclass(frozen=True)
class Pin:
    """An operation, or several under one mark, on the drawing."""

    x: float
    y: float
    url: str
    label: str
    filled: int = 0
    count: int = 0
    is_approximate: bool = False

    @property
    def radius(self) -> float:
        """A mark of ten times more operations is wider by as much again."""
        return round(14 + 9 * math.log10(self.count), 1) if self.count else 0


@dataclass(frozen=True)
class Drawn:
    """The map of a selection.

    Args:
        pins: what is drawn, the northernmost first: the order of the keyboard.
        unplaced: operations that the drawing does not show.
        address: the file that `map.js` reads.
        is_approximate: some pin stands near its place only.
        tiles: address of a background in tiles, if the site has one.
    """

    pins: list[Pin]
    unplaced: int
    is_approximate: bool
    address: str
    tiles: str

    drawing = property(lambda self: drawing())

    @property
    def frames(self) -> str:
        """Where a place stands on the drawing, for `map.js`."""
        return json.dumps(self.drawing["frames"], separators=(",", ":"))


def drawn(found: directory.Found, *, query: str) -> Drawn:
    """The map of what was found. One query more than the list."""
    pins = _pins(found) if found.count <= MOST_PINS else _marks(found, query)
    placed = sum(pin.count or 1 for pin in pins)
    address = reverse("public:directory-map")
    return Drawn(
        pins=sorted(pins, key=lambda pin: (pin.y, pin.x)),
        unplaced=found.count - placed,
        is_approximate=any(pin.is_approximate for pin in pins),
        address=f"{address}?{query}" if query else address,
        tiles=settings.TILES_URL,
    )


def filled_blocks(rank: int | None) -> int:
    """Blocks of the mark that a stage fills."""
    return min(rank or 0, BLOCKS)


def _pins(found: directory.Found) -> list[Pin]:
    """One pin for each operation; those of one place stand around it."""
    by_place: dict[tuple[float, float], list[DirectoryRow]] = defaultdict(list)
    for row in found.rows:
        place = row.latitude is not None and on_drawing(row.latitude, row.longitude)
        if place:
            by_place[place].append(row)
    return [_pin(row, place, index) for place, rows in by_place.items() for index, row in enumerate(rows)]


def _pin(row: DirectoryRow, place: tuple[float, float], index: int) -> Pin:
    distance, angle = _SPACING * math.sqrt(index), index * _GOLDEN_ANGLE
    label = f"{row.name}, {row.commune}\u00a0: {held_label(row)}"
    return Pin(
        x=round(place[0] + distance * math.cos(angle), 1),
        y=round(place[1] + distance * math.sin(angle), 1),
        url=reverse("public:operation", args=[row.slug]),
        label=_("%(operation)s, position approximative") % {"operation": label} if row.is_place_approximate else label,
        filled=filled_blocks(row.stage),
        is_approximate=row.is_place_approximate,
    )


def _marks(found: directory.Found, query: str) -> list[Pin]:
    """One mark for the operations of a county, in their middle; it leads to the map of that county."""
    rows = found.rows.order_by().filter(latitude__isnull=False).values("county", "county_name")
    pins = []
    for county in rows.annotate(n=Count("pk"), y=Avg("latitude"), x=Avg("longitude")):
        place = on_drawing(county["y"], county["x"])
        if place:
            pins.append(
                Pin(
                    *place,
                    url=f"?{query}{'&' if query else ''}departement={county['county']}&vue={MAP}",
                    label=_("%(county)s\u00a0: %(count)s")
                    % {"county": county["county_name"], "count": _operations(county["n"])},
                    count=county["n"],
                    is_approximate=True,
                )
            )
    return pins


def _operations(number: int) -> str:
    return ngettext("%(n)s opération", "%(n)s opérations", number) % {"n": number}


class MapFile(Machine):
    """`/ecoquartiers/carte.json`: the points of a selection, in few bytes; the fields are said once, at the top."""

    fields = ("adresse", "nom", "commune", "latitude", "longitude", "position_approximative", "etape", "millesime")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The file; whoever has it already is told so before it is made."""
        etag = page_etag(request, directory.version())
        response = get_conditional_response(request, etag=etag) or self.made()
        if response.status_code in (200, 304):
            response["ETag"] = etag
        patch_cache_control(response, public=True, no_cache=True)
        return response

    def made(self) -> HttpResponse:
        """The whole file, put together from the pieces of the counties, or what a search leaves of it."""
        filters = DirectoryFilters(self.request.GET)
        if not filters.is_valid():
            return HttpResponse("{}", content_type="application/json", status=400)
        asked = filters.asked
        if asked.text:
            found = directory.find(asked, filters.known)
            pieces = [directory.map_part(found.rows)] if found.count else []
        else:
            pieces = directory.map_points(asked.choice)
        head = ",".join(f'"{field}"' for field in self.fields)
        body = ",\n".join(pieces)
        return HttpResponse(f'{{"champs":[{head}],\n"points":[\n{body}\n]}}', content_type="application/json")
