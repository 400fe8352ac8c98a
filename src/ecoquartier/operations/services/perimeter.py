"""Acts on the perimeter of an operation."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ecoquartier.core import clock
from ecoquartier.core.canonical import canonical_json, sha256_hex
from ecoquartier.operations import messages
from ecoquartier.operations.models import Operation, Perimeter
from ecoquartier.operations.predicates import is_writer
from ecoquartier.operations.queries import why_not_kept
from ecoquartier.operations.services.perimeter_changes import measure_changes
from ecoquartier.operations.services.perimeter_files import PerimeterReading
from ecoquartier.workflow.engine import Effect, act, with_arguments


@with_arguments
def is_another_perimeter(
    operation: Operation, *, actor, reading: PerimeterReading, file_name: str = "", reason: str = ""
) -> str | None:
    """What was read differs from what is in force."""
    known = operation.perimeters.filter(replaced_at=None, sha256=geometry_hash(reading))
    if known.filter(area_ha=reading.area_ha).exists():
        return _("Ce périmètre est déjà celui de l’opération.")
    return None


@with_arguments
def gives_its_reason(
    operation: Operation, *, actor, reading: PerimeterReading, file_name: str = "", reason: str = ""
) -> str | None:
    """Who is not of the team corrects a geometry, and says why (rule 6)."""
    if reason.strip() or is_writer.test(actor, operation):
        return None
    return _("Dites pourquoi vous corrigez le périmètre de l’équipe.")


@act(
    "perimeter.recorded",
    permission="operations.write_perimeter",
    guards=(why_not_kept, gives_its_reason, is_another_perimeter),
    notices=(messages.PERIMETER_CHANGED_TO_CORRESPONDENT,),
)
def record_perimeter(
    operation: Operation, *, actor, reading: PerimeterReading, file_name: str = "", reason: str = ""
) -> Effect:
    """Put in force what was read of a file or a point; the former perimeter is kept with its dates."""
    now = clock.now()
    former = operation.perimeters.filter(replaced_at=None).first()
    if former:
        former.replaced_at = now
        former.save(update_fields=["replaced_at"])
    west, south, east, north = reading.bounds
    made = Perimeter(
        operation=operation,
        geometry=reading.geometry,
        sha256=geometry_hash(reading),
        west=west,
        south=south,
        east=east,
        north=north,
        area_ha=reading.area_ha,
        drawing=reading.drawing,
        source=reading.source,
        file_name=file_name[-120:],
        projection=reading.projection,
        added_by=actor,
        added_at=now,
    )
    made.full_clean(exclude=["operation", "added_by"])
    made.save()
    measure_changes(operation, operation.stages.in_force().select_related("perimeter__operation__lead_commune"))
    return Effect(
        data={"perimeter": str(made.pk), "former": former and str(former.pk), "sha256": made.sha256},
        detail={"reason": reason.strip()} if reason.strip() else {},
        projections=[("operation", {operation.pk})],
    )


def geometry_hash(reading: PerimeterReading) -> str:
    """SHA-256 of the geometry, as deposits quote it."""
    return sha256_hex(canonical_json(reading.geometry))
