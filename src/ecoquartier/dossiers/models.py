"""Dossiers, their scope, agreements, deposits and admissibility."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ecoquartier.campaigns.enums import DecisionPath
from ecoquartier.core import clock
from ecoquartier.dossiers.enums import CLOSED_STATES, DossierState


class Dossier(models.Model):
    """The candidature of one operation, in one campaign, for one stage."""

    LOCK_RANK = 20

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    operation = models.ForeignKey("operations.Operation", on_delete=models.PROTECT, related_name="dossiers")
    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.PROTECT, related_name="dossiers")
    stage = models.ForeignKey("campaigns.Stage", on_delete=models.PROTECT, related_name="dossiers")
    holder = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="dossiers")
    state = models.CharField(max_length=20, choices=DossierState.choices, default=DossierState.DRAFT, db_index=True)
    state_since = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    extended_to = models.DateField(_("dépôt prolongé jusqu’au"), null=True, blank=True)
    due_on = models.DateField(_("compléments attendus le"), null=True, blank=True)
    final_sitting_opened_at = models.DateTimeField(null=True, blank=True)
    notified_at = models.DateTimeField(null=True, blank=True, help_text="outcome told to holder and collectivité")
    reason = models.TextField(_("motif"), blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DossierState.values), name="dossiers_dossier_state")
        ]

    def __str__(self) -> str:
        return f"{self.operation}, {self.stage} ({self.campaign_id})"

    def lock_parents(self) -> list[models.Model]:
        """The operation is locked before its dossiers."""
        return [self.operation]

    @property
    def is_open(self) -> bool:
        """Not awarded, adjourned, inadmissible, withdrawn or closed."""
        return self.state not in CLOSED_STATES

    @property
    def decision_path(self) -> str:
        """Who decides: the path of its stage, unless its campaign has its own."""
        return self.campaign.path_of(self.stage)

    def get_decision_path_display(self) -> str:
        """That path in words."""
        return str(DecisionPath(self.decision_path).label)

    @property
    def scale(self) -> list[list[str]]:
        """[code, label, tone] of each appreciation of its experts."""
        return self.campaign.scale_of(self.stage)

    @property
    def timezone(self) -> str:
        """Where its days end (rule 2)."""
        return self.operation.lead_commune.county.timezone

    @property
    def filing_ends_on(self) -> date | None:
        """Last day of the first deposit: the campaign's, or the extension given to this dossier."""
        days = [day for day in (self.campaign.filing_deadline, self.extended_to) if day]
        return max(days, default=None)


class DossierScope(models.Model):
    """A phase covered by a dossier; at most one open dossier per phase (rule 1, as a constraint)."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="scope")
    phase = models.ForeignKey("operations.Phase", on_delete=models.PROTECT, related_name="scopes")
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["phase"],
                condition=Q(is_open=True),
                name="dossiers_dossierscope_one_open",
                violation_error_message=_("Une candidature est déjà ouverte pour cette tranche."),
            ),
            models.UniqueConstraint(fields=["dossier", "phase"], name="dossiers_dossierscope_once"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} / {self.phase_id}"


class Agreement(models.Model):
    """A competent collectivité agrees to the deposit of one exact content (rule 4)."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="agreements")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="agreements")
    content_sha256 = models.CharField(max_length=64)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    agreed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["agreed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "organisation", "content_sha256"], name="dossiers_agreement_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} → {self.dossier_id}"


class Deposit(models.Model):
    """Immutable, numbered photograph of the notebook and the register. A trigger refuses UPDATE, DELETE, TRUNCATE."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="deposits")
    number = models.PositiveSmallIntegerField()
    framework = models.ForeignKey("framework.Framework", on_delete=models.PROTECT, related_name="+")
    snapshot = models.JSONField()
    sha256 = models.CharField(max_length=64)
    deposited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    deposited_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["dossier", "number"]
        constraints = [models.UniqueConstraint(fields=["dossier", "number"], name="dossiers_deposit_number")]

    def __str__(self) -> str:
        return f"Dépôt n° {self.number}"


class CitedFile(models.Model):
    """A file that a deposit holds: it is kept for those who read the deposit, whatever the operation shows since.

    A trigger refuses UPDATE, DELETE, TRUNCATE; what is said of the file is in the photograph.
    """

    deposit = models.ForeignKey(Deposit, on_delete=models.PROTECT, related_name="files")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="citations")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deposit", "file"], name="dossiers_citedfile_once")]

    def __str__(self) -> str:
        return f"{self.deposit_id} / {self.file_id}"


class CompletionRequest(models.Model):
    """What the correspondent asks to complete, field by field; each comment opens its field (rule 3)."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="completions")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    due_on = models.DateField()
    message = models.TextField(_("message"))
    fields = models.JSONField(default=list, help_text="opened paths, e.g. answers.4")
    lapsed = models.BooleanField(_("sans complément"), default=False)

    class Meta:
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return f"Compléments pour le {self.due_on}"


class Admissibility(models.Model):
    """The correspondent's examination of one deposit, with the opinion (rule 6)."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="examinations")
    deposit = models.ForeignKey(Deposit, on_delete=models.PROTECT, related_name="examinations")
    is_admissible = models.BooleanField()
    opinion = models.TextField(_("avis du correspondant"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-decided_at"]
        verbose_name_plural = "admissibilities"

    def __str__(self) -> str:
        return "recevable" if self.is_admissible else "irrecevable"
