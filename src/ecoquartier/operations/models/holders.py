"""Who holds an operation, who asks to, and who works on it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import cast

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ecoquartier.core import clock
from ecoquartier.operations.enums import ClaimState, TeamRole
from ecoquartier.operations.models.operations import Operation
from ecoquartier.people.models import User
from ecoquartier.territories.models import Commune


class TeamMember(models.Model):
    """A person of the operation's team."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="team")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="teams")
    role = models.CharField(max_length=10, choices=TeamRole.choices)

    class Meta:
        ordering = ["operation", "role"]
        constraints = [models.UniqueConstraint(fields=["operation", "user"], name="operations_teammember_once")]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"

    def lock_parents(self) -> list[models.Model]:
        """The operation is locked before its team: two acts at once never leave it without a lead."""
        return [self.operation]

    def journal_about(self) -> uuid.UUID:
        """Read under the operation."""
        return self.operation_id


class Claim(models.Model):
    """A person asks to hold, for an organisation, an operation of the register or one to create (rule 19).

    An operation to create is nothing in the register until it is confirmed: a name, a commune and a draft, here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, null=True, blank=True, related_name="claims")
    name = models.CharField(_("nom de l’opération à créer"), max_length=255, blank=True)
    commune = models.ForeignKey(
        "territories.Commune", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="claims")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="claims")
    state = models.CharField(max_length=12, choices=ClaimState.choices, default=ClaimState.PROVISIONAL)
    draft = models.JSONField(default=dict, blank=True, help_text="field of the sheet → value, as JSON")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    reason = models.CharField(max_length=300, blank=True)

    leaving: Sequence[User] = ()
    """Who is told that the operation has another holder, while that is being done."""

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "user"],
                condition=Q(state=ClaimState.PROVISIONAL),
                name="operations_claim_once",
                violation_error_message=_("Vous avez déjà demandé à reprendre cette opération."),
            ),
            models.CheckConstraint(condition=Q(state__in=ClaimState.values), name="operations_claim_state"),
            models.CheckConstraint(
                condition=Q(operation__isnull=False) | (Q(commune__isnull=False) & ~Q(name="")),
                name="operations_claim_somewhere",
            ),
            models.CheckConstraint(
                condition=~Q(state=ClaimState.CONFIRMED) | Q(operation__isnull=False),
                name="operations_claim_confirmed_is_registered",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ClaimState.PROVISIONAL, ClaimState.CONFIRMED]) | Q(draft={}),
                name="operations_claim_refused_leaves_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.title}"

    @property
    def title(self) -> str:
        """The name of the operation, in the register or to create."""
        return self.operation.name if self.operation else self.name

    @property
    def lead_commune(self) -> Commune:
        """Where the operation is: its county confirms."""
        return cast(Commune, self.operation.lead_commune if self.operation else self.commune)

    @property
    def changes_holder(self) -> bool:
        """Another organisation holds the operation."""
        holder = self.operation.holder_id if self.operation else None
        return holder is not None and holder != self.organisation_id

    def lock_parents(self) -> list[models.Model]:
        """The operation is locked before its claims."""
        return [self.operation] if self.operation else []

    def journal_about(self) -> uuid.UUID:
        """Read under the operation, once there is one."""
        return self.operation_id or self.id


class HolderAgreement(models.Model):
    """A competent collectivité agrees to a change of holder."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="agreements")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    given_on = models.DateField(default=clock.today)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        help_text="its representative, or the correspondent who holds it in writing",
    )
    is_in_writing = models.BooleanField(default=False)

    class Meta:
        ordering = ["given_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "organisation"], name="operations_holderagreement_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} → {self.claim_id}"
