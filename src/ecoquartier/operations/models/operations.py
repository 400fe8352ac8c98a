"""An operation of the register and its phases."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ecoquartier.core import clock
from ecoquartier.framework.domain.vocabulary import figures
from ecoquartier.operations.domain.figures import figure_faults, read_figure, with_figure
from ecoquartier.operations.enums import (
    OperationStatus,
    TermKind,
)

# What the team writes on the sheet of its operation, and a deposit photographs.
SHEET_FIELDS = (
    "name",
    "types",
    "vocations",
    "description",
    "initial_site",
    "context",
    "programme",
    "procedures",
    *figures(),
    "figures_as_of",
    "figures_source",
    "delivered_on",
    "strong_points",
    "approaches",
    "state_programmes",
    "strategies",
)


class Operation(models.Model):
    """An operation of the register; called an ÉcoQuartier once it holds a published award."""

    LOCK_RANK = 10

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("nom de l’opération"), max_length=255)
    slug = models.SlugField(max_length=280, unique=True)
    status = models.CharField(max_length=12, choices=OperationStatus.choices, default=OperationStatus.ACTIVE)
    lead_commune = models.ForeignKey("territories.Commune", on_delete=models.PROTECT, related_name="operations")
    holder = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="held_operations"
    )
    collectivites = models.ManyToManyField("people.Organisation", blank=True, related_name="own_operations")
    # Codes of terms, one list for each kind of them.
    types = models.JSONField(TermKind.TYPES.label, default=list, blank=True)
    vocations = models.JSONField(TermKind.VOCATIONS.label, default=list, blank=True)
    procedures = models.JSONField(TermKind.PROCEDURES.label, default=list, blank=True)
    strong_points = models.JSONField(TermKind.STRONG_POINTS.label, default=list, blank=True)
    approaches = models.JSONField(TermKind.APPROACHES.label, default=list, blank=True)
    state_programmes = models.JSONField(TermKind.STATE_PROGRAMMES.label, default=list, blank=True)
    strategies = models.JSONField(TermKind.STRATEGIES.label, default=list, blank=True)
    description = models.TextField(_("description"), blank=True)
    initial_site = models.TextField(_("état initial du site"), blank=True)
    context = models.TextField(_("contexte du site"), blank=True)
    programme = models.TextField(_("programme"), blank=True)
    figures = models.JSONField(default=dict, blank=True, help_text="code of a figure → value; decimals as text")
    figures_as_of = models.DateField(_("date des chiffres"), null=True, blank=True)
    figures_source = models.CharField(_("source des chiffres"), max_length=200, blank=True)
    delivered_on = models.DateField(_("livraison de la dernière tranche"), null=True, blank=True)
    met_on = models.DateField(_("rencontre avec le correspondant"), null=True, blank=True)
    meeting_asked_on = models.DateField(_("rencontre demandée"), null=True, blank=True)
    meeting_waived_on = models.DateField(_("dispense de rencontre"), null=True, blank=True)
    source = models.CharField(max_length=40, blank=True)
    source_key = models.CharField(max_length=320, unique=True, null=True, blank=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=OperationStatus.values), name="operations_operation_status"),
            models.CheckConstraint(
                condition=Q(meeting_waived_on__isnull=True) | Q(meeting_asked_on__isnull=False),
                name="operations_operation_waived_meeting_asked",
            ),
        ]
        indexes = [models.Index(fields=["name"], name="operations_operation_name")]

    area_ha = property(lambda self: self.value_of("area_ha"), lambda self, value: self.write("area_ha", value))
    dwellings = property(lambda self: self.value_of("dwellings"), lambda self, value: self.write("dwellings", value))
    social_dwellings = property(
        lambda self: self.value_of("social_dwellings"), lambda self, value: self.write("social_dwellings", value)
    )
    inhabitants = property(
        lambda self: self.value_of("inhabitants"), lambda self, value: self.write("inhabitants", value)
    )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse figures that are impossible, alone or together."""
        faults = figure_faults(self.figures)
        if self.figures_as_of and self.figures_as_of > clock.today():
            faults["figures_as_of"] = _("Cette date est à venir.")
        if faults:
            raise ValidationError(faults)

    def value_of(self, name: str) -> Any:
        """A field of the sheet, or a figure of the programme by its code."""
        return read_figure(self.figures, name) if name in figures() else getattr(self, name)

    def as_json(self, name: str) -> Any:
        """The same as a JSON value: what deposits and the history keep."""
        value = self.value_of(name)
        if isinstance(value, Decimal):
            return str(value)
        return value.isoformat() if isinstance(value, date) else value

    def write(self, name: str, value: Any) -> None:
        """Change a field of the sheet, or a figure of the programme by its code; nothing is saved."""
        if name in figures():
            self.figures = with_figure(self.figures, name, value)
        else:
            setattr(self, name, value)


class Phase(models.Model):
    """A part of an operation built at its own time; every operation has at least one."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="phases")
    rank = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(_("nom"), max_length=120)

    class Meta:
        ordering = ["operation", "rank"]
        constraints = [models.UniqueConstraint(fields=["operation", "rank"], name="operations_phase_rank")]

    def __str__(self) -> str:
        return self.name
