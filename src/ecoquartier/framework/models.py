"""Versions of the référentiel, what they hold, and what territories add to them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ecoquartier.core import clock
from ecoquartier.framework.domain import vocabulary
from ecoquartier.framework.domain.contents import CODE, FORMULA, LONG, SHORT, TITLE, UNIT
from ecoquartier.framework.domain.formula import FormulaError, parse
from ecoquartier.framework.domain.measure import Measure, measure
from ecoquartier.framework.domain.reading import MAX_CHARACTERS
from ecoquartier.framework.enums import (
    WORDS,
    Change,
    Direction,
    ElementKind,
    IndicatorKind,
    Provenance,
    SupplementState,
    VersionState,
)


class FrameworkQuerySet(models.QuerySet["Framework"]):
    """Reads of versions."""

    def public(self) -> FrameworkQuerySet:
        """What everybody reads: published, or retired since."""
        return self.exclude(state=VersionState.DRAFT)

    def in_use(self) -> FrameworkQuerySet:
        """What a campaign may take."""
        return self.filter(state=VersionState.PUBLISHED)


class Framework(models.Model):
    """A version of the référentiel. Once published it never changes: the database itself refuses."""

    code = models.SlugField(_("code"), primary_key=True, max_length=20)
    title = models.CharField(_("titre"), max_length=LONG)
    answer_max_characters = models.PositiveIntegerField(
        _("longueur des réponses"),
        default=2000,
        help_text=_("signes par engagement, espaces non compris"),
    )
    state = models.CharField(_("état"), max_length=10, choices=VersionState.choices, default=VersionState.DRAFT)
    based_on = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="next_versions",
        verbose_name=_("version précédente"),
    )
    challenges = models.JSONField(
        _("enjeux propres"), default=list, blank=True, help_text="challenges that the vocabulary does not know"
    )
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = FrameworkQuerySet.as_manager()

    class Meta:
        ordering = ["-code"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=VersionState.values), name="framework_framework_state"),
            models.CheckConstraint(
                condition=Q(answer_max_characters__range=(100, MAX_CHARACTERS)),
                name="framework_framework_answer_max_characters",
                violation_error_message=_("Une réponse compte de 100 à 20 000 signes au plus."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Dimension(models.Model):
    """A family of commitments."""

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="dimensions")
    code = models.CharField(_("code"), max_length=CODE)
    rank = models.PositiveSmallIntegerField(_("rang"))
    title = models.CharField(_("titre"), max_length=LONG)
    motto = models.CharField(_("devise"), max_length=LONG, blank=True)

    class Meta:
        ordering = ["framework", "rank"]
        constraints = [models.UniqueConstraint(fields=["framework", "code"], name="framework_dimension_code")]

    def __str__(self) -> str:
        return self.title

    @property
    def version_id(self) -> str:
        """The version that it belongs to."""
        return self.framework_id


class Commitment(models.Model):
    """One of the commitments that a dossier answers."""

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="commitments")
    dimension = models.ForeignKey(
        Dimension, on_delete=models.CASCADE, related_name="commitments", verbose_name=_("dimension")
    )
    number = models.PositiveSmallIntegerField(_("numéro"))
    title = models.CharField(_("titre"), max_length=TITLE)
    short = models.CharField(_("titre court"), max_length=SHORT)
    provenance = models.CharField(_("provenance"), max_length=12, choices=Provenance.choices)
    challenges = models.JSONField(_("enjeux"), default=list, blank=True)
    sdgs = models.JSONField(
        _("ODD"), default=list, blank=True, help_text="numbers of the UN sustainable development goals"
    )

    class Meta:
        ordering = ["framework", "number"]
        constraints = [models.UniqueConstraint(fields=["framework", "number"], name="framework_commitment_number")]

    def __str__(self) -> str:
        return f"{self.number}. {self.short}"

    @property
    def version_id(self) -> str:
        """The version that it belongs to."""
        return self.framework_id


class Notion(models.Model):
    """A part of a commitment, with the questions that open it."""

    commitment = models.ForeignKey(
        Commitment, on_delete=models.CASCADE, related_name="notions", verbose_name=_("engagement")
    )
    code = models.CharField(_("code"), max_length=CODE)
    rank = models.PositiveSmallIntegerField(_("rang"), default=0)
    title = models.CharField(_("titre"), max_length=LONG)
    provenance = models.CharField(_("provenance"), max_length=12, choices=Provenance.choices)
    questions = models.JSONField(_("questions"), default=list, blank=True, help_text="open questions, in order")

    class Meta:
        ordering = ["commitment", "rank", "id"]
        constraints = [models.UniqueConstraint(fields=["commitment", "code"], name="framework_notion_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def version_id(self) -> str:
        """The version that it belongs to."""
        return self.commitment.framework_id


class Indicator(models.Model):
    """A measure tied to a commitment; the holder sets the target."""

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="indicators")
    commitment = models.ForeignKey(
        Commitment, on_delete=models.CASCADE, related_name="indicators", verbose_name=_("engagement")
    )
    code = models.CharField(_("code"), max_length=CODE)
    rank = models.PositiveSmallIntegerField(_("rang"), default=0)
    title = models.CharField(_("titre"), max_length=LONG)
    unit = models.CharField(_("unité"), max_length=UNIT, blank=True)
    kind = models.CharField(_("nature"), max_length=10, choices=IndicatorKind.choices)
    direction = models.CharField(_("sens"), max_length=10, choices=Direction.choices)
    challenges = models.JSONField(_("enjeux"), default=list, blank=True)
    provenance = models.CharField(_("provenance"), max_length=12, choices=Provenance.choices)
    method = models.TextField(_("méthode"), blank=True)
    formula = models.CharField(_("formule"), max_length=FORMULA, blank=True)

    class Meta:
        ordering = ["framework", "rank", "code"]
        constraints = [models.UniqueConstraint(fields=["framework", "code"], name="framework_indicator_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def clean(self) -> None:
        """A formula gives a number, and can be read."""
        if self.formula and self.kind in WORDS:
            raise ValidationError({"formula": _("Une formule donne un nombre\u00a0: cet indicateur n’en est pas un.")})
        if self.formula:
            try:
                parse(self.formula, vocabulary.figures())
            except FormulaError as error:
                raise ValidationError({"formula": error.message}) from error

    @property
    def version_id(self) -> str:
        """The version that it belongs to."""
        return self.framework_id


class Correspondence(models.Model):
    """One line of the table between a version and the one it is based on, by codes."""

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="correspondences")
    kind = models.CharField(_("élément"), max_length=12, choices=ElementKind.choices)
    change = models.CharField(_("changement"), max_length=10, choices=Change.choices)
    old_code = models.CharField(_("ancien code"), max_length=CODE, blank=True)
    new_code = models.CharField(_("nouveau code"), max_length=CODE, blank=True)

    class Meta:
        ordering = ["framework", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["framework", "kind", "old_code", "new_code"],
                name="framework_correspondence_once",
                violation_error_message=_("Cette ligne est déjà dans la table."),
            ),
            models.CheckConstraint(
                condition=(Q(change=Change.NEW, old_code="") & ~Q(new_code=""))
                | (Q(change=Change.REMOVED, new_code="") & ~Q(old_code=""))
                | (~Q(change__in=(Change.NEW, Change.REMOVED)) & ~Q(old_code="") & ~Q(new_code="")),
                name="framework_correspondence_ends",
                violation_error_message=_(
                    "Ce qui est nouveau n’a pas d’ancien code, ce qui est retiré pas de nouveau."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.old_code or '–'} → {self.new_code or '–'}"

    @property
    def version_id(self) -> str:
        """The version that it belongs to."""
        return self.framework_id


UNPUBLISHED = (SupplementState.DRAFT, SupplementState.PROPOSED)
"""States of a supplement that only its territory reads."""


class LocalSupplement(models.Model):
    """What a county or a region adds to a commitment of a version; it never removes anything."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="supplements")
    county = models.ForeignKey("territories.County", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    region = models.ForeignKey("territories.Region", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    guidance = models.TextField(_("orientations"), blank=True)
    questions = models.TextField(_("questions"), blank=True, help_text=_("Une question par ligne."))
    indicators = models.JSONField(
        _("indicateurs"), default=list, blank=True, help_text="objects {title, unit, kind, direction, method}"
    )
    reason = models.TextField(_("motif"), help_text=_("Pourquoi ce territoire a besoin de cette déclinaison."))
    origin = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="copies")
    state = models.CharField(_("état"), max_length=10, choices=SupplementState.choices, default=SupplementState.DRAFT)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["commitment", "region", "county", "created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(county__isnull=True) ^ Q(region__isnull=True),
                name="framework_localsupplement_territory",
                violation_error_message=_("Une déclinaison est celle d’un département ou celle d’une région."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=SupplementState.values), name="framework_localsupplement_state"
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNPUBLISHED) | Q(published_at__isnull=False),
                name="framework_localsupplement_published_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.territory}\u00a0: {self.commitment}"

    @property
    def territory(self) -> models.Model:
        """The county or the region."""
        return self.county or self.region

    @property
    def region_code(self) -> str:
        """The region that it is in."""
        return self.county.region_id if self.county else self.region_id

    @property
    def question_list(self) -> list[str]:
        """The questions, in order."""
        return [line.strip() for line in self.questions.splitlines() if line.strip()]

    @property
    def measures(self) -> list[Measure]:
        """The indicators in words."""
        return [measure(**item) for item in self.indicators]

    @property
    def is_empty(self) -> bool:
        """It adds nothing yet."""
        return not (self.guidance.strip() or self.question_list or self.indicators)
