"""Which dossiers one may see, and whose outcome one knows."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from ecoquartier.access.predicates import eyes_of
from ecoquartier.access.scopes.shared import in_territory, not_recused
from ecoquartier.campaigns.queries import campaign_of_the_moment
from ecoquartier.commissions.models import AgendaItem, Declaration
from ecoquartier.commissions.predicates import ANNOUNCED_STATES, seats_of
from ecoquartier.core.registry import Work, pending
from ecoquartier.dossiers.enums import IN_COMMISSION, OPEN_STATES, OUTCOMES, STATES_OF, Situation
from ecoquartier.dossiers.models import Dossier
from ecoquartier.dossiers.queries import published_outcome
from ecoquartier.expertise.enums import AssignmentState
from ecoquartier.expertise.models import Assignment
from ecoquartier.operations.models import Operation
from ecoquartier.people.enums import Role


def dossiers_visible_to(user) -> QuerySet[Dossier]:
    """Rows of `dossiers.view`, recused dossiers taken away."""
    return _rows(user, Q())


def dossiers_read_by(user) -> QuerySet[Dossier]:
    """Rows of `dossiers.read_deposit`: a member of a commission reads once they have declared (rule 12)."""
    declared = Declaration.objects.filter(dossier=OuterRef("pk"), user=user, is_recused=False)
    return _rows(user, Q(Exists(declared)))


def _rows(user, seated: Q) -> QuerySet[Dossier]:
    """The dossiers of a person; those of an agenda on the condition given."""
    rows = Dossier.objects.select_related(
        "operation__lead_commune__county__region", "campaign__scheme", "campaign__framework", "stage", "holder"
    )
    agenda = AgendaItem.objects.filter(
        dossier=OuterRef("pk"), sitting__state__in=ANNOUNCED_STATES, sitting__commission__seats__holder=user
    )
    mine = Assignment.objects.filter(dossier=OuterRef("pk"), expert=user, state=AssignmentState.ACCEPTED)
    if Role.BUREAU not in user.rights.roles:
        rows = rows.filter(
            Q(operation__in=Operation.objects.filter(team__user=user).values("pk"))
            | Q(operation__in=Operation.objects.filter(collectivites__in=user.rights.represents).values("pk"))
            | in_territory(user, "operation__lead_commune__")
            | Exists(mine)
            | (Q(Exists(agenda)) & seated)
        )
    return rows.filter(not_recused(user, "pk"))


def dossiers_in_territory_of(user) -> QuerySet[Dossier]:
    """Rows of `dossiers_visible_to` that one accompanies as a State service (rule 6); all for the bureau."""
    rows = dossiers_visible_to(user)
    return rows if Role.BUREAU in user.rights.roles else rows.filter(in_territory(user, "operation__lead_commune__"))


def dossiers_in_progress_for(user) -> QuerySet[Dossier]:
    """Visible dossiers that are open for all this person knows: a decision not told leaves the list as it was.

    Those who are never told (the experts of an adjourned dossier) keep it until the campaign of the moment is over.
    """
    going_on = Q(notified_at__isnull=True) | Q(campaign__in=campaign_of_the_moment())
    untold = Q(state__in=OUTCOMES) & going_on & ~outcome_known_to(user)
    return dossiers_visible_to(user).filter(Q(state__in=OPEN_STATES) | untold)


def dossiers_settled_for(user) -> QuerySet[Dossier]:
    """Visible dossiers that are over for all this person knows, the latest first."""
    going_on = dossiers_in_progress_for(user).order_by().values("pk")
    return dossiers_visible_to(user).exclude(pk__in=going_on).order_by("-state_since")


def in_situation(situation: str, user) -> Q:
    """Visible dossiers in that situation, for all this person knows: never more than their pages would tell."""
    if situation == Situation.COMMISSION:
        return Q(state__in=IN_COMMISSION) | Q(state__in=OUTCOMES) & ~outcome_known_to(user)
    if situation == Situation.DECIDED:
        return Q(state__in=OUTCOMES) & outcome_known_to(user)
    return Q(state__in=STATES_OF[Situation(situation)])


def outcome_known_to(user) -> Q:
    """`dossiers.queries.knows_outcome` as a filter of dossiers, inside `dossiers_visible_to`."""
    known = Q()
    for eye in eyes_of(user):
        known &= _outcome_told_to(eye)
    return known


def _outcome_told_to(user) -> Q:
    if Role.BUREAU in user.rights.roles:
        return Q(pk__isnull=False)
    declared = Declaration.objects.filter(dossier=OuterRef("pk"), user=user, is_recused=False)
    opened_later = AgendaItem.objects.filter(
        dossier=OuterRef("dossier"), sitting__opened_at__gt=OuterRef("sitting__signed_at")
    )
    agenda = AgendaItem.objects.filter(
        ~Exists(opened_later),
        dossier=OuterRef("pk"),
        sitting__state__in=ANNOUNCED_STATES,
        sitting__commission__seats__holder=user,
    )
    own = Q(operation__in=Operation.objects.filter(team__user=user).values("pk")) | Q(
        operation__in=Operation.objects.filter(collectivites__in=user.rights.represents).values("pk")
    )
    return (
        in_territory(user, "operation__lead_commune__")
        | (Q(Exists(declared)) & Q(Exists(agenda)))
        | (Q(notified_at__isnull=False) & own)
        | published_outcome()
    )


def work_of(user) -> Work:
    """What each app knows of a person’s work, less what is about a dossier for which they are recused: for good."""
    found = sum((entry(user) for _app, entry in pending.items()), Work())
    for eye in filter(seats_of, eyes_of(user)):
        recused = Declaration.objects.filter(user=eye, is_recused=True).values_list("dossier", flat=True)
        found = found.without(frozenset(recused))
    return found
