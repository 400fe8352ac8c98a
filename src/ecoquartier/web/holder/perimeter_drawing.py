"""A perimeter drawn on a background of tiles, or typed corner by corner; then read and shown as a file is."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.operations.domain.perimeter.corners import MOST_CORNERS, as_geojson, as_text
from ecoquartier.operations.domain.perimeter.territories import territory_of
from ecoquartier.operations.models import Operation, Perimeter
from ecoquartier.operations.queries import perimeter_in_force
from ecoquartier.operations.services.perimeter_files import PerimeterReading, read_drawing
from ecoquartier.territories.queries import place_of
from ecoquartier.web.holder.perimeter import PerimeterChange, PerimeterRead, refuse_too_often
from ecoquartier.web.holder.perimeter_forms import DrawingForm
from ecoquartier.web.shared.kept import KeptFiles

FOLDER = "dessins"
AROUND = 0.015
"""Degrees shown around the middle of a commune: its centre, and the streets nearby."""


Box = tuple[float, float, float, float]
"""West, south, east, north."""


def shown_first(operation: Operation, present: Perimeter | None) -> Box:
    """What the map shows first: the present perimeter, else the commune, else the whole territory."""
    if present:
        return present.west, present.south, present.east, present.north
    place = place_of(operation.lead_commune)
    if place is None:
        return territory_of(operation.lead_commune.county_id).box
    west, south = place.longitude - AROUND, place.latitude - AROUND
    return west, south, west + 2 * AROUND, south + 2 * AROUND


class PerimeterDraw(PerimeterChange):
    """The outline, on a map when there is JavaScript; the text of its corners is what is sent."""

    title = gettext_lazy("Dessiner le périmètre")
    lead = gettext_lazy("Vous verrez le contour et sa superficie avant de l’enregistrer.")
    form_class = DrawingForm
    template_name = "holder/perimeter_draw.html"
    submit_label = gettext_lazy("Lire le contour")
    success_message = ""
    text = ""

    def load(self) -> None:
        """404 on a site without a background of map, and for a drawing that has served or was abandoned."""
        if not settings.TILES_URL:
            raise Http404
        super().load()
        self.kept = KeptFiles(FOLDER, self.object.pk)
        if "key" in self.kwargs:
            found = self.kept.read(self.kwargs["key"])
            if found is None:
                raise Http404
            self.text = as_text(json.loads(found[1]))

    def get_initial(self) -> dict[str, Any]:
        return {"corners": self.text}

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        present = perimeter_in_force(self.object)
        return super().get_context_data(
            tiles=settings.TILES_URL,
            credit=settings.TILES_CREDIT,
            box=json.dumps(shown_first(self.object, present)),
            present=present,
            most=MOST_CORNERS,
            **kwargs,
        )

    def perform(self, form: DrawingForm) -> UUID:
        refuse_too_often(self.actor)
        data = json.dumps(as_geojson(form.cleaned_data["corners"])).encode()
        read_drawing(data, self.object)
        return self.kept.keep("", data)

    def get_success_url(self, result: UUID) -> str:
        return resolve_url("holder:perimeter-drawn", pk=self.object.pk, key=result)


class PerimeterDrawn(PerimeterRead):
    """What was understood of a drawing; nothing is to be chosen, its corners may be taken up again."""

    folder = FOLDER

    def read(self, data: bytes) -> PerimeterReading:
        return read_drawing(data, self.object)

    def get_way_back(self) -> tuple[str, str]:
        return _("Corriger le dessin"), resolve_url(
            "holder:perimeter-redraw", pk=self.object.pk, key=self.kwargs["key"]
        )
