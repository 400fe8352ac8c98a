"""Schemes, stages, campaigns, milestones."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ecoquartier.campaigns.domain import stage_label
from ecoquartier.campaigns.enums import DecisionPath, Filing, MilestoneCode, Publication
from ecoquartier.core import clock
from ecoquartier.territories.domain import PARIS, end_of_day


class Scheme(models.Model):
    """A set of stages and their rules."""

    code = models.SlugField(_("code"), primary_key=True, max_length=40)
    title = models.CharField(_("titre"), max_length=200)
    commission = models.CharField(_("nom de la commission régionale"), max_length=60, default="commission régionale")
    appreciations = models.JSONField(default=list, help_text="[[code, label, tone], …] of the experts’ scale, in order")
    is_default = models.BooleanField(_("présenté tant qu’aucune campagne n’est lancée"), default=False)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="campaigns_scheme_one_default"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Stage(models.Model):
    """One rank of a scheme: what it asks, who decides, how it is published."""

    WORDS = ("name", "moment", "promise")
    RULES = (
        *("level", *WORDS, "sections", "commitments", "requires_meeting", "meeting_days", "requires"),
        *("years_after_delivery", "experts", "visit", "appreciations", "decision_path", "filing", "publication"),
    )

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="stages")
    rank = models.PositiveSmallIntegerField(_("étape"))
    level = models.PositiveSmallIntegerField(
        _("équivaut à l’étape"), help_text="on the scale common to all schemes; 0: a status, not a label"
    )
    name = models.CharField(_("nom"), max_length=80)
    moment = models.CharField(_("moment"), max_length=200)
    promise = models.CharField(_("en une phrase"), max_length=200)
    sections = models.JSONField(_("rubriques demandées"), default=list)
    commitments = models.JSONField(
        _("engagements demandés"), default=list, blank=True, help_text="numbers; all of them when empty"
    )
    requires_meeting = models.BooleanField(_("rencontre avec le correspondant"), default=False)
    meeting_days = models.PositiveSmallIntegerField(
        _("jours pour tenir la rencontre"), default=30, help_text="after which the bureau may waive a meeting asked"
    )
    requires = models.ForeignKey(
        "self", verbose_name=_("étape à détenir"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    years_after_delivery = models.PositiveSmallIntegerField(_("années après la livraison"), default=0)
    experts = models.PositiveSmallIntegerField(_("experts"), default=2)
    visit = models.BooleanField(_("visite de terrain"), default=True)
    appreciations = models.JSONField(
        default=list, blank=True, help_text="the stage's own scale; the scheme's when empty"
    )
    decision_path = models.CharField(_("décision"), max_length=40, choices=DecisionPath.choices)
    filing = models.CharField(_("dépôt"), max_length=20, choices=Filing.choices, default=Filing.CAMPAIGN)
    publication = models.CharField(
        _("publication"), max_length=20, choices=Publication.choices, default=Publication.CEREMONY
    )

    class Meta:
        ordering = ["scheme", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "rank"], name="campaigns_stage_rank"),
            models.UniqueConstraint(fields=["scheme", "level"], name="campaigns_stage_level"),
        ]

    def __str__(self) -> str:
        return stage_label(self.rank, self.name)

    def lock_parents(self) -> list[models.Model]:
        """The scheme is locked before its stages: its rules hold together."""
        return [self.scheme]

    def journal_about(self) -> str:
        """Acts on a stage are read with those on its scheme."""
        return self.scheme_id

    @property
    def scale(self) -> list[list[str]]:
        """The appreciations of its experts: its own, else those of the scheme."""
        return self.appreciations or self.scheme.appreciations


class Campaign(models.Model):
    """A year's cycle: its scheme, its version of the référentiel and its dates."""

    year = models.PositiveSmallIntegerField(_("année"), primary_key=True)
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="campaigns")
    framework = models.ForeignKey("framework.Framework", on_delete=models.PROTECT, related_name="campaigns")
    paths = models.JSONField(default=dict, blank=True, help_text="rank of a stage → its decision path, this year only")
    completion_days = models.PositiveSmallIntegerField(_("jours pour compléter"), default=10)
    notice_days = models.PositiveSmallIntegerField(_("jours entre convocation et séance"), default=5)
    closed_at = models.DateTimeField(_("close le"), null=True, blank=True)

    class Meta:
        ordering = ["-year"]

    def __str__(self) -> str:
        return f"Campagne {self.year}"

    @property
    def days(self) -> dict[str, date]:
        """Day of each of its milestones, by code."""
        return {milestone.code: milestone.day for milestone in self.milestones.all()}

    def milestone(self, code: str) -> date | None:
        """The day of a milestone, or None when the campaign has none."""
        return self.days.get(code)

    def path_of(self, stage: Stage) -> str:
        """Who decides on a stage this year: the scheme's path, unless the campaign has its own."""
        return self.paths.get(str(stage.rank), stage.decision_path)

    def scale_of(self, stage: Stage) -> list[list[str]]:
        """The appreciations of a stage's experts: its own, else those of the scheme."""
        return stage.appreciations or self.scheme.appreciations

    @property
    def filing_deadline(self) -> date | None:
        """Last day of first deposits."""
        return self.milestone(MilestoneCode.FILING)

    @property
    def is_launched(self) -> bool:
        """True from the day of its launch (Paris)."""
        launch = self.milestone(MilestoneCode.LAUNCH)
        return launch is not None and launch <= clock.today()

    def is_filing_open(self, timezone: str = PARIS) -> bool:
        """True from the launch to the end of the last day, in Paris or in `timezone`, whichever is later (rule 2)."""
        deadline = self.filing_deadline
        if self.closed_at or deadline is None or not self.is_launched:
            return False
        return clock.now() <= end_of_day(deadline, timezone)


class Milestone(models.Model):
    """A dated step of a campaign, and what it was before its last change."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="milestones")
    code = models.CharField(max_length=20, choices=MilestoneCode.choices)
    day = models.DateField()
    former_day = models.DateField(null=True, blank=True)
    moved_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("motif du changement"), max_length=300, blank=True)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["campaign", "code"], name="campaigns_milestone_once")]

    def __str__(self) -> str:
        return f"{self.get_code_display()}\u00a0: {self.day}"
