"""Who is of a team, and who is invited into it."""

from __future__ import annotations

from django.db.models import Case, Count, IntegerField, Q, QuerySet, When
from django.utils.translation import gettext as _

from ecoquartier.accounts.models import InvitationQuerySet
from ecoquartier.accounts.queries import invitations
from ecoquartier.operations.enums import TEAM_PLACE, TeamRole
from ecoquartier.operations.models import Operation, TeamMember
from ecoquartier.operations.queries.lives import registered
from ecoquartier.people.models import User

_ORDER = Case(
    *(When(role=role, then=rank) for rank, role in enumerate(TeamRole)), default=9, output_field=IntegerField()
)


def members_of_team(operation: Operation) -> QuerySet[TeamMember]:
    """The people of the team, those who lead it first, then by name."""
    return operation.team.select_related("user", "operation").order_by(_ORDER, "user__full_name", "pk")


def invitations_to(operation: Operation) -> InvitationQuerySet:
    """Invitations into the team that wait for an answer."""
    return invitations().open().filter(place=TEAM_PLACE, place_id=operation.pk)


def unled_teams() -> list[str]:
    """Invariant: a team has somebody who leads it."""
    led = Count("team", filter=Q(team__role=TeamRole.LEAD))
    rows = registered().annotate(people=Count("team"), leads=led).filter(people__gt=0, leads=0)
    return [f"opération {pk}\u00a0: une équipe sans pilote" for pk in rows.values_list("pk", flat=True)]


def leads_others(person: User) -> str | None:
    """Why the only lead of a team that others belong to may not be erased."""
    leads = TeamMember.objects.filter(role=TeamRole.LEAD)
    shared = leads.exclude(user=person).values("operation")
    others = TeamMember.objects.exclude(user=person).values("operation")
    alone = leads.filter(user=person, operation__in=others).exclude(operation__in=shared)
    member = alone.select_related("operation").first()
    if member is None:
        return None
    return _("Vous êtes seul pilote de l’équipe de %(operation)s\u00a0: transmettez d’abord le pilotage.") % {
        "operation": member.operation
    }
