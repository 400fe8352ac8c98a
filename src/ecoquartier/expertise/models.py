"""Teams, reports, visits, syntheses."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ecoquartier.core import clock
from ecoquartier.expertise.enums import AssignmentState, Proposal, ReportState, SynthesisState, TeamPart


class UnderDossier(models.Model):
    """What is locked after its dossier and read under it in the journal."""

    class Meta:
        abstract = True

    def lock_parents(self) -> list[models.Model]:
        """The operation, then the dossier, are locked first: two seals at once cannot miss each other."""
        return [self.dossier.operation, self.dossier]

    def journal_about(self) -> uuid.UUID:
        """Read under the dossier."""
        return self.dossier.pk


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Reads of assignments."""

    def current(self) -> AssignmentQuerySet:
        """Proposed to, or accepted by, somebody who has neither declined nor left."""
        return self.exclude(state=AssignmentState.DECLINED)


class Assignment(UnderDossier):
    """An expert proposed for a dossier."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.CASCADE, related_name="assignments")
    expert = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    part = models.CharField(max_length=12, choices=TeamPart.choices)
    state = models.CharField(max_length=12, choices=AssignmentState.choices, default=AssignmentState.PROPOSED)
    declared_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("motif"), max_length=300, blank=True)
    proposed_at = models.DateTimeField(default=clock.now)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["dossier", "part"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AssignmentState.values), name="expertise_assignment_state"),
            models.UniqueConstraint(
                fields=["dossier", "expert"],
                condition=~Q(state=AssignmentState.DECLINED),
                name="expertise_assignment_once",
            ),
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(part=TeamPart.COORDINATOR) & ~Q(state=AssignmentState.DECLINED),
                name="expertise_assignment_one_coordinator",
                violation_error_message=_("Cette équipe a déjà un coordonnateur."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.expert}, {self.get_part_display()}"

    @property
    def has_left(self) -> bool:
        """True for a member who had accepted and was taken off the team since."""
        return self.state == AssignmentState.DECLINED and self.declared_at is not None


class SiteVisit(UnderDossier):
    """The visit of the site: its date, then its report."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dossier = models.OneToOneField("dossiers.Dossier", on_delete=models.CASCADE, related_name="visit")
    visit_on = models.DateField(_("date de la visite"))
    is_remote = models.BooleanField(_("visite à distance"), default=False)
    remote_reason = models.CharField(_("motif de la visite à distance"), max_length=300, blank=True)
    report = models.TextField(_("compte rendu"), blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_remote=False) | ~Q(remote_reason=""),
                name="expertise_sitevisit_remote_reason",
                violation_error_message=_("Une visite à distance demande un motif."),
            )
        ]

    def __str__(self) -> str:
        return f"Visite du {self.visit_on}"


class ExpertReport(UnderDossier):
    """One expert's own assessment; nobody else reads it until all current members have sealed (rule 8)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="report")
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="reports")
    state = models.CharField(max_length=10, choices=ReportState.choices, default=ReportState.DRAFT)
    opinion = models.TextField(_("avis d’ensemble"), blank=True)
    proposal = models.CharField(_("proposition"), max_length=12, choices=Proposal.choices, blank=True)
    sealed_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["dossier", "assignment__part"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="expertise_expertreport_state"),
        ]

    def __str__(self) -> str:
        return f"Expertise de {self.assignment.expert}"


class ReportMark(models.Model):
    """The appreciation of one commitment."""

    report = models.ForeignKey(ExpertReport, on_delete=models.CASCADE, related_name="marks")
    commitment = models.ForeignKey("framework.Commitment", on_delete=models.PROTECT, related_name="+")
    appreciation = models.CharField(max_length=30)
    comment = models.TextField(_("points forts, points à surveiller"), blank=True)

    class Meta:
        ordering = ["commitment__number"]
        constraints = [models.UniqueConstraint(fields=["report", "commitment"], name="expertise_reportmark_once")]

    def __str__(self) -> str:
        return f"{self.commitment_id}\u00a0: {self.appreciation}"


class Synthesis(UnderDossier):
    """The text of the whole team."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dossier = models.OneToOneField("dossiers.Dossier", on_delete=models.CASCADE, related_name="synthesis")
    state = models.CharField(max_length=10, choices=SynthesisState.choices, default=SynthesisState.DRAFT)
    text = models.TextField(_("synthèse"))
    proposal = models.CharField(_("proposition"), max_length=12, choices=Proposal.choices)
    proposed_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approvals = models.ManyToManyField(Assignment, blank=True, related_name="approvals")
    correction = models.TextField(_("correction demandée"), blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SynthesisState.values), name="expertise_synthesis_state"),
        ]
        verbose_name_plural = "syntheses"

    def __str__(self) -> str:
        return f"Synthèse de {self.dossier_id}"
