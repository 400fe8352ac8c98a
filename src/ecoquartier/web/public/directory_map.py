"""The map of the directory: drawn by the server for everybody, then brought to life from the map file by `map.js`."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
from ecoquartier.web.public.directory_forms import MAP, PARAMETERS, DirectoryFilters
from ecoquartier.web.public.france import Place, drawing, on_drawing
from ecoquartier.web.public.machines import Machine
from ecoquartier.web.public.stages import held_label
from ecoquartier.web.shared.etag import page_etag
from ecoquartier.web.templatetags.components import BLOCKS

# Pins drawn one by one by the server; beyond, the operations of a region, then of a county, share one mark.
MOST_PINS = 60
# A county shows its operations, as many as a page can carry.
MOST_OF_A_COUNTY = 300
_SIZE = 30
_FONT = 17
_SPACING = 24
# Around the drawing, for the pins that stand on its edge; how near the map comes to a selection, and how much of it
# the selection then fills.
_MARGIN = 20
_NEAREST = 10
_FILLED = 0.6
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

    @property
    def radius(self) -> float:
        """A mark of ten times more operations is wider by as much again, in pixels of the whole map."""
        return 14 + 9 * math.log10(self.count) if self.count else _SIZE / 2


@dataclass(frozen=True)
class View:
    """The part of the drawing that is shown."""

    x: float
    y: float
    width: float
    height: float

    def __str__(self) -> str:
        return f"{self.x:g} {self.y:g} {self.width:g} {self.height:g}"

    @property
    def zoom(self) -> float:
        """How many times nearer than the whole."""
        return whole().width / self.width

    def size(self, pixels: float) -> float:
        """Units of the drawing for what measures so many pixels on the whole map: the same at any distance."""
        return round(pixels / self.zoom, 2)


@dataclass(frozen=True)
class Drawn:
    """The map of a selection.

    Args:
        pins: what is drawn, the northernmost first: the order of the keyboard.
        unplaced: operations that the drawing does not show.
        view: the part of the drawing around them.
        address: the file that `map.js` reads.
        tiles: address of a background in tiles, if the site has one.
        credit: who made it.
    """

    pins: list[Pin]
    unplaced: int
    view: View
    address: str
    tiles: str
    credit: str

    drawing = property(lambda self: drawing())
    whole = property(lambda self: whole())
    is_close = property(lambda self: self.view.zoom > 1)

    @property
    def frames(self) -> str:
        """Where a place stands on the drawing, for `map.js`."""
        return json.dumps(self.drawing["frames"], separators=(",", ":"))

    @property
    def font(self) -> float:
        """Height of the figures of a mark and of the names of the towns."""
        return self.view.size(_FONT)

    @property
    def shapes(self) -> list[tuple[Pin, dict[str, float]]]:
        """Each pin, and its measures on this view."""
        size = self.view.size
        return [
            (
                pin,
                {
                    "radius": size(pin.radius),
                    "left": round(pin.x - size(pin.radius), 2),
                    "top": round(pin.y - size(pin.radius), 2),
                    "size": size(2 * pin.radius),
                },
            )
            for pin in self.pins
        ]


def drawn(found: directory.Found, *, query: str, choice: Mapping[str, str]) -> Drawn:
    """The map of what was found. One query more than the list.

    Args:
        found: what the selection finds.
        query: the selection, as the address says it.
        choice: its filters; a region and a county change what is drawn.
    """
    one_by_one = found.count <= MOST_PINS or "county" in choice
    pins = _pins(found) if one_by_one else _marks(found, query, "county" if "region" in choice else "region")
    view = around(pins) if query and pins else whole()
    pins = _parted(pins, view)
    address = reverse("public:directory-map")
    return Drawn(
        pins=sorted(pins, key=lambda pin: (pin.y, pin.x)),
        unplaced=found.count - sum(pin.count or 1 for pin in pins),
        view=view,
        address=f"{address}?{query}" if query else address,
        tiles=settings.TILES_URL,
        credit=settings.TILES_CREDIT,
    )


def whole() -> View:
    """The drawing and its margin."""
    return View(-_MARGIN, -_MARGIN, drawing()["width"] + 2 * _MARGIN, drawing()["height"] + 2 * _MARGIN)


def around(pins: Sequence[Pin]) -> View:
    """The part of the drawing that these pins fill, inside the whole; a frame overseas is shown with its name."""
    corners = [corner for pin in pins for corner in _corners(pin)]
    most, xs, ys = whole(), [x for x, _y in corners], [y for _x, y in corners]
    spread = max(max(xs) - min(xs), max(ys) - min(ys))
    zoom = max(1, min(_NEAREST, _FILLED * most.width / spread)) if spread else _NEAREST
    width, height = most.width / zoom, most.height / zoom
    left, top = (min(xs) + max(xs) - width) / 2, (min(ys) + max(ys) - height) / 2
    return View(
        round(min(max(left, most.x), most.x + most.width - width), 1),
        round(min(max(top, most.y), most.y + most.height - height), 1),
        round(width, 1),
        round(height, 1),
    )


def _corners(pin: Pin) -> list[Place]:
    for frame in drawing()["insets"]:
        right, foot = frame["x"] + frame["width"], frame["y"] + frame["height"]
        if frame["x"] <= pin.x <= right and frame["y"] <= pin.y <= foot:
            return [(frame["x"], frame["y"]), (right, foot)]
    return [(pin.x, pin.y)]


def filled_blocks(rank: int | None) -> int:
    """Blocks of the mark that a stage fills."""
    return min(rank or 0, BLOCKS)


def _pins(found: directory.Found) -> list[Pin]:
    """One pin for each operation, where it is."""
    placed = []
    for row in found.rows[:MOST_OF_A_COUNTY]:
        place = on_drawing(row.latitude, row.longitude) if row.latitude is not None else None
        if place:
            placed.append(_pin(row, place))
    return placed


def _pin(row: DirectoryRow, place: Place) -> Pin:
    label = f"{row.name}, {row.commune}\u00a0: {held_label(row)}"
    return Pin(
        *place,
        url=reverse("public:operation", args=[row.slug]),
        label=_("%(operation)s, position approximative") % {"operation": label} if row.is_place_approximate else label,
        filled=filled_blocks(row.stage),
    )


def _parted(pins: Sequence[Pin], view: View) -> list[Pin]:
    """The pins of one place stand around it."""
    by_place: dict[Place, list[Pin]] = defaultdict(list)
    for pin in pins:
        by_place[pin.x, pin.y].append(pin)
    return [_beside(pin, index, view) for together in by_place.values() for index, pin in enumerate(together)]


def _beside(pin: Pin, index: int, view: View) -> Pin:
    distance, angle = view.size(_SPACING) * math.sqrt(index), index * _GOLDEN_ANGLE
    x, y = pin.x + distance * math.cos(angle), pin.y + distance * math.sin(angle)
    return replace(pin, x=round(x, 2), y=round(y, 2))


def _marks(found: directory.Found, query: str, part: str) -> list[Pin]:
    """One mark for the operations of a region or of a county, in their middle; it leads to the map of that part."""
    rows = found.rows.order_by().filter(latitude__isnull=False).values(part, f"{part}_name")
    parameter = next(name for name, facet in PARAMETERS.items() if facet == part)
    pins = []
    for area in rows.annotate(n=Count("pk"), y=Avg("latitude"), x=Avg("longitude")):
        place = on_drawing(area["y"], area["x"])
        if place:
            pins.append(
                Pin(
                    *place,
                    url=f"?{query}{'&' if query else ''}{parameter}={area[part]}&vue={MAP}",
                    label=_("%(part)s\u00a0: %(count)s")
                    % {"part": area[f"{part}_name"], "count": _operations(area["n"])},
                    count=area["n"],
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
