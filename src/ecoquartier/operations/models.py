"""The register of operations."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ecoquartier.core import clock
from ecoquartier.operations.enums import CharterState, ClaimState, FactKind, OperationStatus, OperationType, TeamRole

# Extreme real values seen in the ministry's sheet are 0.2–337 ha and 4–7,100 dwellings; the bounds leave room.
MAX_AREA_HA, MAX_DWELLINGS, MAX_PEOPLE = 5_000, 50_000, 150_000

# What the team writes on the sheet of its operation, and a deposit photographs.
SHEET_FIELDS = (
    "name",
    "types",
    "description",
    "initial_site",
    "context",
    "programme",
    "area_ha",
    "dwellings",
    "social_dwellings",
    "inhabitants",
    "delivered_on",
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
    types = models.JSONField(_("types d’opération"), default=list, blank=True)
    description = models.TextField(_("description"), blank=True)
    initial_site = models.TextField(_("état initial du site"), blank=True)
    context = models.TextField(_("contexte du site"), blank=True)
    programme = models.TextField(_("programme"), blank=True)
    area_ha = models.DecimalField(
        _("superficie (hectares)"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[
            MinValueValidator(0.01, _("La superficie doit dépasser zéro.")),
            MaxValueValidator(MAX_AREA_HA, _("Plus de 5 000 hectares\u00a0: vérifiez l’unité.")),
        ],
    )
    dwellings = models.PositiveIntegerField(
        _("logements"), null=True, blank=True, validators=[MaxValueValidator(MAX_DWELLINGS)]
    )
    social_dwellings = models.PositiveIntegerField(
        _("logements sociaux"), null=True, blank=True, validators=[MaxValueValidator(MAX_DWELLINGS)]
    )
    inhabitants = models.PositiveIntegerField(
        _("habitants prévus"), null=True, blank=True, validators=[MaxValueValidator(MAX_PEOPLE)]
    )
    delivered_on = models.DateField(_("livraison de la dernière tranche"), null=True, blank=True)
    met_on = models.DateField(_("rencontre avec le correspondant"), null=True, blank=True)
    source = models.CharField(max_length=40, blank=True)
    source_key = models.CharField(max_length=320, unique=True, null=True, blank=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=OperationStatus.values), name="operations_operation_status"),
            models.CheckConstraint(
                condition=Q(social_dwellings__isnull=True)
                | Q(dwellings__isnull=True)
                | Q(social_dwellings__lte=models.F("dwellings")),
                name="operations_operation_social_dwellings",
                violation_error_message=_("Il y a plus de logements sociaux que de logements."),
            ),
        ]
        indexes = [models.Index(fields=["name"], name="operations_operation_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def type_labels(self) -> list[str]:
        """French labels of the types."""
        labels = dict(OperationType.choices)
        return [str(labels[code]) for code in self.types if code in labels]


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
    source = models.CharField(max_length=40)

    class Meta:
        ordering = ["operation", "year"]
        constraints = [
            models.UniqueConstraint(fields=["operation", "kind", "year"], name="operations_legacyfact_once"),
        ]

    def __str__(self) -> str:
        return f"{self.operation}\u00a0: {self.get_kind_display()} {self.year}"


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
