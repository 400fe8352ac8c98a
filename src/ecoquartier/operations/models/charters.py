"""Signatures of the project charter."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.core.text import long_date
from ecoquartier.operations.enums import CharterState
from ecoquartier.operations.models.operations import Operation


class CharterSignature(models.Model):
    """The project charter, signed by a competent collectivité for one operation."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="charter_signatures")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, null=True, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=CharterState.choices, default=CharterState.TO_CONFIRM)
    source = models.CharField(max_length=40, blank=True)
    reason = models.CharField(gettext_lazy("motif"), max_length=300, blank=True)

    class Meta:
        ordering = ["operation", "signed_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CharterState.values), name="operations_chartersignature_state"
            ),
            models.CheckConstraint(
                condition=~Q(state=CharterState.CONFIRMED) | Q(organisation__isnull=False),
                name="operations_chartersignature_confirmed_for",
            ),
            models.UniqueConstraint(
                fields=["operation", "organisation"], name="operations_chartersignature_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"Charte de {self.operation}"

    @property
    def words(self) -> str:
        """« signée le 12 mars 2024 », « signée en 2013, à confirmer »."""
        when = long_date(self.signed_on) if self.signed_on else self.year
        if self.state == CharterState.CONFIRMED:
            return (_("signée le %(day)s") if self.signed_on else _("signée en %(day)s")) % {"day": when}
        if self.state == CharterState.SET_ASIDE:
            return _("signature ancienne écartée\u00a0: %(reason)s") % {"reason": self.reason}
        if self.signed_on:
            return _("signée le %(day)s, à confirmer") % {"day": when}
        return _("signée en %(year)s, à confirmer") % {"year": when} if when else str(self.get_state_display())

    def lock_parents(self) -> list[models.Model]:
        """The operation is locked before its signatures."""
        return [self.operation]

    def journal_about(self) -> UUID:
        """Read under the operation."""
        return self.operation_id
