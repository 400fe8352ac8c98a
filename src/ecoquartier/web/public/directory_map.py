"""The map of the directory: drawn by the server for everybody, then brought to life from the map file by `map.js`."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Avg, Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecoquartier.directory import queries as directory
from ecoquartier.directory.domain.facets import CHARTER_ONLY
from ecoquartier.directory.models import DirectoryRow
from ecoquartier.web.public.directory_forms import MAP, PARAMETERS, DirectoryFilters
from ecoquartier.web.public.france import Place, drawing, inset_of, kept_inside, on_drawing
from ecoquartier.web.public.machines import Machine
from ecoquartier.web.public.map_view import FONT, Room, View, alone, around, whole, written_towns
from ecoquartier.web.public.stages import held_label
from ecoquartier.web.shared.etag import page_etag
from ecoquartier.web.templatetags.components import BLOCKS

# Pins drawn one by one by the server; beyond, the operations of a region, then of a county, share one mark.
MOST_PINS = 60
# A county shows its operations, as many as a page can carry.
MOST_OF_A_COUNTY = 300
# In pixels of the whole map: a pin, and what parts two of one place.
_SIZE = 34
_SPACING = 38
# Those of one place stand one under another with their names, unless they are too many for a column.
_COLUMN = 10
# From so near on, each pin is told by the name of its operation, cut when it is long.
_NAMED = 4
_NAME = 34
# Turns between two seeds of a sunflower: any number of pins fills a disc evenly.
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


@dataclass(frozen=True)
class Pin:
    """An operation, or several under one mark, on the drawing."""

    x: float
    y: float
    url: str
    label: str
    name: str = ""
    filled: int = 0
    count: int = 0

    @property
    def radius(self) -> float:
        """A mark of ten times more operations is wider by as much again, in pixels of the whole map."""
        return 16 + 9 * math.log10(self.count) if self.count else _SIZE / 2


@dataclass(frozen=True)
class Drawn:
    """The map of a selection.

    Args:
        pins: what is drawn, the northernmost first: the order of the keyboard.
        unplaced: operations that the drawing does not show.
        view: the part of the drawing around them.
        inset: the territory overseas that holds them all, drawn by itself; None for the whole country.
        legend: the marks and what each means.
        address: the file that `map.js` reads.
        tiles: address of a background in tiles, if the site has one.
        credit: who made it.
    """

    pins: list[Pin]
    unplaced: int
    view: View
    inset: dict[str, Any] | None
    legend: list[dict[str, Any]]
    address: str
    tiles: str
    credit: str

    is_close = property(lambda self: self.view.zoom > 1)

    @property
    def whole(self) -> View:
        """The farthest view: the country, or the territory alone."""
        return alone(self.inset) if self.inset else whole()

    @property
    def territory(self) -> str:
        """Name of the territory that is drawn alone."""
        return name_of(self.inset) if self.inset else ""

    @cached_property
    def drawing(self) -> dict[str, Any]:
        """What is drawn under the pins: all the country, or the territory alone."""
        known = drawing()
        if self.inset is None:
            return known
        county, shapes = self.inset["county"], known["shapes"]
        index = next(index for index, shape in enumerate(shapes) if shape["county"] == county)
        towns = [town for town in known["towns"] if inset_of((town["x"], town["y"])) == self.inset]
        kept = {"shapes": shapes[index : index + 1], "frames": known["frames"][index : index + 1]}
        return known | kept | {"insets": [], "lines": {}, "towns": towns}

    @property
    def frames(self) -> str:
        """Where a place stands on the drawing, and the room of each territory overseas, for `map.js`."""
        rooms = {inset["county"]: inset for inset in drawing()["insets"]}
        found = []
        for shape, frame in zip(self.drawing["shapes"], self.drawing["frames"], strict=True):
            inset = rooms.get(shape["county"])
            room = inset and [inset["x"], inset["y"], inset["x"] + inset["width"], inset["foot"]]
            found.append(frame | {"name": name_of(inset) if inset else "", "room": room})
        return json.dumps(found, ensure_ascii=False, separators=(",", ":"))

    @property
    def known_towns(self) -> str:
        """Every town of the drawing, for `map.js`: `Lyon|676|527;…`."""
        return ";".join(f"{town['name']}|{town['x']:g}|{town['y']:g}" for town in self.drawing["towns"])

    @property
    def font(self) -> float:
        """Height of the figures of a mark and of the names."""
        return self.view.size(FONT)

    @cached_property
    def _room(self) -> Room:
        room = Room(self.view)
        for pin in self.pins:
            room.take(pin.x, pin.y, 2 * pin.radius)
        return room

    @cached_property
    def shapes(self) -> list[tuple[Pin, dict[str, Any]]]:
        """Each pin, and its measures on this view."""
        return [(pin, self._measures(pin)) for pin in self.pins]

    def _measures(self, pin: Pin) -> dict[str, Any]:
        radius = self.view.size(pin.radius)
        return {
            "radius": radius,
            "left": round(pin.x - radius, 2),
            "top": round(pin.y - radius, 2),
            "size": 2 * radius,
            "name": self._name(pin, 1.3 * radius) if self.view.zoom >= _NAMED else None,
        }

    def _name(self, pin: Pin, beside: float) -> dict[str, Any] | None:
        """The name of a pin at its right, else at its left, else nowhere: its link says it."""
        words = Truncator(pin.name).chars(_NAME)
        if self._room.write(words, pin.x + beside, pin.y):
            return {"words": words, "x": round(pin.x + beside, 2)}
        if self._room.write(words, pin.x - beside - self._room.wide(words), pin.y):
            return {"words": words, "x": round(pin.x - beside, 2), "is_before": True}
        return None

    @property
    def towns(self) -> list[dict[str, Any]]:
        """The towns that this view has room for, once its pins are named."""
        return written_towns(self._room, self.drawing["towns"]) if self.is_close and self.shapes else []


def drawn(found: directory.Found, *, query: str, choice: Mapping[str, str], stages: Mapping[Any, str]) -> Drawn:
    """The map of what was found. One query more than the list.

    Args:
        found: what the selection finds.
        query: the selection, as the address says it.
        choice: its filters; a region and a county change what is drawn.
        stages: the stages held in the directory and their words.
    """
    one_by_one = found.count <= MOST_PINS or "county" in choice
    pins = _pins(found) if one_by_one else _marks(found, query, "county" if "region" in choice else "region")
    inset = _only_inset(pins) if query else None
    view = alone(inset) if inset else around([(pin.x, pin.y) for pin in pins]) if query and pins else whole()
    pins = _parted(pins, view)
    address = reverse("public:directory-map")
    return Drawn(
        pins=sorted(pins, key=lambda pin: (pin.y, pin.x)),
        unplaced=found.count - sum(pin.count or 1 for pin in pins),
        view=view,
        inset=inset,
        legend=[
            {"filled": filled_blocks(int(rank)) if rank != CHARTER_ONLY else 0, "label": label}
            for rank, label in stages.items()
        ],
        address=f"{address}?{query}" if query else address,
        tiles=settings.TILES_URL,
        credit=settings.TILES_CREDIT,
    )


def _only_inset(pins: Sequence[Pin]) -> dict[str, Any] | None:
    """The territory overseas that holds all these pins: the drawing has no reason to show its neighbours."""
    insets = [inset_of((pin.x, pin.y)) for pin in pins]
    return insets[0] if insets and all(inset == insets[0] for inset in insets) else None


def name_of(inset: Mapping[str, Any]) -> str:
    """The name of a territory overseas, on one line."""
    return " ".join(inset["name"]).replace("- ", "-")


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
        name=row.name,
        label=_("%(operation)s, position approximative") % {"operation": label} if row.is_place_approximate else label,
        filled=filled_blocks(row.stage),
    )


def _parted(pins: Sequence[Pin], view: View) -> list[Pin]:
    """The pins of one place stand one under another, or around it when they are many."""
    by_place: dict[Place, list[Pin]] = defaultdict(list)
    for pin in pins:
        by_place[pin.x, pin.y].append(pin)
    return [
        _inside(inset_of(place), _beside(pin, index, len(together), view), view)
        for place, together in by_place.items()
        for index, pin in enumerate(together)
    ]


def _beside(pin: Pin, index: int, count: int, view: View) -> Pin:
    step = view.size(_SPACING)
    if count <= _COLUMN:
        return replace(pin, y=round(pin.y + step * (index - (count - 1) / 2), 2))
    distance, angle = step * math.sqrt(index), index * _GOLDEN_ANGLE
    return replace(pin, x=round(pin.x + distance * math.cos(angle), 2), y=round(pin.y + distance * math.sin(angle), 2))


def _inside(inset: Mapping[str, Any] | None, pin: Pin, view: View) -> Pin:
    x, y = kept_inside(inset, (pin.x, pin.y), view.size(pin.radius))
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

    fields = (
        *("adresse", "nom", "commune", "latitude", "longitude", "position_approximative"),
        *("etape", "millesime", "nom_etape", "tranches"),
    )

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
        if asked.reads_rows:
            found = directory.find(asked, filters.known)
            pieces = [directory.map_part(found.rows)] if found.count else []
        else:
            pieces = directory.map_points(asked.choice)
        head = ",".join(f'"{field}"' for field in self.fields)
        body = ",\n".join(pieces)
        return HttpResponse(f'{{"champs":[{head}],\n"points":[\n{body}\n]}}', content_type="application/json")
