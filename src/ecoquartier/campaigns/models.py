"""Schemes, stages, campaigns, milestones."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from ecoquartier.campaigns.enums import DecisionPath, Filing, MilestoneCode, Publication
from ecoquartier.core import clock


class Scheme(models.Model):
    """A set of stages and their rules."""

    code = models.SlugField(primary_key=True, max_length=40)
    title = models.CharField(max_length=200)
    appreciations = models.JSONField(default=list, help_text="[[code, label, tone], …] of the experts’ scale, in order")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title


class Stage(models.Model):
    """One rank of a scheme: what it asks, who decides, how it is published."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="stages")
    rank = models.PositiveSmallIntegerField(_("étape"))
    name = models.CharField(_("nom"), max_length=80)
    moment = models.CharField(_("moment"), max_length=200)
    promise = models.CharField(_("en une phrase"), max_length=200)
    sections = models.JSONField(_("rubriques demandées"), default=list)
    requires_meeting = models.BooleanField(_("rencontre avec le correspondant"), default=False)
    requires_rank = models.PositiveSmallIntegerField(_("étape à détenir"), null=True, blank=True)
    years_after_delivery = models.PositiveSmallIntegerField(_("années après la livraison"), default=0)
    experts = models.PositiveSmallIntegerField(_("experts"), default=2)
    visit = models.BooleanField(_("visite de terrain"), default=True)
    decision_path = models.CharField(_("décision"), max_length=40, choices=DecisionPath.choices)
    filing = models.CharField(_("dépôt"), max_length=20, choices=Filing.choices, default=Filing.CAMPAIGN)
    publication = models.CharField(
        _("publication"), max_length=20, choices=Publication.choices, default=Publication.CEREMONY
    )

    class Meta:
        ordering = ["scheme", "rank"]
        constraints = [models.UniqueConstraint(fields=["scheme", "rank"], name="campaigns_stage_rank")]

    def __str__(self) -> str:
        return f"Étape {self.rank}, {self.name}"


class Campaign(models.Model):
    """A year's cycle: its scheme, its version of the référentiel and its dates."""

    year = models.PositiveSmallIntegerField(_("année"), primary_key=True)
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="campaigns")
    framework = models.ForeignKey("framework.Framework", on_delete=models.PROTECT, related_name="campaigns")
    completion_days = models.PositiveSmallIntegerField(_("jours pour compléter"), default=10)
    notice_days = models.PositiveSmallIntegerField(_("jours entre convocation et séance"), default=5)

    class Meta:
        ordering = ["-year"]

    def __str__(self) -> str:
        return f"Campagne {self.year}"

    def milestone(self, code: str) -> date | None:
        """The day of a milestone, or None when the campaign has none."""
        return next((m.day for m in self.milestones.all() if m.code == code), None)

    @property
    def filing_deadline(self) -> date | None:
        """Last day of first deposits."""
        return self.milestone(MilestoneCode.FILING)

    @property
    def is_launched(self) -> bool:
        """True from the day of its launch (Paris)."""
        launch = self.milestone(MilestoneCode.LAUNCH)
        return launch is not None and launch <= clock.today()

    @property
    def is_filing_open(self) -> bool:
        """True between launch and deadline, both days included (Paris)."""
        launch, deadline = self.milestone(MilestoneCode.LAUNCH), self.filing_deadline
        return bool(launch and deadline and launch <= clock.today() <= deadline)


class Milestone(models.Model):
    """A dated step of a campaign."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="milestones")
    code = models.CharField(max_length=20, choices=MilestoneCode.choices)
    day = models.DateField()

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["campaign", "code"], name="campaigns_milestone_once")]

    def __str__(self) -> str:
        return f"{self.get_code_display()}\u00a0: {self.day}"
