"""An operation of the register and its phases."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ecoquartier.core import clock
from ecoquartier.framework.domain.vocabulary import figures
from ecoquartier.operations.domain.dates import KEPT, RoughDate, come_apart, kept_date, last_of
from ecoquartier.operations.domain.figures import as_of_fault, figure_faults, read_figure, with_figure
from ecoquartier.operations.domain.lives import state_told, state_words
from ecoquartier.operations.enums import OperationState, TermKind

# What the team writes on the sheet of its operation.
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
    "strong_points",
    "approaches",
    "state_programmes",
    "strategies",
    "other_words",
    "actors",
)
# What a deposit photographs: the same, and what has rows of its own.
REGISTER_FIELDS = (*SHEET_FIELDS, "other_communes", "phases", "delivered_on")
PHASE_DATES = ("studies", "works", "delivery")


class Operation(models.Model):
    """An operation of the register; called an ÉcoQuartier once it holds a published award."""

    LOCK_RANK = 10

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("nom de l’opération"), max_length=255)
    slug = models.SlugField(max_length=280, unique=True)
    state = models.CharField(max_length=12, choices=OperationState.choices, default=OperationState.ACTIVE)
    state_since = models.DateField(_("depuis le"), null=True, blank=True)
    state_reason = models.CharField(_("motif"), max_length=300, blank=True)
    # Never a chain: what was merged into an operation follows it when it is merged in turn.
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="duplicates"
    )
    was_public = models.BooleanField(
        default=False, editable=False, help_text="public when it was merged: its address leads to the other"
    )
    lead_commune = models.ForeignKey("territories.Commune", on_delete=models.PROTECT, related_name="operations")
    # They read, the lead commune’s services act (rule 6).
    other_communes = models.ManyToManyField(
        "territories.Commune", verbose_name=_("autres communes"), blank=True, related_name="shared_operations"
    )
    # The one that it was in, since merged into the lead commune.
    former_commune = models.ForeignKey(
        "territories.Commune", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
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
    other_words = models.JSONField(
        _("précisions sur «\u00a0autre\u00a0»"),
        default=dict,
        blank=True,
        help_text="kind of a list → what it means by other",
    )
    actors = models.JSONField(TermKind.ACTORS.label, default=dict, blank=True, help_text="code of a term → names")
    description = models.TextField(_("description"), blank=True)
    initial_site = models.TextField(_("état initial du site"), blank=True)
    context = models.TextField(_("contexte du site"), blank=True)
    programme = models.TextField(_("programme"), blank=True)
    figures = models.JSONField(default=dict, blank=True, help_text="code of a figure → value; decimals as text")
    figures_as_of = models.DateField(_("date des chiffres"), null=True, blank=True)
    figures_source = models.CharField(_("source des chiffres"), max_length=200, blank=True)
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
            models.CheckConstraint(condition=Q(state__in=OperationState.values), name="operations_operation_state"),
            models.CheckConstraint(
                condition=Q(state=OperationState.ACTIVE) | (Q(state_since__isnull=False) & ~Q(state_reason="")),
                name="operations_operation_state_explained",
            ),
            models.CheckConstraint(
                condition=Q(state=OperationState.MERGED, merged_into__isnull=False) & ~Q(merged_into=F("id"))
                | (~Q(state=OperationState.MERGED) & Q(merged_into__isnull=True)),
                name="operations_operation_merged_into_another",
            ),
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
        if fault := as_of_fault(self.figures_as_of, clock.today()):
            faults["figures_as_of"] = fault
        if faults:
            raise ValidationError(faults)

    @property
    def state_words(self) -> str:
        """« suspendue depuis le 3 mars 2026 », « abandonnée le … »; empty while it goes on."""
        return state_words(self.state, self.state_since)

    @property
    def state_told(self) -> str:
        """« est suspendue depuis le 3 mars 2026 », « a été abandonnée le … »; empty while it goes on."""
        return state_told(self.state, self.state_since)

    def value_of(self, name: str) -> Any:
        """A field of the sheet, or a figure of the programme by its code."""
        return read_figure(self.figures, name) if name in figures() else getattr(self, name)

    @property
    def delivery(self) -> RoughDate | None:
        """When the last phase is delivered, as exactly as it is known."""
        return last_of(phase.delivery for phase in self.phases.all())

    @property
    def delivered_on(self) -> date | None:
        """The same as the latest day that it may be: stage 4 is counted from it."""
        return self.delivery.latest if self.delivery else None

    def as_json(self, name: str) -> Any:
        """A fact of the register as a JSON value: what deposits and the history keep."""
        if name == "phases":
            return [phase.as_json() for phase in self.phases.all()]
        if name == "other_communes":
            return [{"insee": commune.insee, "name": commune.name} for commune in self.other_communes.all()]
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
    # Dates as `domain.dates` keeps them: « 2028-03 », or nothing when they are not known.
    studies = models.CharField(_("début des études"), max_length=11, blank=True)
    works = models.CharField(_("début des travaux"), max_length=11, blank=True)
    delivery = models.CharField(_("livraison"), max_length=11, blank=True)

    class Meta:
        ordering = ["operation", "rank"]
        constraints = [
            # Two phases that change places hold the same one for an instant.
            models.UniqueConstraint(
                fields=["operation", "rank"], name="operations_phase_rank", deferrable=models.Deferrable.DEFERRED
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{name: ""}) | Q(**{f"{name}__regex": KEPT}), name=f"operations_phase_{name}"
                )
                for name in PHASE_DATES
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse works before studies, and a delivery before works."""
        studies, works, delivery = (kept_date(getattr(self, name)) for name in PHASE_DATES)
        faults = {}
        if come_apart(studies, works):
            faults["works"] = _("Les travaux commencent avant les études.")
        if come_apart(works, delivery) or come_apart(studies, delivery):
            faults["delivery"] = _("La livraison vient avant le début.")
        if faults:
            raise ValidationError(faults)

    def as_json(self) -> dict[str, str]:
        """What deposits and the history keep of it."""
        return {name: getattr(self, name) for name in ("name", *PHASE_DATES)}

    def lock_parents(self) -> list[models.Model]:
        """The operation is locked before its phases: they keep one order."""
        return [self.operation]

    def journal_about(self) -> uuid.UUID:
        """Read under the operation."""
        return self.operation_id
