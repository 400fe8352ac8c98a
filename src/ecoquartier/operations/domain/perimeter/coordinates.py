"""A point as people type it: degrees, degrees and minutes, or metres of the territory's projection."""

from __future__ import annotations

import re

from ecoquartier.operations.domain.perimeter import Refused

_TYPED = re.compile(
    r"^(?P<before>[NSEOW])?(?P<sign>[-+−])?(?P<degrees>\d+(?:[.,]\d+)?)°?"
    r"(?:(?P<minutes>\d+(?:[.,]\d+)?)['’′](?:(?P<seconds>\d+(?:[.,]\d+)?)(?:\"|”|″|''|’’|′′))?)?"
    r"(?P<after>[NSEOW])?$",
    re.IGNORECASE,
)
LARGEST_ANGLE = 180


def typed_point(latitude: str, longitude: str) -> tuple[float, float, bool]:
    """What was typed in the two fields of a point.

    Returns:
        (x, y, whether they are metres): longitude and latitude in degrees, or east and north.

    Raises:
        Refused: one is not a coordinate, or one is in degrees and the other in metres.
    """
    first, first_letter = typed_number(latitude)
    second, second_letter = typed_number(longitude)
    if first_letter in {"E", "O", "W"} or second_letter in {"N", "S"}:
        first, second = second, first
    are_metres = [abs(value) > LARGEST_ANGLE for value in (first, second)]
    if are_metres[0] != are_metres[1]:
        raise Refused("mixed_coordinates")
    return second, first, are_metres[0]


def typed_number(text: str) -> tuple[float, str]:
    """The value of one coordinate, and its letter.

    Raises:
        Refused: it is not a coordinate.
    """
    if not (found := _TYPED.match("".join(text.split()))):
        raise Refused("bad_coordinate", text=text.strip()[:40])
    degrees, minutes, seconds = (
        float((found[name] or "0").replace(",", ".")) for name in ("degrees", "minutes", "seconds")
    )
    if minutes >= 60 or seconds >= 60 or (found["minutes"] and degrees > LARGEST_ANGLE):
        raise Refused("bad_coordinate", text=text.strip()[:40])
    letter = (found["before"] or found["after"] or "").upper()
    negative = found["sign"] in {"-", "−"} or letter in {"S", "O", "W"}
    value = degrees + minutes / 60 + seconds / 3600
    return -value if negative else value, letter
