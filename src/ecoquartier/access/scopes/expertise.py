"""Which reports one may read, and which assignments are one’s own or to steer."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from ecoquartier.access.scopes.shared import in_territory, not_recused
from ecoquartier.commissions.models import AgendaItem, Declaration
from ecoquartier.commissions.predicates import ANNOUNCED_STATES
from ecoquartier.expertise.enums import AssignmentState, ReportState, SynthesisState
from ecoquartier.expertise.models import Assignment, ExpertReport
from ecoquartier.expertise.predicates import sealed_by_all
from ecoquartier.people.enums import Role


def reports_visible_to(user) -> QuerySet[ExpertReport]:
    """Rows of `expertise.read_report`: one's own; others' once every current member has sealed (rule 8).

    The draft of somebody who left is archived unread; their sealed report stays, as an annex.
    """
    declared = Declaration.objects.filter(dossier=OuterRef("dossier"), user=user, is_recused=False)
    agenda = AgendaItem.objects.filter(
        dossier=OuterRef("dossier"), sitting__state__in=ANNOUNCED_STATES, sitting__commission__seats__holder=user
    )
    member = Assignment.objects.filter(dossier=OuterRef("dossier"), expert=user, state=AssignmentState.ACCEPTED)
    if Role.BUREAU in user.rights.roles:
        reader = Q()
    else:
        reader = (
            Exists(member)
            | (Exists(declared) & Exists(agenda))
            | in_territory(user, "dossier__operation__lead_commune__")
        )
    rows = (
        ExpertReport.objects.select_related("assignment__expert", "dossier")
        .filter(Q(assignment__expert=user) | (Q(state=ReportState.SEALED) & sealed_by_all("dossier") & reader))
        .filter(not_recused(user, "dossier"))
    )
    if user.seen_by is None:
        return rows
    return rows.filter(state=ReportState.SEALED, dossier__synthesis__state=SynthesisState.APPROVED)


def _assignments() -> QuerySet[Assignment]:
    return Assignment.objects.select_related(
        "dossier__operation__lead_commune__county__region",
        "dossier__operation__holder",
        "dossier__stage",
        "dossier__campaign__scheme",
        "dossier__holder",
        "expert",
    )


def assignments_of(user) -> QuerySet[Assignment]:
    """Rows of `expertise.answer`: one's own."""
    return _assignments().filter(expert=user)


def assignments_steered_by(user) -> QuerySet[Assignment]:
    """Rows of `expertise.assign`: all for the bureau."""
    return _assignments() if Role.BUREAU in user.rights.roles else _assignments().none()
