"""Signing the charter, and confirming the signatures that an older sheet tells of."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ecoquartier.core import clock
from ecoquartier.operations.enums import CharterState
from ecoquartier.operations.models import CharterSignature, Operation
from ecoquartier.operations.queries import why_not_kept
from ecoquartier.operations.workflow import CHARTER_WORKFLOW, CharterStep
from ecoquartier.people.enums import OrganisationKind
from ecoquartier.people.models import Organisation
from ecoquartier.territories.models import Commune
from ecoquartier.workflow.engine import Effect, act, with_arguments

FIRST_YEAR = 2009
"""The label’s first call: no charter is older."""


@with_arguments
def is_competent(operation: Operation, *, actor, organisation: Organisation) -> str | None:
    """The organisation is a competent collectivité of the operation, represented by the actor, and has not signed."""
    if not operation.collectivites.filter(pk=organisation.pk).exists():
        return _("%(name)s n’est pas une collectivité compétente de cette opération.") % {"name": organisation}
    if organisation.pk not in actor.rights.represents:
        return _("Seul un représentant de cette collectivité (%(name)s) peut signer.") % {"name": organisation}
    signed = operation.charter_signatures.filter(organisation=organisation, state=CharterState.CONFIRMED)
    if signed.exists():
        return _("%(name)s a déjà signé la charte pour cette opération.") % {"name": organisation}
    return None


@act("charter.signed", permission="operations.sign_charter", guards=(why_not_kept, is_competent))
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


def epci_of(commune: Commune) -> Organisation | None:
    """The grouping of a commune as an organisation, made when it is first needed; None for a commune without one."""
    if not commune.epci_siren:
        return None
    found = Organisation.objects.filter(siren=commune.epci_siren, successor=None).first()
    return found or Organisation.objects.create(
        kind=OrganisationKind.EPCI, siren=commune.epci_siren, name=commune.epci_name, commune=commune
    )


@CHARTER_WORKFLOW.performs(CharterStep.CONFIRM)
def confirm_charter(
    signature: CharterSignature,
    *,
    actor,
    organisation: Organisation,
    signed_on: date | None = None,
    year: int | None = None,
) -> Effect:
    """Confirm what an older sheet tells: who signed, and when; the operation becomes public (rule 18).

    Without a competent collectivité yet, the one that signed becomes it.

    Args:
        signed_on: the day, when it is known.
        year: the year, when the day is not.

    Raises:
        ValidationError: the date is missing or impossible, or this collectivité is not competent, or has signed.
    """
    operation = signature.operation
    year = signed_on.year if signed_on else year
    if year is None:
        raise ValidationError({"year": _("Donnez le jour de la signature, ou au moins son année.")})
    if year < FIRST_YEAR or year > clock.today().year or (signed_on and signed_on > clock.today()):
        raise ValidationError(
            {"signed_on" if signed_on else "year": _("Une charte se signe depuis 2009, et pas dans l’avenir.")}
        )
    if not operation.collectivites.exists():
        operation.collectivites.add(organisation)
    if not operation.collectivites.filter(pk=organisation.pk).exists():
        said = _("%(name)s n’est pas une collectivité compétente de cette opération.")
        raise ValidationError({"organisation": said % {"name": organisation}})
    if operation.charter_signatures.filter(organisation=organisation).exclude(pk=signature.pk).exists():
        said = _("Une signature de %(name)s est déjà inscrite pour cette opération\u00a0: écartez celle-ci.")
        raise ValidationError({"organisation": said % {"name": organisation}})
    signature.organisation, signature.signed_on, signature.year = organisation, signed_on, year
    return Effect(
        fields=["organisation", "signed_on", "year"],
        data={"organisation": str(organisation.pk), "year": year},
        projections=[("operation", {operation.pk})],
    )


@CHARTER_WORKFLOW.performs(CharterStep.SET_ASIDE)
def set_charter_aside(signature: CharterSignature, *, actor, reason: str) -> Effect:
    """Say that nothing proves the signature that an older sheet tells of; it is kept, with the reason."""
    signature.reason = reason
    return Effect(fields=["reason"], detail={"reason": reason})
