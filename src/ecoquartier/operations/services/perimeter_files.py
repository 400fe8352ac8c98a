"""Asks the worker of `domain.perimeter` what a file holds: a process of its own, so that no file hurts this one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from tempfile import NamedTemporaryFile
from typing import Any

from django.db.models import F

from ecoquartier.core import confined
from ecoquartier.core.errors import DomainError
from ecoquartier.operations.domain.perimeter import MAX_FILE, refusals
from ecoquartier.operations.domain.perimeter.territories import projection_name
from ecoquartier.operations.enums import PerimeterSource
from ecoquartier.operations.models import Operation, Perimeter
from ecoquartier.territories.models import Commune

WORKER = "ecoquartier.operations.domain.perimeter.worker"
ENVIRONMENT = {"PROJ_NETWORK": "OFF", "OPENBLAS_NUM_THREADS": "1"}
AROUND = 0.25
"""Degrees around a perimeter where the nearest town is looked for."""


class PerimeterRefused(DomainError):
    """The file gives no perimeter; the sentence says why.

    Args:
        asks_projection: whether choosing the projection could mend it.
        facts: what the sentence quotes.
    """

    def __init__(
        self, message: str, code: str, *, asks_projection: bool = False, facts: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message, code)
        self.asks_projection = asks_projection
        self.facts = facts or {}

    @property
    def is_elsewhere(self) -> bool:
        """Whether a perimeter was read, in a place that cannot be its own."""
        return self.code in refusals.ELSEWHERE


@dataclass(frozen=True)
class FilePart:
    """One polygon among those of a file."""

    label: str
    area_ha: Decimal
    is_kept: bool


@dataclass(frozen=True)
class PerimeterReading:
    """What was understood of a file, or of a point; nothing is stored yet.

    Args:
        how: "declared" by the file, "guessed" from its coordinates, "chosen" by the person.
        is_swapped: its coordinates came in the other order.
        others: points and lines left aside.
        is_mended: outlines that crossed themselves were repaired.
        slivers: pieces or holes under a square metre, dropped.
        parts: the polygons to choose from; empty when there is one, or too many for a choice.
        count: how many polygons the file holds.
        far_km: distance from the commune, when it is worth a warning.
        county: name of another county where it seems to be.
        changed: share that differs from the perimeter in force; None without one.
    """

    source: str
    projection: str
    how: str
    area_ha: Decimal
    geometry: dict[str, Any]
    bounds: tuple[float, float, float, float]
    drawing: dict[str, Any]
    is_swapped: bool = False
    others: int = 0
    is_mended: bool = False
    slivers: int = 0
    parts: tuple[FilePart, ...] = ()
    count: int = 1
    far_km: int | None = None
    county: str = ""
    changed: float | None = None


def read_file(
    data: bytes, operation: Operation, *, projection: int | None = None, parts: list[int] | None = None
) -> PerimeterReading:
    """What the bytes of a file say of the perimeter of an operation.

    Args:
        projection: EPSG code that the person chose, over what the file says.
        parts: numbers of the polygons to keep; all of them when None.

    Raises:
        PerimeterRefused: there is no perimeter in it; the sentence says why.
    """
    if len(data) > MAX_FILE:
        raise _refused("too_heavy")
    former = operation.perimeters.filter(replaced_at=None).first()
    known = former.geometry if former else None
    with NamedTemporaryFile(prefix="perimetre-") as file:
        file.write(data)
        file.flush()
        asked = {"path": file.name, "projection": projection, "parts": parts, "former": known}
        return _reading(operation, _ask("read", **asked, **_place(operation)))


def read_drawing(data: bytes, operation: Operation) -> PerimeterReading:
    """What an outline drawn corner by corner says (`domain.perimeter.corners.as_geojson`): read as a file is.

    Raises:
        PerimeterRefused: it gives no perimeter; the sentence speaks neither of a file nor of its projection.
    """
    try:
        return replace(read_file(data, operation), source=PerimeterSource.DRAWN)
    except PerimeterRefused as refusal:
        said = refusals.sentence(refusal.code, refusal.facts, is_drawn=True)
        raise PerimeterRefused(said, refusal.code, facts=refusal.facts) from refusal


def place_point(
    operation: Operation, *, latitude: str, longitude: str, area_ha: Decimal, projection: int | None = None
) -> PerimeterReading:
    """A point, as typed, and the area declared with it.

    Args:
        projection: EPSG code of coordinates in metres; the one of the territory when None.

    Raises:
        PerimeterRefused: these are not coordinates, or not of a place near the commune.
    """
    typed = {"latitude": latitude, "longitude": longitude, "area_ha": float(area_ha), "projection": projection}
    found = _ask("point", **typed, **_place(operation))
    return _reading(operation, found)


def changed_share(old: Perimeter, new: Perimeter) -> float | None:
    """What differs between two perimeters, as a share of the area of the old one (rule 16); None when one is a point.

    `domain.perimeter.shapes.changed_share` is the same for whoever holds the shapes.
    """
    county = old.operation.lead_commune.county_id
    return _ask("compare", old=old.geometry, new=new.geometry, county=county)["changed"]


def _place(operation: Operation) -> dict[str, Any]:
    commune = operation.lead_commune
    known = commune.latitude is not None
    return {"county": commune.county_id, "near": [commune.longitude, commune.latitude] if known else None}


def _other_county(operation: Operation, reading: PerimeterReading) -> str:
    """The county where the perimeter seems to be, when it is not that of the commune: that of the nearest town."""
    commune = operation.lead_commune
    west, south, east, north = reading.bounds
    longitude, latitude = (west + east) / 2, (south + north) / 2
    # A degree of longitude is shorter than one of latitude: near enough to tell which of two towns is nearer.
    width = math.cos(math.radians(latitude))
    around = Commune.objects.current().filter(
        is_place_approximate=False,
        latitude__range=(latitude - AROUND, latitude + AROUND),
        longitude__range=(longitude - AROUND / width, longitude + AROUND / width),
    )
    squared = (F("latitude") - latitude) ** 2 + ((F("longitude") - longitude) * width) ** 2
    nearest = around.select_related("county").order_by(squared).first()
    return nearest.county.name if nearest and nearest.county_id != commune.county_id else ""


def _ask(task: str, **question: Any) -> dict[str, Any]:
    """The answer of the worker; whatever ends it becomes a refusal."""
    try:
        found = confined.ask(WORKER, {"task": task, **question}, environment=ENVIRONMENT)
    except confined.Interrupted as error:
        raise _refused("too_long" if error.is_too_long else "unreadable") from error
    if "refused" in found:
        raise _refused(found["refused"], found["facts"], asks_projection=found["asks_projection"])
    return found


def _refused(code: str, facts: Mapping[str, Any] | None = None, *, asks_projection: bool = False) -> PerimeterRefused:
    known = dict(facts or {})
    read_in = known.pop("projection", "")
    said = refusals.sentence(code, known, projection=projection_name(read_in) if read_in else "")
    return PerimeterRefused(said, code, asks_projection=asks_projection, facts=known)


def _reading(operation: Operation, found: dict[str, Any]) -> PerimeterReading:
    parts = [FilePart(part["label"], Decimal(str(part["area_ha"])), part["is_kept"]) for part in found.pop("parts", [])]
    area, bounds = Decimal(str(found.pop("area_ha"))), tuple(found.pop("bounds"))
    reading = PerimeterReading(area_ha=area, bounds=bounds, parts=tuple(parts), **found)
    if operation.lead_commune.is_place_approximate:  # then so is the distance
        reading = replace(reading, far_km=None)
    return replace(reading, county=_other_county(operation, reading))
