"""What somebody of a team owes to an open candidature."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext as _

from ecoquartier.dossiers.enums import OPEN_STATES
from ecoquartier.dossiers.models import Dossier
from ecoquartier.operations.enums import TeamRole
from ecoquartier.operations.models import Operation, TeamMember
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


def candidature_kept(kept: models.Model, duplicate: models.Model) -> str | None:
    """Why an operation that was ever a candidate is not merged into another: deposits and labels name it for good."""
    if not isinstance(duplicate, Operation):
        return None
    dossier = duplicate.dossiers.select_related("stage").first()
    if dossier is None:
        return None
    return _(
        "«\u00a0%(operation)s\u00a0» porte une candidature (%(stage)s, campagne %(year)s)\u00a0: "
        "c’est sa fiche qu’il faut garder."
    ) % {"operation": duplicate, "stage": dossier.stage, "year": dossier.campaign_id}
