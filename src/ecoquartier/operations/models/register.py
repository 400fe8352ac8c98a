"""The register of operations."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ecoquartier.core import clock
from ecoquartier.framework.domain.vocabulary import figures
from ecoquartier.operations.domain.figures import figure_faults, read_figure, with_figure
from ecoquartier.operations.enums import (
    CharterState,
    ClaimState,
    FactKind,
    ImportState,
    OperationStatus,
    PerimeterSource,
    TeamRole,
    TermKind,
)

MAX_AREA_HA = 5_000

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


class TeamMember(models.Model):
    """A person of the operation's team."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="team")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="teams")
    role = models.CharField(max_length=10, choices=TeamRole.choices)

    class Meta:
        ordering = ["operation", "role"]
        constraints = [models.UniqueConstraint(fields=["operation", "user"], name="operations_teammember_once")]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"


class Claim(models.Model):
    """« Reprendre cette opération » : a person asks to hold an operation for an organisation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="claims")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="claims")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="claims")
    state = models.CharField(max_length=12, choices=ClaimState.choices, default=ClaimState.PROVISIONAL)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "user"],
                condition=Q(state=ClaimState.PROVISIONAL),
                name="operations_claim_once",
                violation_error_message=_("Vous avez déjà demandé à reprendre cette opération."),
            ),
            models.CheckConstraint(condition=Q(state__in=ClaimState.values), name="operations_claim_state"),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.operation}"

    def lock_parents(self) -> list[models.Model]:
        """The operation is locked before its claims."""
        return [self.operation]

    def journal_about(self) -> uuid.UUID:
        """Read under the operation."""
        return self.operation_id


class CharterSignature(models.Model):
    """The project charter, signed by a competent collectivité for one operation."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="charter_signatures")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, null=True, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=CharterState.choices, default=CharterState.TO_CONFIRM)
    source = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["operation", "signed_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "organisation"], name="operations_chartersignature_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"Charte de {self.operation}"


class StageHistoryQuerySet(models.QuerySet["StageHistory"]):
    """Reads of stages held."""

    def in_force(self) -> StageHistoryQuerySet:
        """Not withdrawn."""
        return self.filter(withdrawn_on__isnull=True)

    def published(self) -> StageHistoryQuerySet:
        """What everybody may know."""
        return self.in_force().filter(published_at__isnull=False)


class StageHistory(models.Model):
    """The only record of what is held: one row per stage obtained, with its three dates (rule 15)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="stages")
    phases = models.ManyToManyField(Phase, blank=True, related_name="stages")
    scheme_title = models.CharField(max_length=200)
    rank = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    year = models.PositiveSmallIntegerField(_("millésime"))
    decided_on = models.DateField(null=True, blank=True)
    notified_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=40)

    objects = StageHistoryQuerySet.as_manager()

    class Meta:
        ordering = ["operation", "year", "rank"]
        verbose_name_plural = "stage history"

    def __str__(self) -> str:
        return f"{self.operation}\u00a0: étape {self.rank} ({self.year})"


class LegacyFact(models.Model):
    """A dated fact of an older scheme that is not a stage held; never public by itself."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="legacy_facts")
    kind = models.CharField(max_length=12, choices=FactKind.choices)
    year = models.PositiveSmallIntegerField()
    detail = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=40)

    class Meta:
        ordering = ["operation", "year"]
        constraints = [
            models.UniqueConstraint(fields=["operation", "kind", "year"], name="operations_legacyfact_once"),
        ]

    def __str__(self) -> str:
        return f"{self.operation}\u00a0: {self.get_kind_display()} {self.year}"


class LegacyImport(models.Model):
    """A file of older operations: who brought it, what was read in it, what became of each of its lines."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file_name = models.CharField(_("fichier"), max_length=200)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="legacy_imports"
    )
    made_at = models.DateTimeField(default=clock.now, editable=False)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.READ)
    notes = models.JSONField(default=list, help_text="French sentences on the file as a whole")
    report = models.JSONField(default=list, help_text="[[line, outcome, text, excerpt], …]")
    imported = models.PositiveIntegerField(_("opérations inscrites"), default=0)
    merged = models.PositiveIntegerField(_("lignes réunies à une opération"), default=0)
    skipped = models.PositiveIntegerField(_("lignes non placées"), default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField(null=True, blank=True)
    progressed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="operations_legacyimport_state"),
        ]

    def __str__(self) -> str:
        return self.file_name


class Recommendation(models.Model):
    """A recommendation of a commission, followed until the next stage."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="recommendations")
    commitment = models.ForeignKey("framework.Commitment", on_delete=models.PROTECT, null=True, blank=True)
    text = models.TextField(_("recommandation"))
    issued_on = models.DateField()
    issuer = models.CharField(max_length=200)
    source_id = models.UUIDField(help_text="the decision it comes from")
    notified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["operation", "issued_on"]

    def __str__(self) -> str:
        return self.text[:60]


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
            MinValueValidator(0.01, _("La superficie doit dépasser zéro.")),
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
