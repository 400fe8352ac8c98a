"""Named reads of labels."""

from __future__ import annotations

from django.db.models import QuerySet

from ecoquartier.awards.enums import AwardState
from ecoquartier.awards.models import Award
from ecoquartier.campaigns.enums import Publication
from ecoquartier.campaigns.models import Campaign


def published_awards() -> QuerySet[Award]:
    """What everybody may know."""
    return Award.objects.filter(state=AwardState.PUBLISHED)


def for_ceremony(campaign: Campaign) -> QuerySet[Award]:
    """Labels of a campaign that its ceremony publishes, not yet published."""
    return (
        Award.objects.filter(dossier__campaign=campaign, stage__publication=Publication.CEREMONY)
        .exclude(state=AwardState.PUBLISHED)
        .select_related("operation", "stage", "dossier")
    )


def without_certificate() -> QuerySet[Award]:
    """Published labels whose certificate is still to be made."""
    return published_awards().filter(certificate__isnull=True).order_by("published_at")
