"""Commissions, seats, sittings, agenda items, declarations."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ecoquartier.commissions.enums import Level, Outcome, Presence, SeatPart, Settlement, SittingState, VoteMode
from ecoquartier.core import clock
from ecoquartier.core.text import long_date


class Commission(models.Model):
    """A regional or national commission; its quorum is data."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    level = models.CharField(max_length=10, choices=Level.choices)
    name = models.CharField(_("nom"), max_length=200)
    regions = models.ManyToManyField("territories.Region", blank=True, related_name="commissions")
    quorum_numerator = models.PositiveSmallIntegerField(default=1)
    quorum_denominator = models.PositiveSmallIntegerField(default=2)

    class Meta:
        ordering = ["level", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(level__in=Level.values), name="commissions_commission_level"),
            models.CheckConstraint(
                condition=Q(quorum_denominator__gt=0, quorum_numerator__lte=models.F("quorum_denominator")),
                name="commissions_commission_quorum",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Seat(models.Model):
    """A place in a commission, for an organisation, filled by a person or empty."""

    commission = models.ForeignKey(Commission, on_delete=models.CASCADE, related_name="seats")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="seats")
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="seats"
    )
    part = models.CharField(max_length=12, choices=SeatPart.choices, default=SeatPart.MEMBER)
    is_voting = models.BooleanField(_("voix délibérative"), default=True)

    class Meta:
        ordering = ["commission", "part", "organisation__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["commission"], condition=Q(part=SeatPart.CHAIR), name="commissions_seat_one_chair"
            ),
            models.UniqueConstraint(fields=["commission", "holder"], name="commissions_seat_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.get_part_display()})"


class Sitting(models.Model):
    """One meeting of a commission."""

    LOCK_RANK = 15

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    commission = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="sittings")
    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.PROTECT, related_name="sittings")
    state = models.CharField(max_length=12, choices=SittingState.choices, default=SittingState.PLANNED)
    held_on = models.DateField(_("date de la séance"))
    place = models.CharField(_("lieu"), max_length=200, blank=True)
    needs_quorum = models.BooleanField(_("quorum requis"), default=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    minutes = models.TextField(_("procès-verbal"), blank=True)
    minutes_sha256 = models.CharField(max_length=64, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-held_on"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SittingState.values), name="commissions_sitting_state"),
            models.CheckConstraint(
                condition=~Q(state=SittingState.MINUTED) | Q(signed_at__isnull=False) & ~Q(minutes_sha256=""),
                name="commissions_sitting_minutes_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commission}, {long_date(self.held_on)}"


class AgendaItem(models.Model):
    """A dossier on the agenda of a sitting, and what was said of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="items")
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    outcome = models.CharField(_("avis"), max_length=12, choices=Outcome.choices, blank=True)
    reasons = models.TextField(_("motifs"), blank=True)
    support = models.TextField(_("accompagnement proposé"), blank=True)
    mode = models.CharField(_("mode"), max_length=12, choices=VoteMode.choices, blank=True)
    votes_for = models.PositiveSmallIntegerField(_("pour"), null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(_("contre"), null=True, blank=True)
    abstentions = models.PositiveSmallIntegerField(_("abstentions"), null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["sitting", "position"]
        constraints = [
            models.UniqueConstraint(fields=["sitting", "dossier"], name="commissions_agendaitem_once"),
            models.UniqueConstraint(fields=["sitting", "position"], name="commissions_agendaitem_position"),
        ]

    def __str__(self) -> str:
        return f"Point {self.position}\u00a0: {self.dossier}"

    def lock_parents(self) -> list[models.Model]:
        """The sitting is locked before its items."""
        return [self.sitting]

    def journal_about(self) -> uuid.UUID:
        """Read under the dossier."""
        return self.dossier_id


class ItemRecommendation(models.Model):
    """A recommendation as recorded in the sitting, issued when the minutes are signed."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="recommendations")
    commitment = models.ForeignKey("framework.Commitment", on_delete=models.PROTECT, null=True, blank=True)
    text = models.TextField()
    due_on = models.DateField(_("à lever avant le"), null=True, blank=True)

    class Meta:
        ordering = ["item", "id"]

    def __str__(self) -> str:
        return self.text[:60]


class ItemSettlement(models.Model):
    """What a sitting makes of an earlier recommendation; it is told, and takes effect, at the notification."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="settlements")
    recommendation = models.ForeignKey(
        "operations.Recommendation", on_delete=models.PROTECT, related_name="settlements"
    )
    text = models.TextField(help_text="what was asked, as the sitting read it in the deposit")
    settlement = models.CharField(max_length=10, choices=Settlement.choices)
    words = models.TextField(blank=True)

    class Meta:
        ordering = ["item", "id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "recommendation"], name="commissions_itemsettlement_once"),
            models.CheckConstraint(
                condition=Q(settlement__in=Settlement.values), name="commissions_itemsettlement_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text[:60]}\u00a0: {self.get_settlement_display()}"


class Attendance(models.Model):
    """The presence of a seat at a sitting."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="attendance")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="attendance")
    presence = models.CharField(max_length=10, choices=Presence.choices)
    proxy_to = models.ForeignKey(Seat, on_delete=models.PROTECT, null=True, blank=True, related_name="proxies")

    class Meta:
        ordering = ["sitting", "seat"]
        constraints = [
            models.UniqueConstraint(fields=["sitting", "seat"], name="commissions_attendance_once"),
            models.CheckConstraint(
                condition=Q(presence=Presence.PROXY, proxy_to__isnull=False)
                | (~Q(presence=Presence.PROXY) & Q(proxy_to__isnull=True)),
                name="commissions_attendance_proxy",
                violation_error_message=_("Un pouvoir est donné à un autre siège."),
            ),
            models.UniqueConstraint(
                fields=["sitting", "proxy_to"],
                name="commissions_attendance_one_proxy",
                violation_error_message=_("Un siège ne peut porter qu’un seul pouvoir."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat}\u00a0: {self.get_presence_display()}"


class Declaration(models.Model):
    """A member declares for a dossier before opening it; a recusal is for good (rule 12)."""

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.CASCADE, related_name="declarations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="declarations")
    is_recused = models.BooleanField()
    reason = models.CharField(_("motif"), max_length=300, blank=True)
    declared_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["declared_at"]
        constraints = [models.UniqueConstraint(fields=["dossier", "user"], name="commissions_declaration_once")]

    def __str__(self) -> str:
        return f"{self.user} / {self.dossier_id}"
