"""Versions of the référentiel and what they hold."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from ecoquartier.framework.enums import Direction, IndicatorKind, Provenance


class Framework(models.Model):
    """A version of the référentiel."""

    code = models.SlugField(_("code"), primary_key=True, max_length=20)
    title = models.CharField(_("titre"), max_length=200)
    answer_max_characters = models.PositiveIntegerField(
        _("longueur des réponses"), default=2000, help_text=_("signes par engagement, espaces non compris")
    )

    class Meta:
        ordering = ["-code"]

    def __str__(self) -> str:
        return self.title


class Dimension(models.Model):
    """A family of commitments."""

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="dimensions")
    code = models.CharField(max_length=10)
    rank = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    motto = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["framework", "rank"]
        constraints = [models.UniqueConstraint(fields=["framework", "code"], name="framework_dimension_code")]

    def __str__(self) -> str:
        return self.title


class Commitment(models.Model):
    """One of the commitments that a dossier answers."""

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="commitments")
    dimension = models.ForeignKey(Dimension, on_delete=models.CASCADE, related_name="commitments")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    short = models.CharField(max_length=80)
    provenance = models.CharField(max_length=12, choices=Provenance.choices)
    challenges = models.JSONField(default=list)
    sdgs = models.JSONField(default=list, help_text="numbers of the UN sustainable development goals")

    class Meta:
        ordering = ["framework", "number"]
        constraints = [models.UniqueConstraint(fields=["framework", "number"], name="framework_commitment_number")]

    def __str__(self) -> str:
        return f"{self.number}. {self.short}"


class Notion(models.Model):
    """A part of a commitment, with the questions that open it."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="notions")
    code = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    provenance = models.CharField(max_length=12, choices=Provenance.choices)
    questions = models.JSONField(default=list, help_text="open questions, in order")

    class Meta:
        ordering = ["commitment", "id"]
        constraints = [models.UniqueConstraint(fields=["commitment", "code"], name="framework_notion_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Indicator(models.Model):
    """A measure tied to a commitment; the holder sets the target."""

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="indicators")
    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="indicators")
    code = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    unit = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=IndicatorKind.choices)
    direction = models.CharField(max_length=10, choices=Direction.choices)
    challenges = models.JSONField(default=list)
    provenance = models.CharField(max_length=12, choices=Provenance.choices)
    method = models.TextField(blank=True)
    formula = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["framework", "code"]
        constraints = [models.UniqueConstraint(fields=["framework", "code"], name="framework_indicator_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"
