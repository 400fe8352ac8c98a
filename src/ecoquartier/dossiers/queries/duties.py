"""What somebody of a team owes to an open candidature."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ecoquartier.dossiers.enums import OPEN_STATES
from ecoquartier.dossiers.models import Dossier
from ecoquartier.operations.enums import TeamRole
from ecoquartier.operations.models import TeamMember
from ecoquartier.people.models import User


def leads_alone(person: User) -> str | None:
    """Why the only lead of an operation with an open candidature may not be erased."""
    leads = TeamMember.objects.filter(role=TeamRole.LEAD)
    shared = leads.exclude(user=person).values("operation")
    own = leads.filter(user=person).exclude(operation__in=shared).values("operation")
    dossier = Dossier.objects.filter(operation__in=own, state__in=OPEN_STATES).select_related("operation").first()
    if dossier is None:
        return None
    return _(
        "Vous êtes seul pilote de %(operation)s, dont une candidature est en cours\u00a0: passez d’abord la main."
    ) % {"operation": dossier.operation}
