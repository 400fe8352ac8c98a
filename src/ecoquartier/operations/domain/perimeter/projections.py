"""Where a file is: the projection it declares, else the one in which its coordinates fall near the commune."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyproj import CRS, Geod, Transformer

from ecoquartier.operations.domain.perimeter import FAR_KM, TOO_FAR_KM, Refused
from ecoquartier.operations.domain.perimeter.features import Point
from ecoquartier.operations.domain.perimeter.territories import TERRITORIES, Territory

WGS84 = 4326
SAME_PLACE_KM = 0.05
_EARTH = Geod(ellps="GRS80")


@dataclass(frozen=True)
class Understood:
    """The projection of a layer, and how it is known: "declared", "guessed" or "chosen".

    Args:
        is_swapped: whether its coordinates come as (latitude, longitude) or (north, east).
    """

    crs: CRS
    how: str
    is_swapped: bool = False

    @property
    def code(self) -> str:
        """« EPSG:2154 », else the name that the file gives."""
        number = self.crs.to_epsg(min_confidence=25)
        return f"EPSG:{number}" if number else str(self.crs.name)[:80]

    def place(self, position: Point) -> Point:
        """Longitude and latitude of a position of the file."""
        x, y = reversed(position) if self.is_swapped else position
        return transformer(self.crs, WGS84).transform(x, y)


def transformer(source: CRS | int, target: CRS | int) -> Transformer:
    """From one projection to another, coordinates always in the order (east, north)."""
    return Transformer.from_crs(source, target, always_xy=True)


def _may_be_degrees(position: Point) -> bool:
    """Whether a position may be given in degrees: that of no other projection of these territories may."""
    return abs(position[0]) <= 180 and abs(position[1]) <= 180


def kilometres(first: Point, second: Point) -> float:
    """Distance between two (longitude, latitude)."""
    return _EARTH.inv(*first, *second)[2] / 1000


@dataclass(frozen=True)
class Surroundings:
    """Where the perimeter should be.

    Args:
        territory: the part of France of the commune.
        near: (longitude, latitude) of the commune, when it is known.
    """

    territory: Territory
    near: Point | None = None

    def has(self, place: Point) -> bool:
        """Whether a place is in the territory, and not too far from the commune."""
        return self.territory.has(place) and (self.near is None or kilometres(place, self.near) <= TOO_FAR_KM)

    def distance(self, place: Point) -> int | None:
        """Kilometres from the commune when that is worth a warning."""
        found = kilometres(place, self.near) if self.near else 0
        return round(found) if found > FAR_KM else None

    def understand(self, middle: Point, declared: CRS | None, chosen: int | None = None) -> Understood:
        """The projection of a layer, from a position in its middle.

        Args:
            declared: what the file says.
            chosen: what the person says, which wins.

        Raises:
            Refused: no projection, or several, put the layer near the commune: the person has to say.
        """
        if chosen or declared:
            crs, how = (CRS.from_epsg(chosen), "chosen") if chosen else (declared, "declared")
            for swapped in (False, True):
                found = Understood(crs, how, swapped)
                if self.has(found.place(middle)):
                    return found
            straight = Understood(crs, how)
            raise self.elsewhere(straight.place(middle), straight.code)
        fitting = list(self._guesses(middle))
        if not fitting and _may_be_degrees(middle):
            places = (middle, (middle[1], middle[0]))
            raise self.elsewhere(next(filter(self.territory.has, places), middle))
        if not fitting:
            raise Refused("projection_unknown", asks_projection=True)
        first = fitting[0].place(middle)
        if any(kilometres(first, other.place(middle)) > SAME_PLACE_KM for other in fitting[1:]):
            raise Refused("projection_ambiguous", asks_projection=True)
        return fitting[0]

    def _guesses(self, middle: Point) -> Iterator[Understood]:
        for code in (WGS84, *self.territory.projections):
            for swapped in (False, True):
                found = Understood(CRS.from_epsg(code), "guessed", swapped)
                if self.has(found.place(middle)):
                    yield found

    def elsewhere(self, place: Point, projection: str = "") -> Refused:
        """Why a place cannot be that of the operation, in the most precise words that we have.

        Args:
            projection: the one in which the file was read, when another could mend it.
        """
        asks = bool(projection)
        if self.territory.has(place) and self.near:
            km = round(kilometres(place, self.near))
            return Refused("far", asks_projection=asks, km=km, projection=projection)
        other = next((t.name for t in TERRITORIES if t is not self.territory and t.has(place)), "")
        if other:
            return Refused("other_territory", asks_projection=asks, territory=other, projection=projection)
        return Refused("outside", asks_projection=asks, projection=projection)
