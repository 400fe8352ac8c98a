"""The outbox, the words that the bureau changed, what people chose to receive, letters and addresses that fail."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ecoquartier.core import clock
from ecoquartier.notifications.enums import CADENCES, CANCELLABLE, Cadence, CancelReason, Family, MessageState

DIGEST_ONCE = "digest:"
"""How `once` begins for a digest."""


class MessageQuerySet(models.QuerySet["Message"]):
    """Reads of messages."""

    def due(self) -> MessageQuerySet:
        """What may leave now, the oldest first."""
        return self.filter(Q(not_before__isnull=True) | Q(not_before__lte=Now()), state=MessageState.READY).order_by(
            "created_at", "pk"
        )


class Message(models.Model):
    """One message to one person, written in the transaction of the act and sent after it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=80)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="received")
    context = models.JSONField(default=dict)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    once = models.CharField(max_length=200, blank=True, help_text="what this person is told once only")
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.READY, db_index=True)
    created_at = models.DateTimeField(default=clock.now)
    digest = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="grouped")
    attempts = models.PositiveSmallIntegerField(default=0)
    # The clock of the database: workers on several machines compare it.
    not_before = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    subject = models.CharField(max_length=500, blank=True, help_text="as sent")
    body = models.TextField(blank=True, help_text="plain text, as sent")
    address = models.EmailField(blank=True, help_text="where it left for: the person may have another one since")
    sent_at = models.DateTimeField(null=True, blank=True)
    cancelled_because = models.CharField(max_length=20, choices=CancelReason.choices, blank=True)
    error = models.CharField(max_length=300, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["-created_at", "id"], name="notifications_message_latest"),
            models.Index(fields=["key", "object_id"], name="notifications_message_about"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=MessageState.values), name="notifications_message_state"
            ),
            models.UniqueConstraint(
                fields=["recipient", "once"], condition=~Q(once=""), name="notifications_message_once"
            ),
            models.CheckConstraint(
                condition=Q(state=MessageState.CANCELLED) ^ Q(cancelled_because=""),
                name="notifications_message_cancelled_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} → {self.recipient_id}"

    @property
    def is_cancellable(self) -> bool:
        """True while it has not left, as far as is known; what came back did leave."""
        return self.state in CANCELLABLE and self.sent_at is None

    @property
    def is_retriable(self) -> bool:
        """True when it may be put back; a digest that failed has nothing left to say, the next one takes it."""
        return self.state == MessageState.UNCERTAIN or (
            self.state == MessageState.FAILED and not self.once.startswith(DIGEST_ONCE)
        )


class Wording(models.Model):
    """Words that the bureau wrote in place of those of the platform, kept once replaced."""

    key = models.CharField(max_length=80)
    number = models.PositiveIntegerField()
    subject = models.CharField(_("objet"), max_length=200)
    body = models.TextField(_("texte"))
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["key", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["key", "number"], name="notifications_wording_number"),
            models.UniqueConstraint(
                fields=["key"], condition=Q(ended_at__isnull=True), name="notifications_wording_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.number}"


class ReminderSchedule(models.Model):
    """How many days before a date people are reminded of it; the latest row is in force."""

    days = ArrayField(models.PositiveSmallIntegerField(), size=5)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-set_at"]

    def __str__(self) -> str:
        return ", ".join(f"J-{day}" for day in self.days)


class Preference(models.Model):
    """How somebody receives a family of messages, when it is not the default."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preferences")
    family = models.CharField(max_length=10, choices=Family.choices)
    cadence = models.CharField(max_length=10, choices=Cadence.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "family"], name="notifications_preference_once"),
            models.CheckConstraint(
                condition=Q(
                    *(Q(family=family, cadence__in=cadences) for family, cadences in CADENCES.items()), _connector=Q.OR
                ),
                name="notifications_preference_allowed",
                violation_error_message=_("Les messages officiels ne se coupent pas."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family}: {self.cadence}"


class Letter(models.Model):
    """What the bureau writes to a group: prepared, read again with its recipients, then sent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    audience = models.CharField(max_length=60)
    group = models.CharField(max_length=40, blank=True)
    group_name = models.CharField(max_length=300)
    subject = models.CharField(_("objet"), max_length=150)
    text = models.TextField(_("texte"))
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_to = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-written_at"]

    def __str__(self) -> str:
        return self.subject


class Bounce(models.Model):
    """An address that refuses messages; it no longer counts once the person has another one."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="bounce")
    address = models.EmailField()
    reason = models.CharField(max_length=300, blank=True)
    is_refusal = models.BooleanField(default=False, help_text="refused while sending: a later acceptance lifts it")
    noted_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.address

    @property
    def is_current(self) -> bool:
        """True while it is still the person's address."""
        return self.address == self.user.email


IS_CURRENT = Q(bounce__address=F("email"))
"""`Bounce.is_current` as a filter of people."""
