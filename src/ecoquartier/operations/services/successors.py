"""Operations follow their communes: what a commune became holds what it held."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ecoquartier.accounts.services.mergers import merge_organisations
from ecoquartier.core.errors import DomainError
from ecoquartier.operations.models import Operation
from ecoquartier.operations.services.register import town_of
from ecoquartier.people.enums import OrganisationKind
from ecoquartier.people.models import Organisation
from ecoquartier.territories.enums import CommuneKind
from ecoquartier.territories.models import Commune
from ecoquartier.workflow.engine import Effect, Job, act

TERRITORIES = Job("territories")


def follow_communes() -> tuple[int, list[str]]:
    """Bring operations and towns to the communes of today, once their list was loaded; run it as often as wanted.

    Returns:
        How many operations moved, and why a town that is no longer one could not be merged into the new one.
    """
    kept = _follow_towns()
    led = Operation.objects.filter(lead_commune__kind=CommuneKind.FORMER)
    shared = Operation.objects.filter(other_communes__kind=CommuneKind.FORMER)
    moved = list((led | shared).distinct().order_by("pk"))
    for operation in moved:
        follow_commune(operation, actor=TERRITORIES)
    return len(moved), kept


@act("operation.moved", permission="operations.import")
def follow_commune(operation: Operation, *, actor: Job) -> Effect:
    """Put an operation in the commune that its own became; what it was is remembered, and shown beside."""
    former = operation.lead_commune
    operation.lead_commune = former.today
    if former.pk != operation.lead_commune_id:
        operation.former_commune = operation.former_commune or former
    for commune in operation.other_communes.filter(kind=CommuneKind.FORMER).select_related("successor"):
        operation.other_communes.remove(commune)
        operation.other_communes.add(commune.today)
    operation.other_communes.remove(operation.lead_commune)
    return Effect(
        fields=["lead_commune", "former_commune"],
        data={"from": former.pk, "to": operation.lead_commune_id},
        projections=[("operation", {operation.pk})],
    )


def _follow_towns() -> list[str]:
    """Merge each town whose commune is no longer one into the town of what it became: people and operations follow."""
    towns = Organisation.objects.filter(
        kind=OrganisationKind.TOWN, commune__kind=CommuneKind.FORMER, successor__isnull=True
    )
    kept = []
    for town in towns.select_related("commune__successor").order_by("name", "pk"):
        commune = town.commune
        if not isinstance(commune, Commune):
            continue
        new = town_of(commune.today)
        reason = _("%(former)s est devenue %(commune)s.") % {"former": commune.name, "commune": new.name}
        try:
            merge_organisations(new, actor=TERRITORIES, duplicate=town, reason=reason)
        except DomainError as error:
            kept.append(f"{town}\u00a0: {error.message}")
    return kept
