"""The perimeter of an operation: shown, put by a file or by a point, taken away as GeoJSON."""

from __future__ import annotations

import json
import math
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import View

from ecoquartier.access.scopes import operations_visible_to
from ecoquartier.core.errors import DomainError
from ecoquartier.operations.domain.perimeter.territories import territory_of
from ecoquartier.operations.models import Operation
from ecoquartier.operations.predicates import is_writer
from ecoquartier.operations.queries import (
    as_feature,
    changed_labels,
    perimeter_in_force,
    perimeter_of,
    perimeters_of,
    stages_known_to,
)
from ecoquartier.operations.services.perimeter import record_perimeter
from ecoquartier.operations.services.perimeter_changes import note_change
from ecoquartier.operations.services.perimeter_files import (
    PerimeterReading,
    PerimeterRefused,
    place_point,
    read_file,
)
from ecoquartier.web.holder import perimeter_words as words
from ecoquartier.web.holder.operations import OperationPage, WritingPage, above
from ecoquartier.web.holder.perimeter_forms import ChoicesForm, FileForm, PointForm, RecordForm
from ecoquartier.web.shared.kept import KeptFiles
from ecoquartier.web.shared.limits import Limit
from ecoquartier.web.shared.views import ActionView, DetailPage, FormPage
from ecoquartier.web.shared.views.access import AccessMixin, ObjectMixin

FOLDER = "perimetres"
MAY_WRITE = "operations.write_perimeter"
# Each reading starts a process: enough for who corrects a file again and again, and no more.
UPLOADS = Limit("perimeter", most=20, seconds=10 * 60)


def refuse_too_often(actor) -> None:
    """Count one more reading.

    Raises:
        DomainError: this person had many already; the sentence says when the next one is possible.
    """
    minutes = math.ceil(UPLOADS.wait(str(actor.pk)) / 60)
    if minutes:
        said = _("Vous avez fait lire beaucoup de périmètres en peu de temps\u00a0: réessayez dans %(n)s\u00a0min.")
        raise DomainError(said % {"n": minutes}, "too_many_files")


class PerimeterPage(OperationPage, DetailPage):
    """The perimeter in force, where it comes from, and those it replaced."""

    title = gettext_lazy("Périmètre")
    template_name = "holder/perimeter.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        rows = list(perimeters_of(self.object))
        present = rows[0] if rows and rows[0].replaced_at is None else None
        known = list(changed_labels(stages_known_to(self.object, self.actor)))
        return super().get_context_data(
            perimeter=present,
            facts=words.facts(present) if present else (),
            warnings=words.warnings(self.object, present.area_ha) if present else (),
            change=words.since_label(known),
            labelled=[row.perimeter_id for row in known],
            may_note=any(row.change_noted_at is None for row in known)
            and self.actor.has_perm("operations.accompany", self.object),
            former=[(row, words.hectares(row.area_ha)) for row in rows if row.replaced_at],
            may_change=self.actor.has_perm(MAY_WRITE, self.object),
            closed=self.closed,
            can_draw=bool(settings.TILES_URL),
            label=words.label(self.object),
            **kwargs,
        )


class PerimeterNoted(ActionView):
    """The correspondent has seen that the perimeter is no longer the one that was labelled."""

    scope = staticmethod(operations_visible_to)
    service = staticmethod(note_change)
    success_message = gettext_lazy("C’est noté\u00a0: ce changement n’est plus à voir.")

    def get_next_url(self, result: Operation) -> str:
        return resolve_url("holder:perimeter", pk=result.pk)


class PerimeterChange(WritingPage, OperationPage, FormPage):
    """What the ways to put a perimeter share."""

    permission = MAY_WRITE
    refusal = gettext_lazy("Seuls les pilotes et contributeurs de l’équipe, et le bureau, changent le périmètre.")
    success_message = gettext_lazy("Le périmètre est enregistré.")

    def get_breadcrumb(self):
        return [*above(self.object), (_("Périmètre"), resolve_url("holder:perimeter", pk=self.object.pk))]

    def get_success_url(self, result: Operation) -> str:
        return resolve_url("holder:perimeter", pk=result.pk)


class PerimeterRecording(PerimeterChange):
    """What is recorded at once: it replaces the perimeter in force that the page shows, and no other."""

    def get_form_kwargs(self) -> dict[str, Any]:
        corrects = not is_writer.test(self.actor, self.object)
        return super().get_form_kwargs() | {"asks_reason": corrects, "present": perimeter_in_force(self.object)}


class PerimeterPoint(PerimeterRecording):
    """A point and an area, for want of a file."""

    title = gettext_lazy("Indiquer un point et une superficie")
    lead = gettext_lazy("Sans fichier de périmètre, dites où est le centre de l’opération, et combien elle mesure.")
    form_class = PointForm

    def get_form_kwargs(self) -> dict[str, Any]:
        territory = territory_of(self.object.lead_commune.county_id)
        return super().get_form_kwargs() | {"territory": territory}

    def get_initial(self) -> dict[str, Any]:
        return {"area_ha": self.object.area_ha}

    def perform(self, form: PointForm) -> Operation:
        reading = place_point(self.object, **form.typed())
        reason = form.cleaned_data.get("reason", "")
        return record_perimeter(self.object, actor=self.actor, reading=reading, reason=reason)


class PerimeterUpload(PerimeterChange):
    """A file, kept while what it holds is read again; nothing is kept of a file that gives no perimeter."""

    title = gettext_lazy("Déposer un fichier")
    lead = gettext_lazy("Vous verrez ce qui a été compris du fichier avant de l’enregistrer.")
    form_class = FileForm
    template_name = "holder/perimeter_upload.html"
    submit_label = gettext_lazy("Lire le fichier")
    success_message = ""

    def perform(self, form: FileForm) -> UUID:
        refuse_too_often(self.actor)
        file = form.cleaned_data["file"]
        data = file.read()
        try:
            read_file(data, self.object)
        except PerimeterRefused as refusal:
            if not refusal.asks_projection:
                raise
        return KeptFiles(FOLDER, self.object.pk).keep(file.name, data)

    def get_success_url(self, result: UUID) -> str:
        return resolve_url("holder:perimeter-read", pk=self.object.pk, key=result)


class PerimeterRead(PerimeterRecording):
    """What was understood of a kept file. The choices are in the address: what is recorded is what is shown."""

    title = gettext_lazy("Relire le périmètre")
    form_class = RecordForm
    template_name = "holder/perimeter_read.html"
    submit_label = gettext_lazy("Enregistrer ce périmètre")
    folder = FOLDER
    choices: ChoicesForm | None = None
    reading: PerimeterReading | None = None
    refused, is_elsewhere = "", False

    def load(self) -> None:
        """The file, once the permission is known; 404 when it has served, or was abandoned."""
        super().load()
        self.kept = KeptFiles(self.folder, self.object.pk)
        found = self.kept.read(self.kwargs["key"])
        if found is None:
            raise Http404
        self.file_name, data = found
        try:
            self.reading = self.read(data)
        except PerimeterRefused as refusal:
            self.refused, self.is_elsewhere = refusal.message, refusal.is_elsewhere

    def read(self, data: bytes) -> PerimeterReading:
        """What the file says, with the choices of the address."""
        self.choices = ChoicesForm(self.request.GET, territory=territory_of(self.object.lead_commune.county_id))
        return read_file(data, self.object, **self.choices.choices())

    def get_breadcrumb(self):
        return [*super().get_breadcrumb(), self.get_way_back()]

    def get_way_back(self) -> tuple[str, str]:
        """The page that led here: its title and its address."""
        return PerimeterUpload.title, resolve_url("holder:perimeter-upload", pk=self.object.pk)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        found = self.reading
        if self.choices:
            self.choices.offer(found.parts if found else ())
        return super().get_context_data(
            reading=found,
            refused=self.refused,
            is_elsewhere=self.is_elsewhere,
            choices=self.choices,
            facts=words.understood(found, self.file_name, perimeter_in_force(self.object)) if found else (),
            warnings=[*words.doubts(found), *words.warnings(self.object, found.area_ha)] if found else (),
            label=words.label(self.object),
            **kwargs,
        )

    def perform(self, form: RecordForm) -> Operation:
        if self.reading is None:
            raise PerimeterRefused(self.refused, "unread")
        recorded = record_perimeter(
            self.object,
            actor=self.actor,
            reading=self.reading,
            file_name=self.file_name,
            reason=form.cleaned_data.get("reason", ""),
        )
        self.kept.forget(self.kwargs["key"])
        return recorded


class PerimeterFile(OperationPage, ObjectMixin, AccessMixin, View):
    """A perimeter of the operation, present or past, as GeoJSON."""

    http_method_names: ClassVar = ["get", "head", "options"]

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The file; 404 for a perimeter of another operation."""
        perimeter = perimeter_of(self.object, self.kwargs["key"])
        if perimeter is None:
            raise Http404
        response = HttpResponse(json.dumps(as_feature(perimeter)), content_type="application/geo+json")
        response["Content-Disposition"] = f'attachment; filename="perimetre-{self.object.slug[:80]}.geojson"'
        return response
