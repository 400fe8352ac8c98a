"""Forms of the perimeter: a file and what to say of it, or a point and an area."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.operations.domain.perimeter import MAX_AREA_HA, MAX_FILE, MAX_PARTS, MIN_AREA_HA, Refused, corners
from ecoquartier.operations.domain.perimeter.coordinates import typed_number, typed_point
from ecoquartier.operations.domain.perimeter.refusals import sentence
from ecoquartier.operations.domain.perimeter.territories import Territory, projections_in
from ecoquartier.operations.models import Perimeter
from ecoquartier.operations.services.perimeter_files import FilePart
from ecoquartier.web.holder.forms import Measure
from ecoquartier.web.holder.perimeter_words import hectares
from ecoquartier.web.shared.files import FileField, Kind
from ecoquartier.web.shared.forms import FilterForm, Form

GEOGRAPHIC = Kind(
    gettext_lazy("un GeoJSON, un GeoPackage, un KML, ou un Shapefile dans un ZIP"),
    (".geojson", ".json", ".gpkg", ".kml", ".kmz", ".zip"),
)


class RecordForm(Form):
    """A change of perimeter; who is not of the team says why.

    Args:
        asks_reason: the person is not of the team.
        present: the perimeter in force. Another one put in force since the page was read is not replaced unseen.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Motif de la correction"),
        max_length=300,
        help_text=gettext_lazy("Il va au journal, avec votre nom. 300 signes au plus."),
    )

    def __init__(self, *args, asks_reason: bool, present: Perimeter | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.present = str(present.pk) if present else ""
        self.fields["seen"].initial = self.present
        if not asks_reason:
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        """Once told of the other perimeter, the person may replace it."""
        if self.data.get("seen", self.present) != self.present:
            self.data = {**self.data.dict(), "seen": self.present}
            raise ValidationError(
                _(
                    "Un autre périmètre a été enregistré depuis que cette page est ouverte. Vérifiez que celui-ci doit "
                    "le remplacer, puis enregistrez de nouveau."
                )
            )
        return super().clean()


class FileForm(Form):
    """The file, before anything is known of it."""

    file = FileField(label=gettext_lazy("Fichier du périmètre"), kinds=(GEOGRAPHIC,), most=MAX_FILE)


class ChoicesForm(FilterForm):
    """What a person may say of a file once it was read: its projection, the polygons to keep. Sent in the address."""

    parts = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Polygones à garder"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Ceux qui restent cochés sont réunis en un seul périmètre."),
    )
    # A form without any ticked box looks like one that was not sent.
    chosen = forms.BooleanField(widget=forms.HiddenInput)
    projection = forms.TypedChoiceField(
        label=gettext_lazy("Projection du fichier"), coerce=lambda code: int(code) if code else None, empty_value=None
    )

    def __init__(self, data: Any, *, territory: Territory):
        super().__init__(data)
        known = [(str(code), f"{name} (EPSG:{code})") for code, name in projections_in(territory)]
        self.fields["projection"].choices = [("", _("Celle que le fichier annonce")), *known]
        self.fields["parts"].choices = [(str(number), str(number + 1)) for number in range(MAX_PARTS)]

    def choices(self) -> dict[str, Any]:
        """What the reader is given; what makes no sense in the address is ignored."""
        self.is_valid()
        found = self.cleaned_data
        return {"projection": found.get("projection"), "parts": found.get("parts", []) if found.get("chosen") else None}

    def offer(self, parts: tuple[FilePart, ...]) -> None:
        """Show the polygons that were found, as they were kept; when there is none to choose from, no question."""
        if not parts:
            del self.fields["parts"]
            return
        self.fields["parts"].choices = [
            (str(n), f"{part.label or _('Polygone %(n)s') % {'n': n + 1}}, {hectares(part.area_ha)}")
            for n, part in enumerate(parts)
        ]
        kept = [str(n) for n, part in enumerate(parts) if part.is_kept]
        self.data = self.data.copy()
        self.data.setlist("parts", kept)
        self.data["chosen"] = "on"


class DrawingForm(Form):
    """The corners of an outline, one a line: what the map writes, and what anyone may type."""

    corners = forms.CharField(
        label=gettext_lazy("Points du contour"),
        help_text=gettext_lazy(
            "Un point par ligne, en suivant le contour\u00a0: latitude, puis longitude, en degrés. "
            "Par exemple 48.0712, -0.7734. Le dernier point rejoint le premier."
        ),
        widget=forms.Textarea({"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        strip=False,  # the line of a mistake is told by its number
    )

    def clean_corners(self) -> list[corners.Corner]:
        """The corners; the sentence of what they are not."""
        with _refusals():
            return corners.typed_corners(self.cleaned_data["corners"])


class PointForm(RecordForm):
    """A point and an area, when there is no file."""

    field_order = ("latitude", "longitude", "projection", "area_ha", "reason")

    latitude = forms.CharField(
        label=gettext_lazy("Latitude, ou Y"),
        max_length=40,
        help_text=gettext_lazy("Par exemple 48,0712 ou 48° 4′ 16″ N, ou le nord en mètres."),
    )
    longitude = forms.CharField(
        label=gettext_lazy("Longitude, ou X"),
        max_length=40,
        help_text=gettext_lazy("Par exemple -0,7734 ou 0° 46′ 24″ O, ou l’est en mètres."),
    )
    projection = forms.TypedChoiceField(
        label=gettext_lazy("Projection des coordonnées en mètres"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=gettext_lazy("Sans effet sur des degrés."),
    )
    area_ha = Measure(
        label=gettext_lazy("Superficie"),
        help_text=gettext_lazy("En hectares, par exemple 12,5."),
        min_value=MIN_AREA_HA,
        max_value=MAX_AREA_HA,
        unit="ha",
        decimal_places=4,
    )

    def __init__(self, *args, territory: Territory, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area_ha"].required = True
        # Degrees need no choice; nor do metres, where there is one projection.
        usual, *others = projections_in(territory)[1:]
        self.fields["projection"].choices = [("", usual[1]), *others]
        if not others:
            del self.fields["projection"]

    def clean_latitude(self) -> str:
        """The words of a coordinate."""
        return _coordinate(self.cleaned_data["latitude"])

    def clean_longitude(self) -> str:
        """The words of a coordinate, of the same kind as the other one."""
        longitude, latitude = _coordinate(self.cleaned_data["longitude"]), self.cleaned_data.get("latitude")
        with _refusals():
            typed_point(latitude or longitude, longitude)
        return longitude

    def typed(self) -> dict[str, Any]:
        """What the service is given."""
        said = self.cleaned_data
        return {name: said.get(name) for name in ("latitude", "longitude", "area_ha", "projection")}


@contextmanager
def _refusals() -> Iterator[None]:
    """Make the fault of a field of what the block refuses."""
    try:
        yield
    except Refused as refusal:
        raise forms.ValidationError(sentence(refusal.code, refusal.facts), code=refusal.code) from refusal


def _coordinate(text: str) -> str:
    with _refusals():
        typed_number(text)
    return text
