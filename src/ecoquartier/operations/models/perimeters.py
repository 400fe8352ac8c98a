"""Where an operation is, as it was from a day on."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ecoquartier.core import clock
from ecoquartier.operations.domain.perimeter import MAX_AREA_HA, MIN_AREA_HA
from ecoquartier.operations.enums import PerimeterSource
from ecoquartier.operations.models.operations import Operation


class Perimeter(models.Model):
    """The perimeter of an operation, as it was from a day on; one row is in force, the others tell what was.

    A row is never changed nor deleted, its end excepted (a trigger refuses it): deposits and awards refer to it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="perimeters")
    geometry = models.JSONField(help_text="GeoJSON, in WGS84, seven decimals: a surface, or a point for want of a file")
    sha256 = models.CharField(max_length=64, help_text="of the canonical JSON of the geometry")
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    area_ha = models.DecimalField(
        _("superficie du périmètre (hectares)"),
        max_digits=8,
        decimal_places=4,
        validators=[
            MinValueValidator(MIN_AREA_HA, _("La superficie doit dépasser zéro.")),
            MaxValueValidator(MAX_AREA_HA, _("Plus de 5 000 hectares\u00a0: vérifiez l’unité.")),
        ],
    )
    drawing = models.JSONField(help_text="what a page draws: a path of SVG and its scale bar")
    source = models.CharField(max_length=10, choices=PerimeterSource.choices)
    file_name = models.CharField(_("nom du fichier"), max_length=120, blank=True)
    projection = models.CharField(max_length=80)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    added_at = models.DateTimeField(default=clock.now, editable=False)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["operation", "-added_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation"], condition=Q(replaced_at__isnull=True), name="operations_perimeter_one_in_force"
            ),
            models.CheckConstraint(condition=Q(source__in=PerimeterSource.values), name="operations_perimeter_source"),
            models.CheckConstraint(
                condition=Q(replaced_at__isnull=True) | Q(replaced_at__gte=models.F("added_at")),
                name="operations_perimeter_dates",
            ),
            models.CheckConstraint(
                condition=Q(west__gte=-180, west__lte=models.F("east"), east__lte=180)
                & Q(south__gte=-90, south__lte=models.F("north"), north__lte=90),
                name="operations_perimeter_box",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operation}\u00a0: {self.area_ha} ha"

    @property
    def is_surface(self) -> bool:
        """Whether it has an outline, and not only a point."""
        return self.source != PerimeterSource.POINT
