"""Users, organisations, and who acts for whom, where and since when."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, _user_has_perm
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ecoquartier.core import clock
from ecoquartier.people.domain import Rights
from ecoquartier.people.enums import WITHOUT_TERRITORY, OrganisationKind, Role
from ecoquartier.people.validators import validate_siren

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
    # The one that the person asked to take, until they prove that they read its mail or give it up.
    pending_email = models.EmailField(_("adresse demandée"), blank=True)
    full_name = models.CharField(_("nom"), max_length=150)
    is_active = models.BooleanField(_("actif"), default=True)
    is_demo = models.BooleanField(_("personne de démonstration"), default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="duplicates"
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    # Who sees the platform as this person during a request of the support mode; never saved. `access` reads it.
    seen_by: User | None = None

    objects = UserManager()

    class Meta:
        ordering = ["full_name", "email"]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="people_user_email_lower"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | (Q(is_active=False) & ~Q(merged_into=F("id"))),
                name="people_user_merged_is_closed",
                violation_error_message=_("Un compte fusionné est fermé, et l’est dans un autre."),
            ),
        ]

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
        "territories.Commune",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        verbose_name=_("commune du siège"),
    )
    is_demo = models.BooleanField(default=False)
    # Never a chain: what was merged into an organisation follows it when it is merged in turn.
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="predecessors",
        verbose_name=_("devenu"),
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=OrganisationKind.values), name="people_organisation_kind"),
            models.UniqueConstraint(
                fields=["commune"],
                condition=Q(kind=OrganisationKind.TOWN),
                name="people_organisation_one_town_per_commune",
                # With this code, Django says it beside the field.
                violation_error_code="unique",
                violation_error_message=_("Cette commune est déjà enregistrée comme organisme."),
            ),
            models.CheckConstraint(
                condition=Q(siren="") | Q(siren__regex=r"^[0-9]{9}$"),
                name="people_organisation_siren",
                violation_error_message=_("Un SIREN compte neuf chiffres."),
            ),
            models.UniqueConstraint(
                fields=["siren"],
                condition=~Q(siren="") & Q(successor__isnull=True),
                name="people_organisation_siren_once",
                violation_error_code="unique",
                violation_error_message=_("Un autre organisme porte déjà ce SIREN."),
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | ~Q(successor=F("id")),
                name="people_organisation_not_its_successor",
                violation_error_message=_("Un organisme ne se succède pas à lui-même."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A SIREN, where there is one, has its key right."""
        if self.siren:
            try:
                validate_siren(self.siren)
            except ValidationError as error:
                raise ValidationError({"siren": error}) from error


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
            models.UniqueConstraint(
                fields=["user", "organisation"],
                condition=Q(ended_on__isnull=True),
                name="people_membership_once",
                violation_error_message=_("Cette personne est déjà rattachée à cet organisme."),
            ),
            models.CheckConstraint(
                condition=Q(started_on__isnull=True) | Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="people_membership_period",
                violation_error_message=_("La fin précède le début."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.organisation}"

    def journal_about(self) -> uuid.UUID:
        """Read under the person."""
        return self.user_id


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    """Reads of role grants."""

    def in_force(self, day: date | None = None) -> RoleGrantQuerySet:
        """Grants whose period contains `day` (today by default); a role that ends on a day is over that day."""
        day = day or clock.today()
        return self.filter(starts_on__lte=day).filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day))

    def not_over(self) -> RoleGrantQuerySet:
        """Grants in force today or later."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=clock.today()))


class RoleGrant(models.Model):
    """A role given to a person over a county, a region or the whole country, by somebody, for a reason."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    county = models.ForeignKey("territories.County", on_delete=models.PROTECT, null=True, blank=True)
    region = models.ForeignKey("territories.Region", on_delete=models.PROTECT, null=True, blank=True)
    starts_on = models.DateField(_("à partir du"), default=clock.today)
    ends_on = models.DateField(_("jusqu’au"), null=True, blank=True, help_text=_("Ce jour-là, le rôle est fini."))
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("motif"), max_length=300, blank=True)
    end_reason = models.CharField(_("motif de la fin"), max_length=300, blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        ordering = ["role"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role=Role.CORRESPONDENT, county__isnull=False, region__isnull=True)
                | Q(role=Role.COORDINATOR, region__isnull=False, county__isnull=True)
                | Q(role__in=WITHOUT_TERRITORY, county__isnull=True, region__isnull=True),
                name="people_rolegrant_scope_fits_role",
                violation_error_message=_("Le territoire ne correspond pas au rôle."),
            ),
            models.CheckConstraint(
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=models.F("user")),
                name="people_rolegrant_not_by_oneself",
                violation_error_message=_("Personne ne s’attribue un rôle."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="people_rolegrant_period",
                violation_error_message=_("Le rôle finirait avant de commencer."),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "county", "region"],
                condition=Q(ends_on__isnull=True),
                nulls_distinct=False,
                name="people_rolegrant_once",
                violation_error_message=_("Cette personne a déjà ce rôle."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()}"

    @property
    def territory(self) -> str:
        """The county or region of the role; empty when it covers the country."""
        return str(self.county or self.region or "")

    @property
    def is_over(self) -> bool:
        """Whether it gives no right any more."""
        return self.ends_on is not None and self.ends_on <= clock.today()

    @property
    def is_in_force(self) -> bool:
        """Whether today is in its period."""
        today = clock.today()
        return self.starts_on <= today and (self.ends_on is None or self.ends_on > today)

    def journal_about(self) -> uuid.UUID:
        """Read under the person."""
        return self.user_id


class Installation(models.Model):
    """One row that says what this database is: written by `load_demo`, absent from a real one."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    is_demo = models.BooleanField(default=False)
    personas = models.JSONField(default=list, help_text="[[user id, role in French, what they come to do], …]")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="people_installation_single")]

    def __str__(self) -> str:
        return "démonstration" if self.is_demo else "réelle"
