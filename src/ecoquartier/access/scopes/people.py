"""Which people and organisations one may see, with what was given or told to them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from ecoquartier.access.scopes.shared import in_territory
from ecoquartier.accounts.enums import LOCAL_TOPICS
from ecoquartier.accounts.models import Invitation, Question, SupportSession
from ecoquartier.accounts.queries import invitations, questions, support_sessions
from ecoquartier.commissions.enums import Level
from ecoquartier.commissions.models import Seat
from ecoquartier.operations.enums import TEAM_PLACE, TeamRole
from ecoquartier.operations.models import TeamMember
from ecoquartier.people.enums import Role
from ecoquartier.people.models import Membership, Organisation, RoleGrant, User
from ecoquartier.people.queries import acting_for, acting_in, organisations, registered_people, seated_in


def people_visible_to(user) -> QuerySet[User]:
    """Rows of `people.view`: those of one's territory, organisations and commissions; all for the bureau."""
    rows = registered_people()
    if Role.BUREAU in user.rights.roles:
        return rows
    seats = Seat.objects.filter(commission__level=Level.REGIONAL, commission__regions__in=user.rights.regions)
    return rows.filter(
        acting_in(counties=user.rights.counties, regions=user.rights.regions)
        | acting_for(user.rights.represents)
        | Q(pk__in=seats.filter(holder__isnull=False).values("holder"))
    )


def roles_visible_to(user) -> QuerySet[RoleGrant]:
    """Roles of the people one may see."""
    people = people_visible_to(user).order_by().values("pk")
    return RoleGrant.objects.filter(user__in=people).select_related("user", "county__region", "region")


def memberships_visible_to(user) -> QuerySet[Membership]:
    """Who acts today for the organisations one may see."""
    seen = organisations_visible_to(user).order_by().values("pk")
    return Membership.objects.filter(ended_on=None, organisation__in=seen).select_related(
        "user", "organisation__commune__county"
    )


def organisations_visible_to(user) -> QuerySet[Organisation]:
    """Rows of `organisations.view`: those of one's territory, those one represents; all for the bureau."""
    rows = organisations()
    if Role.BUREAU in user.rights.roles:
        return rows
    return rows.filter(
        seated_in(counties=user.rights.counties, regions=user.rights.regions) | Q(pk__in=user.rights.represents)
    )


def invitations_visible_to(user) -> QuerySet[Invitation]:
    """Rows of `invitations.view`: one's own, and those into the teams that one leads; all for the bureau."""
    rows = invitations()
    if Role.BUREAU in user.rights.roles:
        return rows
    led = TeamMember.objects.filter(user=user, role=TeamRole.LEAD).values("operation")
    return rows.filter(Q(invited_by=user) | Q(place=TEAM_PLACE, place_id__in=led))


def support_visible_to(user) -> QuerySet[SupportSession]:
    """Rows of `support.view`: those one asked for; all for the bureau."""
    return support_sessions() if Role.BUREAU in user.rights.roles else support_asked_by(user)


def support_asked_by(user) -> QuerySet[SupportSession]:
    """Sessions of the support mode that one asked for."""
    return support_sessions().filter(asked_by=user)


def questions_visible_to(user) -> QuerySet[Question]:
    """Rows of `questions.answer`: those of one's territory for its State services; all for the bureau."""
    rows = questions()
    if Role.BUREAU in user.rights.roles:
        return rows
    return rows.filter(in_territory(user, "commune__"), topic__in=LOCAL_TOPICS)
