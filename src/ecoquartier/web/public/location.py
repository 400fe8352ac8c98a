"""Where an operation is, on its sheet: a small map of France with one dot, the shape of its perimeter, its areas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.core.text import french_number, long_date, sort_key
from ecoquartier.directory.models import DirectoryRow
from ecoquartier.framework.domain.vocabulary import figures
from ecoquartier.operations.domain.figures import in_unit
from ecoquartier.operations.domain.perimeter import doubtful_gap
from ecoquartier.web.public.directory_forms import MAP
from ecoquartier.web.public.france import drawing, frame_at, in_frame

AREA = "area_ha"
# What is drawn, and its caption: only a drawn perimeter is called one, as on the pages of its team.
PERIMETER = (
    gettext_lazy("Périmètre de l’opération"),
    gettext_lazy("Périmètre de %(area)s\u00a0ha, enregistré le %(day)s."),
)
POINT = (
    gettext_lazy("Cercle de la superficie déclarée, autour du point de l’opération"),
    gettext_lazy(
        "Point et superficie déclarée de %(area)s\u00a0ha, enregistrés le %(day)s. Le cercle a cette superficie\u00a0: "
        "il ne dit pas le contour."
    ),
)
# Of the whole width of the map.
_DOT = 0.022


@dataclass(frozen=True)
class Locator:
    """A map with one dot.

    Args:
        view: the part of the drawing that is shown: metropolitan France, or one overseas.
        shape: the outline inside it.
        label: what the map says, for those who do not see it.
        address: the map of the directory around the operation.
    """

    view: str
    shape: str
    x: float
    y: float
    radius: float
    label: str
    address: str


@dataclass(frozen=True)
class Outline:
    """The perimeter in force, or the point and the area that stand for it, as `perimeter_drawing` takes them.

    Args:
        label: what the drawing is, for those who do not see it.
        caption: the same under it, with its area and its date.
        gap: why the programme says another area; empty when it does not.
    """

    drawing: dict[str, Any]
    source: str
    label: str
    caption: str
    gap: str


def perimeter_of(row: DirectoryRow) -> Outline | None:
    """The perimeter that the row says to be in force; None without one."""
    said = row.sheet["perimeter"]
    if not said:
        return None
    label, caption = POINT if row.is_declared_point else PERIMETER
    area, day = french_number(round(said["area_ha"], 2)), long_date(date.fromisoformat(said["since"]))
    return Outline(
        drawing=said["drawing"],
        source=said["source"],
        label=str(label),
        caption=caption % {"area": area, "day": day},
        gap=_gap(row, said["area_ha"]),
    )


def _gap(row: DirectoryRow, area_ha: float) -> str:
    """That the programme says another area, when its team is warned of it; each stays as it was recorded."""
    declared = Decimal(row.sheet["figures"].get(AREA, 0))
    if doubtful_gap(declared, Decimal(str(area_ha))) is None:
        return ""
    said = (
        _(
            "La superficie déclarée au programme, %(area)s, a sa source sous les chiffres\u00a0; celle-ci a été "
            "déclarée avec le point. Elles diffèrent\u00a0: chacune est montrée telle qu’elle a été enregistrée."
        )
        if row.is_declared_point
        else _(
            "La superficie déclarée au programme, %(area)s, a sa source sous les chiffres\u00a0; celle du périmètre "
            "est mesurée sur son dessin. Elles diffèrent\u00a0: chacune est montrée telle qu’elle a été enregistrée."
        )
    )
    return said % {"area": in_unit(declared, figures()[AREA])}


def locator(row: DirectoryRow) -> Locator | None:
    """The map of a row; None when its place is not known, or is in no part of the drawing."""
    if row.latitude is None or row.longitude is None:
        return None
    frame = frame_at(row.latitude, row.longitude)
    if frame is None:
        return None
    west, south, east, north = frame["box"]
    (left, top), (right, foot) = in_frame(frame, north, west), in_frame(frame, south, east)
    x, y = in_frame(frame, row.latitude, row.longitude)
    outlines = {shape["county"]: shape["path"] for shape in drawing()["shapes"]}
    is_overseas = row.county in outlines
    label = _("%(town)s, sur une carte de son territoire") if is_overseas else _("%(town)s, sur une carte de France")
    return Locator(
        view=f"{left:g} {top:g} {right - left:g} {foot - top:g}",
        shape=outlines[row.county if is_overseas else ""],
        x=x,
        y=y,
        radius=round((right - left) * _DOT, 1),
        label=label % {"town": row.town},
        address=f"{reverse('public:directory')}?{urlencode({'departement': row.county, 'vue': MAP})}",
    )


def areas(row: DirectoryRow) -> list[tuple[str, str]]:
    """The commune, the county and the region, each with the address of its operations; no name comes twice."""
    said = {
        sort_key(row.region_name): (row.region_name, {"region": row.region}),
        sort_key(row.county_name): (f"{row.county_name} ({row.county})", {"departement": row.county}),
        sort_key(row.commune): (row.commune, {"commune": row.commune_code}),
    }
    path = reverse("public:directory")
    return [(words, f"{path}?{urlencode(asked)}") for words, asked in reversed(said.values())]
