"""Perimeters, present and past."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, JSONObject

from ecoquartier.operations.domain.perimeter import NOTABLE_CHANGE
from ecoquartier.operations.models import Operation, Perimeter, StageHistory


def perimeters_of(operation: Operation) -> QuerySet[Perimeter]:
    """The perimeter in force, then those it replaced, the latest first; without their geometries, which are heavy."""
    rows = operation.perimeters.defer("geometry").select_related("added_by")
    return rows.order_by(F("replaced_at").desc(nulls_first=True))


def perimeter_of(operation: Operation, pk: UUID) -> Perimeter | None:
    """One perimeter of the operation, present or past."""
    return operation.perimeters.filter(pk=pk).first()


def perimeter_in_force(operation: Operation) -> Perimeter | None:
    """The perimeter of the operation now, without its geometry."""
    return operation.perimeters.defer("geometry").filter(replaced_at=None).first()


def perimeter_quote(path: str) -> Subquery:
    """Area and hash of the perimeter in force of the operation at `path`, as a deposit quotes it; None without one."""
    rows = Perimeter.objects.filter(operation=OuterRef(path), replaced_at=None)
    return Subquery(rows.values(quote=JSONObject(area_ha=Cast("area_ha", TextField()), sha256="sha256")))


def changed_labels(known: QuerySet[StageHistory]) -> QuerySet[StageHistory]:
    """The latest label of each operation, where the perimeter is no longer the one that was labelled (rule 16).

    Args:
        known: the labels that the reader may know of; another tells nothing, be it later (rule 15).
    """
    later = Q(year__gt=OuterRef("year")) | Q(year=OuterRef("year"), rank__gt=OuterRef("rank"))
    replaced = known.order_by().filter(later, operation=OuterRef("operation"))
    return known.filter(~Exists(replaced), perimeter_change__gt=NOTABLE_CHANGE)


def perimeter_changed_since_label(operation: Operation) -> bool:
    """Whether everybody reads « périmètre modifié depuis le label » (rule 16): that of the latest published label."""
    return changed_labels(operation.stages.published()).exists()


def perimeter_as_quoted(operation: Operation, quote: Mapping[str, str] | None) -> Perimeter | None:
    """The perimeter that a deposit quotes (`perimeter_quote`), whatever is in force since; None when it has none."""
    if not quote:
        return None
    rows = operation.perimeters.select_related("operation").filter(sha256=quote["sha256"], area_ha=quote["area_ha"])
    return rows.order_by("-added_at").first()


def as_feature(perimeter: Perimeter, *, is_dated: bool = True) -> dict[str, Any]:
    """The perimeter as a GeoJSON document of one feature (RFC 7946).

    Args:
        is_dated: tell until when it was in force; a reader of a deposit does not know what replaced it.
    """
    operation = perimeter.operation
    properties = {
        "nom": operation.name,
        "insee": operation.lead_commune_id,
        "superficie_ha": float(perimeter.area_ha),
        "source": perimeter.get_source_display(),
        "depuis": perimeter.added_at.date().isoformat(),
    }
    if is_dated:
        properties["jusqu_a"] = perimeter.replaced_at and perimeter.replaced_at.date().isoformat()
    feature = {"type": "Feature", "properties": properties, "geometry": perimeter.geometry}
    box = [perimeter.west, perimeter.south, perimeter.east, perimeter.north]
    return {"type": "FeatureCollection", "bbox": box, "features": [feature]}
