"""Labels, ceremonies, certificates."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ecoquartier.awards.enums import AwardState, Basis, CeremonyState
from ecoquartier.core import clock


class Award(models.Model):
    """A label: what was labelled is frozen here, whatever becomes of the operation (rule 16)."""

    LOCK_RANK = 30

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dossier = models.OneToOneField("dossiers.Dossier", on_delete=models.PROTECT, related_name="award")
    operation = models.ForeignKey("operations.Operation", on_delete=models.PROTECT, related_name="awards")
    stage = models.ForeignKey("campaigns.Stage", on_delete=models.PROTECT, related_name="+")
    history = models.OneToOneField("operations.StageHistory", on_delete=models.PROTECT, related_name="award")
    state = models.CharField(max_length=12, choices=AwardState.choices, default=AwardState.DECIDED)
    basis = models.CharField(max_length=12, choices=Basis.choices)
    item = models.OneToOneField(
        "commissions.AgendaItem", on_delete=models.PROTECT, null=True, blank=True, related_name="award"
    )
    year = models.PositiveSmallIntegerField(_("millésime"))
    decided_on = models.DateField()
    notified_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    code = models.CharField(_("code de vérification"), max_length=32, unique=True)
    frozen = models.JSONField(help_text="name, communes, holder, phases and deposit as they were labelled")

    class Meta:
        ordering = ["-year", "operation__name"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AwardState.values), name="awards_award_state"),
            models.CheckConstraint(
                condition=Q(basis=Basis.REGISTRATION, item__isnull=True)
                | (~Q(basis=Basis.REGISTRATION) & Q(item__isnull=False)),
                name="awards_award_one_basis",
            ),
            models.CheckConstraint(
                condition=~Q(state=AwardState.PUBLISHED) | Q(published_at__isnull=False),
                name="awards_award_published_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.frozen.get('name', '')}, {self.stage} ({self.year})"

    def lock_parents(self) -> list[models.Model]:
        """The operation, then the dossier, are locked first."""
        return [self.operation, self.dossier]

    def journal_about(self) -> uuid.UUID:
        """Read under the dossier."""
        return self.dossier_id


class Ceremony(models.Model):
    """The December ceremony of a campaign: it publishes."""

    LOCK_RANK = 5

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.OneToOneField("campaigns.Campaign", on_delete=models.PROTECT, related_name="ceremony")
    held_on = models.DateField(_("date de la cérémonie"))
    state = models.CharField(max_length=12, choices=CeremonyState.choices, default=CeremonyState.PLANNED)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-held_on"]
        verbose_name_plural = "ceremonies"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CeremonyState.values), name="awards_ceremony_state"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=models.F("requested_by")),
                name="awards_ceremony_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"Cérémonie {self.campaign_id}"


class Certificate(models.Model):
    """The issued bytes, kept as they were issued: a PDF signed by the platform and a verifiable credential."""

    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="certificate")
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    credential = models.TextField()
    issued_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"Certificat {self.award.code}"
