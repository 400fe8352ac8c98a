"""Perimeters, present and past."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import (
    F,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
)
from django.db.models.functions import Cast, JSONObject

from ecoquartier.core.reading import read_once
from ecoquartier.operations.models import (
    Operation,
    Perimeter,
)


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


def _quote() -> JSONObject:
    return JSONObject(area_ha=Cast("area_ha", TextField()), sha256="sha256")


def perimeter_quote(path: str) -> Subquery:
    """The answer of `quoted_perimeter` for the operation at `path`, for rows that bring it in their own query."""
    rows = Perimeter.objects.filter(operation=OuterRef(path), replaced_at=None)
    return Subquery(rows.values(quote=_quote()))


@read_once
def quoted_perimeter(operation: Operation) -> dict[str, str] | None:
    """Area and hash of the perimeter in force, as a deposit quotes them; None without a perimeter."""
    return operation.perimeters.filter(replaced_at=None).values_list(_quote(), flat=True).first()


def as_feature(perimeter: Perimeter) -> dict[str, Any]:
    """The perimeter as a GeoJSON document of one feature (RFC 7946)."""
    operation = perimeter.operation
    properties = {
        "nom": operation.name,
        "insee": operation.lead_commune_id,
        "superficie_ha": float(perimeter.area_ha),
        "source": perimeter.get_source_display(),
        "depuis": perimeter.added_at.date().isoformat(),
        "jusqu_a": perimeter.replaced_at and perimeter.replaced_at.date().isoformat(),
    }
    feature = {"type": "Feature", "properties": properties, "geometry": perimeter.geometry}
    box = [perimeter.west, perimeter.south, perimeter.east, perimeter.north]
    return {"type": "FeatureCollection", "bbox": box, "features": [feature]}
