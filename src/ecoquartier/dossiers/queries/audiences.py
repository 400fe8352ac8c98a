"""Groups that the bureau may write to, around candidatures. None depends on an outcome."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.campaigns.queries import all_campaigns
from ecoquartier.core.registry import Audience
from ecoquartier.dossiers.models import Dossier
from ecoquartier.people.models import User


def participants(year: str) -> QuerySet[User]:
    """Teams and representatives of the operations that have a dossier in a campaign, whatever became of it."""
    operations = Dossier.objects.filter(campaign=int(year)).values("operation")
    return User.objects.filter(
        Q(teams__operation__in=operations)
        | Q(
            memberships__is_representative=True,
            memberships__ended_on__isnull=True,
            memberships__organisation__own_operations__in=operations,
        )
    )


PARTICIPANTS = Audience(
    label=gettext_lazy("Participants d’une campagne"),
    groups=lambda: [
        (str(campaign.year), _("campagne %(year)s") % {"year": campaign.year}) for campaign in all_campaigns()
    ],
    people=participants,
)
