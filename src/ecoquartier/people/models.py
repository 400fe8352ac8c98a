"""Users, organisations, and who acts for whom, where and since when."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, _user_has_perm
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ecoquartier.core import clock
from ecoquartier.people.domain import Rights
from ecoquartier.people.enums import OrganisationKind, Role

if TYPE_CHECKING:
    from datetime import date


class UserManager(BaseUserManager["User"]):
    """Creates people by e-mail address."""

    def create_user(self, email: str, full_name: str, password: str | None = None, **fields) -> User:
        """A person who can sign in, or cannot when no password is given."""
        user = self.model(email=email.lower(), full_name=full_name, **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save()
        return user

    def get_by_natural_key(self, username: str) -> User:
        """Sign-in ignores the case of the address."""
        return self.get(email=username.lower())


class User(AbstractBaseUser):
    """A person. There is no superuser: every right comes from the matrix in `access`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("adresse électronique"), unique=True)
    full_name = models.CharField(_("nom"), max_length=150)
    is_active = models.BooleanField(_("actif"), default=True)
    is_demo = models.BooleanField(_("personne de démonstration"), default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    objects = UserManager()

    class Meta:
        ordering = ["full_name", "email"]
        constraints = [models.CheckConstraint(condition=Q(email=Lower("email")), name="people_user_email_lower")]

    def __str__(self) -> str:
        return self.full_name

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        """Ask the matrix whether this person may do `perm` on `obj`."""
        return self.is_active and _user_has_perm(self, perm, obj)

    @cached_property
    def grants_today(self) -> list[RoleGrant]:
        """Roles in force, with their territories."""
        return list(self.grants.in_force().select_related("county", "region"))

    @cached_property
    def memberships_today(self) -> list[Membership]:
        """Memberships in force, with their organisations."""
        return list(self.memberships.filter(ended_on__isnull=True).select_related("organisation"))

    @cached_property
    def rights(self) -> Rights:
        """Roles and memberships in force today; rights add up. Two queries, once per instance."""
        grants, memberships = self.grants_today, self.memberships_today
        return Rights(
            roles=frozenset(g.role for g in grants),
            counties=frozenset(g.county_id for g in grants if g.role == Role.CORRESPONDENT),
            regions=frozenset(g.region_id for g in grants if g.role == Role.COORDINATOR),
            organisations=frozenset(m.organisation_id for m in memberships),
            represents=frozenset(m.organisation_id for m in memberships if m.is_representative),
        )


class Organisation(models.Model):
    """A body that holds, agrees, accompanies or assesses."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("nom"), max_length=200)
    kind = models.CharField(_("nature"), max_length=20, choices=OrganisationKind.choices)
    siren = models.CharField(_("SIREN"), max_length=9, blank=True)
    commune = models.ForeignKey(
        "territories.Commune", on_delete=models.PROTECT, null=True, blank=True, related_name="organisations"
    )
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=OrganisationKind.values), name="people_organisation_kind"),
            models.UniqueConstraint(
                fields=["commune"],
                condition=Q(kind=OrganisationKind.TOWN),
                name="people_organisation_one_town_per_commune",
                violation_error_message=_("Cette commune est déjà enregistrée comme organisme."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person acts for an organisation; a representative commits it (signs, agrees)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    title = models.CharField(_("fonction"), max_length=120, blank=True)
    is_representative = models.BooleanField(_("représente l’organisme"), default=False)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(_("fin"), null=True, blank=True)

    class Meta:
        ordering = ["organisation__name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation"], name="people_membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.organisation}"


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    """Reads of role grants."""

    def in_force(self, day: date | None = None) -> RoleGrantQuerySet:
        """Grants whose period contains `day` (today by default)."""
        day = day or clock.today()
        return self.filter(starts_on__lte=day).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))


class RoleGrant(models.Model):
    """A role given to a person over a county, a region or the whole country, by somebody, for a reason."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    county = models.ForeignKey("territories.County", on_delete=models.PROTECT, null=True, blank=True)
    region = models.ForeignKey("territories.Region", on_delete=models.PROTECT, null=True, blank=True)
    starts_on = models.DateField(default=clock.today)
    ends_on = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        ordering = ["role"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role=Role.CORRESPONDENT, county__isnull=False, region__isnull=True)
                | Q(role=Role.COORDINATOR, region__isnull=False, county__isnull=True)
                | Q(role__in=[Role.EXPERT, Role.BUREAU], county__isnull=True, region__isnull=True),
                name="people_rolegrant_scope_fits_role",
                violation_error_message=_("Le territoire ne correspond pas au rôle."),
            ),
            models.CheckConstraint(
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=models.F("user")),
                name="people_rolegrant_not_by_oneself",
                violation_error_message=_("Personne ne s’attribue un rôle."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()}"


class Installation(models.Model):
    """One row that says what this database is: written by `load_demo`, absent from a real one."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    is_demo = models.BooleanField(default=False)
    personas = models.JSONField(default=list, help_text="[[user id, role in French, what they come to do], …]")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="people_installation_single")]

    def __str__(self) -> str:
        return "démonstration" if self.is_demo else "réelle"
