"""Invitations to join an organisation or to take a role; sessions of the support mode; questions of the public."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from ecoquartier.accounts.enums import LOCAL_TOPICS, SupportState, Topic
from ecoquartier.core import clock
from ecoquartier.people.enums import WITHOUT_TERRITORY, Role
from ecoquartier.people.models import RoleGrant

LONGEST_SUPPORT = timedelta(hours=2)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Reads of invitations."""

    def open(self) -> InvitationQuerySet:
        """Those that may still be accepted."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=clock.now())


class Invitation(models.Model):
    """An address, what it is invited to, and the hash of the secret that its letter holds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("adresse électronique"))
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="invitations"
    )
    title = models.CharField(_("fonction"), max_length=120, blank=True)
    is_representative = models.BooleanField(_("représente l’organisme"), default=False)
    role = models.CharField(_("rôle"), max_length=20, choices=Role.choices, blank=True)
    county = models.ForeignKey("territories.County", on_delete=models.PROTECT, null=True, blank=True)
    region = models.ForeignKey("territories.Region", on_delete=models.PROTECT, null=True, blank=True)
    # A place that a higher app knows, by its kind in the seam `places`.
    place = models.CharField(max_length=20, blank=True)
    place_id = models.UUIDField(null=True, blank=True)
    place_role = models.CharField(max_length=20, blank=True)
    reason = models.CharField(_("motif"), max_length=300)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="accounts_invitation_email_lower"),
            models.CheckConstraint(
                condition=Q(role="", organisation__isnull=False, county__isnull=True, region__isnull=True, place="")
                | Q(role="", organisation__isnull=True, county__isnull=True, region__isnull=True) & ~Q(place="")
                | Q(role=Role.CORRESPONDENT, county__isnull=False, region__isnull=True)
                | Q(role=Role.COORDINATOR, region__isnull=False, county__isnull=True)
                | Q(role__in=WITHOUT_TERRITORY, county__isnull=True, region__isnull=True),
                name="accounts_invitation_to_something",
                violation_error_message=_(
                    "Choisissez un organisme ou un rôle, avec le territoire que le rôle demande."
                ),
            ),
            models.CheckConstraint(
                condition=Q(place="", place_id__isnull=True, place_role="")
                | ~Q(place="") & Q(place_id__isnull=False, role=""),
                name="accounts_invitation_to_one_place",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="accounts_invitation_expires_later"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, withdrawn_at__isnull=True),
                name="accounts_invitation_one_end",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_open(self) -> bool:
        """Whether it may still be accepted."""
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > clock.now()

    def grant(self) -> RoleGrant | None:
        """The role that it gives, not saved and without its holder; None when it gives none."""
        if not self.role:
            return None
        return RoleGrant(
            role=self.role, county=self.county, region=self.region, granted_by=self.invited_by, reason=self.reason
        )

    def journal_about(self) -> uuid.UUID:
        """Read under the person once there is one."""
        return self.accepted_by_id or self.pk


class SupportSession(models.Model):
    """Somebody sees the platform as one person does, without acting, for two hours at most; a second person agreed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("motif"), max_length=300)
    minutes = models.PositiveSmallIntegerField(
        _("durée en minutes"),
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_SUPPORT // timedelta(minutes=1))],
    )
    state = models.CharField(max_length=10, choices=SupportState.choices, default=SupportState.ASKED)
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(_("motif du refus"), max_length=300, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SupportState.values), name="accounts_support_state"),
            models.CheckConstraint(
                condition=~Q(asked_by=F("person")),
                name="accounts_support_of_another",
                violation_error_message=_("Personne ne demande à voir son propre compte."),
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True)
                | (~Q(answered_by=F("asked_by")) & (Q(expires_at__isnull=True) | ~Q(answered_by=F("person")))),
                name="accounts_support_second_person",
                violation_error_message=_("Une assistance s’ouvre par une autre personne que les deux concernées."),
            ),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True)
                | Q(expires_at__gt=F("answered_at"), expires_at__lte=F("answered_at") + LONGEST_SUPPORT),
                name="accounts_support_two_hours",
                violation_error_message=_("Une assistance dure deux heures au plus."),
            ),
            models.CheckConstraint(
                condition=Q(state=SupportState.ASKED, answered_by__isnull=True, expires_at__isnull=True)
                | Q(state=SupportState.OPENED, answered_by__isnull=False, expires_at__isnull=False)
                | Q(state=SupportState.REFUSED, answered_by__isnull=False, expires_at__isnull=True)
                | Q(state=SupportState.ENDED, ended_at__isnull=False),
                name="accounts_support_dated",
            ),
            models.UniqueConstraint(
                fields=["asked_by", "person"],
                condition=Q(state__in=[SupportState.ASKED, SupportState.OPENED]),
                name="accounts_support_once",
                violation_error_message=_("Une assistance est déjà demandée ou ouverte auprès de cette personne."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_by} – {self.person}"

    @property
    def is_running(self) -> bool:
        """Whether it may be used now."""
        return self.state == SupportState.OPENED and self.expires_at is not None and self.expires_at > clock.now()

    def journal_about(self) -> uuid.UUID:
        """Read under the person seen."""
        return self.person_id


class CalendarLink(models.Model):
    """The secret address where a person’s dates are read without signing in: its hash only."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_link")
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    def __str__(self) -> str:
        return f"Calendrier de {self.user}"


class Question(models.Model):
    """What somebody asked through the contact page; erased a year later, answered or not."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    topic = models.CharField(_("sujet"), max_length=15, choices=Topic.choices)
    commune = models.ForeignKey("territories.Commune", on_delete=models.PROTECT, null=True, blank=True)
    name = models.CharField(_("nom"), max_length=120)
    email = models.EmailField(_("adresse électronique"))
    text = models.TextField(_("question"))
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [models.CheckConstraint(condition=Q(topic__in=Topic.values), name="accounts_question_topic")]

    def __str__(self) -> str:
        return self.get_topic_display()

    @property
    def is_local(self) -> bool:
        """Whether the State services of a commune answer it."""
        return self.commune_id is not None and self.topic in LOCAL_TOPICS
