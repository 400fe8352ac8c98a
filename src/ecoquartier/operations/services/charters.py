"""Signing the charter."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ecoquartier.core import clock
from ecoquartier.operations.enums import CharterState
from ecoquartier.operations.models import (
    CharterSignature,
    Operation,
)
from ecoquartier.people.models import Organisation
from ecoquartier.workflow.engine import Effect, act, with_arguments


@with_arguments
def is_competent(operation: Operation, *, actor, organisation: Organisation) -> str | None:
    """The organisation is a competent collectivité of the operation, represented by the actor, and has not signed."""
    if not operation.collectivites.filter(pk=organisation.pk).exists():
        return _("%(name)s n’est pas une collectivité compétente de cette opération.") % {"name": organisation}
    if organisation.pk not in actor.rights.represents:
        return _("Seul un représentant de %(name)s peut signer.") % {"name": organisation}
    signed = operation.charter_signatures.filter(organisation=organisation, state=CharterState.CONFIRMED)
    if signed.exists():
        return _("%(name)s a déjà signé la charte pour cette opération.") % {"name": organisation}
    return None


@act("charter.signed", permission="operations.sign_charter", guards=(is_competent,))
def sign_charter(operation: Operation, *, actor, organisation: Organisation) -> Effect:
    """Sign the project charter for a competent collectivité; the operation becomes public (rule 18)."""
    CharterSignature.objects.update_or_create(
        operation=operation,
        organisation=organisation,
        defaults={
            "signed_by": actor,
            "signed_on": clock.today(),
            "year": clock.today().year,
            "state": CharterState.CONFIRMED,
        },
    )
    return Effect(data={"organisation": str(organisation.pk)}, projections=[("operation", {operation.pk})])
